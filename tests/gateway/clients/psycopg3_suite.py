"""psycopg 3 against the server that PGHOST and PGPORT name: each case prints one line, "ok NAME"
or "not ok NAME: why". The same cases run directly and through the gateway (clients_test.cpp)."""

import sys
import threading
import time
import traceback

import psycopg
from psycopg import errors, sql
from psycopg.rows import dict_row

CASES = []


def case(function):
    CASES.append(function)
    return function


def connect(**options):
    return psycopg.connect(connect_timeout=20, **options)


def expect(seen, wanted):
    assert seen == wanted, f"{seen!r} instead of {wanted!r}"


@case
def simple_and_extended_queries():
    with connect() as connection:
        expect(connection.execute("select 1 as a, null, 'x'").fetchone(), (1, None, "x"))
        expect(connection.execute("select %s::int + 1, %s::text", (41, "é")).fetchone(), (42, "é"))
        expect(connection.execute("select %s::int8", (2**40,), binary=True).fetchone(), (2**40,))
        expect(len(connection.execute("select * from generate_series(1, 5000)").fetchall()), 5000)


@case
def prepared_statements_beyond_the_threshold():
    with connect(autocommit=True) as connection:
        for number in range(20):
            expect(connection.execute("select %s::int * 2", (number,)).fetchone(), (2 * number,))
        for number in range(10):
            expect(connection.execute("select %s::int * 3", (number,), prepare=True).fetchone(), (3 * number,))


@case
def more_prepared_statements_than_are_kept():
    with connect(autocommit=True) as connection:
        connection.prepared_max = 3
        for turn in range(3):
            for number in range(8):
                query = sql.SQL("select {} + %s::int").format(number)
                expect(connection.execute(query, (turn,), prepare=True).fetchone(), (number + turn,))


@case
def a_rollback_forgets_prepared_statements():
    with connect() as connection:
        for _ in range(3):
            connection.execute("select %s::int", (1,), prepare=True)
            connection.rollback()
            expect(connection.execute("select %s::int", (2,), prepare=True).fetchone(), (2,))
            connection.commit()


@case
def transactions_savepoints_and_errors():
    with connect() as connection:
        with connection.transaction() as outer:
            connection.execute("create temp table kept (a int) on commit drop")
            try:
                with connection.transaction():
                    connection.execute("insert into kept values (1)")
                    connection.execute("select 1/0")
            except errors.DivisionByZero:
                pass
            connection.execute("insert into kept values (2)")
            expect(connection.execute("select a from kept").fetchall(), [(2,)])
            raise psycopg.Rollback(outer)
        try:
            connection.execute("not sql")
            assert False, "no error"
        except errors.SyntaxError:
            pass
        try:
            connection.execute("select 1")
            assert False, "no error"
        except errors.InFailedSqlTransaction:
            connection.rollback()
        expect(connection.execute("select 5").fetchone(), (5,))


@case
def copy_in_and_out():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("create temp table t (a int, b text) on commit drop")
        with cursor.copy("copy t from stdin") as copy:
            for number in range(1000):
                copy.write_row((number, f"row {number}"))
        with cursor.copy("copy t (a, b) from stdin (format binary)") as copy:
            copy.set_types(["int4", "text"])
            copy.write_row((1000, "binary"))
        rows = []
        with cursor.copy("copy (select a, b from t order by a) to stdout") as copy:
            copy.set_types(["int4", "text"])
            rows = list(copy.rows())
        expect((len(rows), rows[1000]), (1001, (1000, "binary")))
        connection.rollback()


@case
def copy_that_fails_on_either_side():
    with connect() as connection:
        connection.execute("create temp table t (a int)")
        connection.commit()
        try:
            with connection.cursor().copy("copy t from stdin") as copy:
                copy.write("1\n")
                raise KeyError("changed my mind")
        except (KeyError, errors.QueryCanceled):
            connection.rollback()
        try:
            with connection.cursor().copy("copy t from stdin") as copy:
                copy.write("1\nnot a number\n")
            assert False, "no error"
        except errors.InvalidTextRepresentation:
            connection.rollback()
        try:
            with connection.cursor().copy("copy (select 1 / (3 - i) from generate_series(1, 5) i) to stdout") as copy:
                for _ in copy:
                    pass
            assert False, "no error"
        except errors.DivisionByZero:
            connection.rollback()
        try:
            with connection.cursor().copy("copy (select generate_series(1, 100000)) to stdout") as copy:
                for _ in copy:
                    raise KeyError("given up in the middle: psycopg cancels")
        except KeyError:
            connection.rollback()
        expect(connection.execute("select count(*) from t").fetchone(), (0,))


@case
def server_side_cursors():
    with connect() as connection:
        with connection.cursor("pages") as cursor:
            cursor.itersize = 10
            cursor.execute("select generate_series(1, 95)")
            expect(cursor.fetchmany(3), [(1,), (2,), (3,)])
            expect(len(list(cursor)), 92)
        with connection.cursor("moving", scrollable=True) as cursor:
            cursor.execute("select generate_series(1, 9)")
            cursor.scroll(5)
            expect(cursor.fetchone(), (6,))
            cursor.scroll(1, mode="absolute")
            expect(cursor.fetchone(), (2,))
        with connection.cursor("held", withhold=True) as cursor:
            cursor.execute("select generate_series(1, 3)")
            connection.commit()
            expect(cursor.fetchall(), [(1,), (2,), (3,)])


@case
def rows_one_by_one():
    with connect() as connection, connection.cursor() as cursor:
        expect(sum(a for (a,) in cursor.stream("select generate_series(1, 2000)")), 2001000)
        try:
            for _ in cursor.stream("select 1 / (5 - i) from generate_series(1, 9) i"):
                pass
            assert False, "no error"
        except errors.DivisionByZero:
            connection.rollback()


@case
def bytes_and_large_objects():
    with connect() as connection:
        octets = bytes(range(256)) * 100
        for binary in (False, True):
            expect(connection.execute("select %b::bytea" if binary else "select %s::bytea", (octets,)).fetchone()[0], octets)
        oid = connection.execute("select lo_from_bytea(0, %s)", (octets,)).fetchone()[0]
        expect(connection.execute("select lo_get(%s)", (oid,)).fetchone()[0], octets)
        connection.rollback()


@case
def notices():
    with connect(autocommit=True) as connection:
        seen = []
        connection.add_notice_handler(lambda notice: seen.append(notice.message_primary))
        connection.execute("do $$ begin raise notice 'look here'; end $$")
        assert "look here" in seen, seen


@case
def listen_and_notify():
    with connect(autocommit=True) as listener, connect(autocommit=True) as speaker:
        listener.execute("listen news")
        for number in range(3):
            speaker.execute("select pg_notify('news', %s)", (str(number),))
        seen = []
        for notification in listener.notifies():
            seen.append(notification.payload)
            if len(seen) == 3:
                break
        expect(seen, ["0", "1", "2"])


@case
def pipelines():
    with connect(autocommit=True) as connection, connection.pipeline():
        cursors = [connection.execute("select %s::int", (number,)) for number in range(300)]
        expect([cursor.fetchone()[0] for cursor in cursors], list(range(300)))


@case
def pipelines_with_an_error():
    with connect(autocommit=True) as connection:
        try:
            with connection.pipeline() as pipeline:
                good = connection.execute("select 1")
                pipeline.sync()
                bad = connection.execute("select 1/0")
                skipped = connection.execute("select 2")
                pipeline.sync()
                later = connection.execute("select 3")
                pipeline.sync()
                expect(good.fetchone(), (1,))
                expect(later.fetchone(), (3,))
            assert False, "no error"
        except (errors.DivisionByZero, errors.PipelineAborted):
            pass
        expect(connection.execute("select 4").fetchone(), (4,))


@case
def pipelines_that_prepare_more_than_is_kept():
    with connect(autocommit=True) as connection:
        connection.prepared_max = 2
        for _ in range(2):
            with connection.pipeline():
                cursors = [
                    connection.execute(sql.SQL("select {} + %s::int").format(number), (1,), prepare=True)
                    for number in range(12)
                ]
            expect([cursor.fetchone()[0] for cursor in cursors], list(range(1, 13)))


@case
def executemany():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("create temp table t (a int, b text) on commit drop")
        cursor.executemany("insert into t values (%s, %s)", [(n, str(n)) for n in range(200)])
        expect(cursor.rowcount, 200)
        cursor.executemany("insert into t values (%s, %s) returning a", [(n, "") for n in range(5)], returning=True)
        expect(cursor.fetchone(), (0,))


@case
def cancel():
    with connect() as connection:
        timer = threading.Timer(0.2, connection.cancel)
        timer.start()
        try:
            connection.execute("select pg_sleep(60)")
            assert False, "no error"
        except errors.QueryCanceled:
            connection.rollback()
        timer.join()
        expect(connection.execute("select 1").fetchone(), (1,))


@case
def settings_follow():
    with connect(autocommit=True, application_name="first", options="") as connection:
        connection.execute("set time zone 'Asia/Tokyo'")
        connection.execute("set application_name = 'renamed'")
        with connect(autocommit=True) as other:
            assert other.execute("show time zone").fetchone() != ("Asia/Tokyo",)
        expect(connection.execute("show time zone").fetchone(), ("Asia/Tokyo",))
        expect(connection.execute("show application_name").fetchone(), ("renamed",))
        expect(connection.info.timezone.key, "Asia/Tokyo")
        expect(connection.info.parameter_status("application_name"), "renamed")
        connection.execute("select set_config('my.own', 'x', false)")
        expect(connection.execute("select current_setting('my.own')").fetchone(), ("x",))


@case
def several_clients_at_once():
    failures = []

    def work(mark):
        try:
            with connect(row_factory=dict_row) as connection:
                for number in range(25):
                    row = connection.execute("select %s::text as mark, pg_sleep(0.001)", (f"{mark}.{number}",)).fetchone()
                    expect(row["mark"], f"{mark}.{number}")
                    if number % 5 == 0:
                        try:
                            connection.execute("select 1/0")
                        except errors.DivisionByZero:
                            pass
                    connection.rollback()
        except Exception as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(failures, [])


failed = 0
for function in CASES:
    name = function.__name__
    try:
        function()
        print("ok", name, flush=True)
    except Exception as error:
        failed += 1
        where = [frame for frame in traceback.extract_tb(sys.exc_info()[2]) if frame.filename == __file__][-1]
        print(f"not ok {name}: {type(error).__name__}: {error} (line {where.lineno})", flush=True)
sys.exit(1 if failed else 0)
