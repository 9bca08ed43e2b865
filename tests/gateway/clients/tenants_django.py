"""Django's ORM before a database that is separated by team: nothing but the line in act_for()
knows of it, or the middleware of docs/guide/django.md. Claims of two teams come in CLAIM_1 and CLAIM_2."""
import os
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["PGHOST"],
            "PORT": os.environ["PGPORT"],
            "NAME": os.environ["PGDATABASE"],
            "USER": os.environ["PGUSER"],
            "PASSWORD": os.environ["PGPASSWORD"],
            "OPTIONS": {"sslmode": os.environ["PGSSLMODE"]},
            "DISABLE_SERVER_SIDE_CURSORS": True,
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.db import Error, connection, models, transaction  # noqa: E402
from django.test import RequestFactory  # noqa: E402


class Invoice(models.Model):
    note = models.TextField()

    class Meta:
        app_label = "invoices"
        db_table = "invoice"
        managed = False


def act_for(claim, scope=""):
    with connection.cursor() as cursor:
        cursor.execute(f"SET {scope} art32.claim = %s", [claim])


def act_for_caller(get_response):
    def middleware(request):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET art32.claim = %s", [request.headers.get("X-Art32-Claim", "")])
            response = get_response(request)
            with connection.cursor() as cursor:
                cursor.execute("RESET art32.claim")
            return response
        except BaseException:
            connection.close()  # what failed isn't used again
            raise

    return middleware


failed = False


def check(name, holds, seen=None):
    global failed
    print(f"ok {name}" if holds else f"not ok {name}: {seen}")
    failed = failed or not holds


def refused(work):
    try:
        work()
    except Error as error:
        return error.__cause__.pgcode
    return None


def teams(sql="select team_id from invoice"):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted({row[0] for row in cursor.fetchall()})


claims = {1: os.environ["CLAIM_1"], 2: os.environ["CLAIM_2"]}
check("nobody sees nothing", refused(lambda: list(Invoice.objects.all())) == "42501")
for _ in range(2):
    for team, other in ((1, 2), (2, 1)):
        act_for(claims[team])
        check(f"team {team} sees its rows", teams() == [team], teams())
        made = Invoice.objects.create(note=f"of {team}")
        check(f"team {team} writes its rows", Invoice.objects.filter(pk=made.pk).count() == 1)
        act_for(claims[other])
        foreign = Invoice.objects.filter(pk=made.pk)
        check(f"team {other} finds none of {team}", foreign.first() is None)
        check(f"team {other} updates none of {team}", foreign.update(note="x") == 0)
        check(f"team {other} deletes none of {team}", foreign.delete()[0] == 0)
        injected = teams("select team_id from invoice where note = '' or 1=1 --'")
        check(f"an injection shows team {other} its own", injected == [other], injected)
        with transaction.atomic():
            act_for(claims[other])
            check(f"team {other} is itself in a transaction", teams() == [other])
with connection.cursor() as cursor:
    cursor.execute("RESET art32.claim")
with transaction.atomic():
    act_for(claims[1], "LOCAL")
    check("a transaction has its own claim", teams() == [1])
    with transaction.atomic():
        check("and so have its savepoints", teams() == [1])
check("which ends with it", refused(lambda: list(Invoice.objects.all())) == "42501")


def request(claim, work):
    headers = {} if claim is None else {"HTTP_X_ART32_CLAIM": claim}
    return act_for_caller(lambda _: work())(RequestFactory().get("/", **headers))


reached = []
for team in (1, 2, 1):
    seen = request(claims[team], teams)
    check(f"the middleware acts for team {team}", seen == [team], seen)
    check("and no longer", refused(teams) == "42501")
    check("says what failed", refused(lambda: request(claims[team], lambda: teams("select 1 / 0"))) == "22012")
    check("and acts for nobody then", refused(teams) == "42501")
    every = Invoice.objects.extra(select={"team": "team_id"})
    seen = request(claims[team], lambda: {row.team for row in every.iterator()})
    check(f"an iterator shows team {team} its own", seen == {team}, seen)
for claim in (None, "' or 1=1 --", "a.b.c"):
    refusal = refused(lambda: request(claim, lambda: reached.append(claim)))
    check("a request without a claim goes no further", refusal in ("22023", "28000"), refusal)
check("nor has one", not reached)
sys.exit(1 if failed else 0)
