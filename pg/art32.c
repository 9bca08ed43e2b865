// The extension art32: the team that a server connection acts for, entered with what only
// art32's gateway can sign, and kept where no SQL can write it: in this process's memory.
// Row-level policies compare rows with art32.current_team(). docs/formats/claim.md.
#include "postgres.h"

#include <time.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/sequence.h"
#include "commit_context.h"
#include "entry.h"
#include "fmgr.h"
#include "key_file.h"
#include "utils/builtins.h"
#include "utils/portal.h"
#include "utils/uuid.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(art32_session);
PG_FUNCTION_INFO_V1(art32_enter);
PG_FUNCTION_INFO_V1(art32_leave);
PG_FUNCTION_INFO_V1(art32_current_team);
PG_FUNCTION_INFO_V1(art32_current_team_bigint);
PG_FUNCTION_INFO_V1(art32_current_team_uuid);
PG_FUNCTION_INFO_V1(art32_current_actor);

void _PG_init(void);

// Once drawn it stays: an entry made for this connection is never good in another.
static uint8 session[ART32_SESSION_OCTETS];
static bool has_session = false;
static uint64 last_number = 0;  // of the entries believed so far

// Who acts, and whether the policies may know it. Only the next entry that is believed changes
// who: leaving doesn't hide who wrote.
static bool has_author = false;
static bool has_entered = false;
static Art32Entry author;
static uint8 author_key[ART32_KEY_OCTETS];

// This transaction took the temporary objects of the team before; its end decides whether they
// are gone.
static bool took_temporary = false;

// The team in the types that tables have it in; looked at once for each entry.
static bool has_bigint, has_uuid;
static int64 team_bigint;
static pg_uuid_t team_uuid;

static const Art32Entry* current_author(const uint8** key) {
  *key = author_key;
  return has_author ? &author : NULL;
}

static void transaction_ended(XactEvent event, void* argument) {
  if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE) return;
  if (took_temporary && event == XACT_EVENT_ABORT) has_entered = has_author = false;
  took_temporary = false;
}

void _PG_init(void) {
  art32_define_key_file();
  art32_attach_context_at_commit(current_author);
  RegisterXactCallback(transaction_ended, NULL);
}

static const uint8* my_session(void) {
  if (!has_session && !pg_strong_random(session, sizeof session))
    ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("there are no random numbers for art32")));
  has_session = true;
  return session;
}

Datum art32_session(PG_FUNCTION_ARGS) {
  bytea* result = palloc(VARHDRSZ + ART32_SESSION_OCTETS);

  SET_VARSIZE(result, VARHDRSZ + ART32_SESSION_OCTETS);
  memcpy(VARDATA(result), my_session(), ART32_SESSION_OCTETS);
  PG_RETURN_BYTEA_P(result);
}

pg_attribute_noreturn() static void refuse(const char* why, const char* hint) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION), errmsg("art32: the entry %s", why),
                  errhint("%s", hint)));
}

// What the team before has left in the session would act for the next one: a temporary view
// that stands before a table, with a function that copies what it sees.
static void take_temporary(const Art32Entry* entry) {
  Oid tables, toasts;

  if (has_author && strcmp(author.team.text, entry->team.text) == 0) return;
  ResetSequenceCaches();  // of lastval()
  GetTempNamespaceState(&tables, &toasts);
  if (!OidIsValid(tables)) return;
  if (IsTransactionBlock())
    refuse("changes the team in a transaction, and the session has temporary objects",
           "Enter before the transaction begins.");
  took_temporary = true;
  ResetTempTableNamespace();
}

// Whoever fails here has no team any more.
Datum art32_enter(PG_FUNCTION_ARGS) {
  bytea* given;
  Art32Entry entry;
  const uint8* key;
  uint8 mac[ART32_MAC_OCTETS];
  const uint8* octets;

  has_entered = false;
  if (PG_ARGISNULL(0)) refuse("is null", "art32's gateway enters; leave() ends it.");
  if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
    refuse("comes after changes in the same transaction", "One transaction changes data for one claim.");
  if (!ThereAreNoReadyPortals())
    refuse("comes while cursors are open", "A cursor goes on with the team that it was opened for.");
  given = PG_GETARG_BYTEA_PP(0);
  octets = (const uint8*)VARDATA_ANY(given);
  if (!art32_parse_entry(octets, VARSIZE_ANY_EXHDR(given), &entry))
    refuse("isn't one", "The gateway and the extension may be of different versions.");
  key = art32_find_key(entry.key_id.text, entry.key_id.size);
  if (key == NULL)
    refuse("is signed with an unknown key",
           "The gateway's and the database's key file must have the same keys.");
  art32_sign(key, "art32 entry\n", octets, entry.signed_octets, mac);
  if (!art32_equal(mac, octets + entry.signed_octets, ART32_MAC_OCTETS))
    refuse("has a wrong signature", "The gateway's and the database's key file must have the same keys.");
  if (!art32_equal(entry.session, my_session(), ART32_SESSION_OCTETS))
    refuse("is for another connection", "An entry is good in the connection that it was made for.");
  if (entry.number <= last_number) refuse("was used before", "An entry is good once.");
  if (entry.expires <= (uint64)time(NULL))
    refuse("has expired", "If they all do, the clocks of gateway and database differ: mend them (NTP).");
  last_number = entry.number;
  take_temporary(&entry);
  author = entry;
  memcpy(author_key, key, sizeof author_key);
  has_bigint = has_uuid = false;
  has_author = has_entered = entry.team.size > 0;
  PG_RETURN_VOID();
}

Datum art32_leave(PG_FUNCTION_ARGS) {
  has_entered = false;
  PG_RETURN_VOID();
}

static void need_entry(void) {
  if (!has_entered)
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("this session acts for no team"),
                    errhint("Connect through art32's gateway and hand it a claim: SET art32.claim = '...'")));
}

Datum art32_current_team(PG_FUNCTION_ARGS) {
  need_entry();
  PG_RETURN_TEXT_P(cstring_to_text_with_len(author.team.text, author.team.size));
}

// Rows and records must name one team by one text.
static void check_spelling(const char* usual, const char* type) {
  if (strcmp(usual, author.team.text) != 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("the team \"%s\" isn't spelled as a %s is", author.team.text, type),
                    errhint("The usual spelling is \"%s\".", usual)));
}

Datum art32_current_team_bigint(PG_FUNCTION_ARGS) {
  need_entry();
  if (!has_bigint) {
    team_bigint = DatumGetInt64(DirectFunctionCall1(int8in, CStringGetDatum(author.team.text)));
    check_spelling(psprintf(INT64_FORMAT, team_bigint), "bigint");
  }
  has_bigint = true;
  PG_RETURN_INT64(team_bigint);
}

Datum art32_current_team_uuid(PG_FUNCTION_ARGS) {
  pg_uuid_t* result = palloc(sizeof *result);

  need_entry();
  if (!has_uuid) {
    team_uuid = *DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(author.team.text)));
    check_spelling(DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&team_uuid))), "uuid");
  }
  has_uuid = true;
  *result = team_uuid;
  PG_RETURN_UUID_P(result);
}

Datum art32_current_actor(PG_FUNCTION_ARGS) {
  char name[2 * ART32_WORD_OCTETS + 2];

  need_entry();
  snprintf(name, sizeof name, "%s:%s", author.kind.text, author.actor.text);
  PG_RETURN_TEXT_P(cstring_to_text(name));
}
