#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "commit_context.h"
#include "miscadmin.h"
#include "replication/message.h"

#define VERSION 1
#define MOST_OCTETS (1 + 5 * (1 + ART32_WORD_OCTETS) + 3 * 8 + ART32_MAC_OCTETS)

static const Art32Entry* (*current_entry)(const uint8** key);

static uint8* put_word(uint8* at, const Art32Word* word) {
  *at++ = word->size;
  memcpy(at, word->text, word->size);
  return at + word->size;
}

static uint8* put_number(uint8* at, uint64 value) {
  for (int shift = 56; shift >= 0; shift -= 8)
    *at++ = (uint8)(value >> shift);
  return at;
}

static void write_context(const Art32Entry* entry, const uint8* key) {
  uint8 message[MOST_OCTETS];
  uint8* at = message;

  *at++ = VERSION;
  at = put_word(at, &entry->key_id);
  at = put_number(at, GetSystemIdentifier());
  at = put_number(at, MyDatabaseId);
  at = put_number(at, U64FromFullTransactionId(GetTopFullTransactionIdIfAny()));
  at = put_word(at, &entry->team);
  at = put_word(at, &entry->kind);
  at = put_word(at, &entry->actor);
  at = put_word(at, &entry->request);
  art32_sign(key, "art32 context\n", message, (size_t)(at - message), at);
  at += ART32_MAC_OCTETS;
#if PG_VERSION_NUM >= 170000
  LogLogicalMessage("art32", (const char*)message, (size_t)(at - message), true, false);
#else
  LogLogicalMessage("art32", (const char*)message, (size_t)(at - message), true);
#endif
}

static void at_commit(XactEvent event, void* argument) {
  const uint8* key;
  const Art32Entry* entry;

  if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE) return;
  if (!XLogLogicalInfoActive() || !TransactionIdIsValid(GetTopTransactionIdIfAny())) return;
  entry = current_entry(&key);
  if (entry != NULL) write_context(entry, key);
}

void art32_attach_context_at_commit(const Art32Entry* (*current)(const uint8** key)) {
  current_entry = current;
  RegisterXactCallback(at_commit, NULL);
}
