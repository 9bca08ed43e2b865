#include "postgres.h"

#include "common/hmac.h"
#include "common/sha2.h"
#include "entry.h"
#include "key_file.h"

#define VERSION 1

typedef struct Fields {
  const uint8* left;
  size_t size;
  bool is_short;
} Fields;

static const uint8* take(Fields* fields, size_t size) {
  const uint8* taken = fields->left;

  if (fields->is_short || size > fields->size) {
    fields->is_short = true;
    return NULL;
  }
  fields->left += size;
  fields->size -= size;
  return taken;
}

static uint64 take_number(Fields* fields) {
  const uint8* octets = take(fields, 8);
  uint64 value = 0;

  for (int i = 0; octets != NULL && i < 8; i++)
    value = value << 8 | octets[i];
  return value;
}

static bool is_word(const uint8* text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (!(text[i] >= 'a' && text[i] <= 'z') && !(text[i] >= 'A' && text[i] <= 'Z') &&
        !(text[i] >= '0' && text[i] <= '9') && memchr("._:@+-", text[i], 6) == NULL)
      return false;
  return true;
}

static void take_word(Fields* fields, Art32Word* word) {
  const uint8* size = take(fields, 1);
  const uint8* text = size == NULL ? NULL : take(fields, *size);

  word->size = 0;
  word->text[0] = '\0';
  if (text == NULL || *size > ART32_WORD_OCTETS || !is_word(text, *size)) {
    fields->is_short = true;
    return;
  }
  word->size = *size;
  memcpy(word->text, text, *size);
  word->text[*size] = '\0';
}

bool art32_parse_entry(const uint8* octets, size_t size, Art32Entry* entry) {
  Fields fields = {octets, size, false};
  const uint8* version = take(&fields, 1);
  const uint8* session;
  int words;

  take_word(&fields, &entry->key_id);
  session = take(&fields, ART32_SESSION_OCTETS);
  entry->number = take_number(&fields);
  entry->expires = take_number(&fields);
  take_word(&fields, &entry->team);
  take_word(&fields, &entry->kind);
  take_word(&fields, &entry->actor);
  take_word(&fields, &entry->request);
  if (fields.is_short || fields.size != ART32_MAC_OCTETS || *version != VERSION) return false;
  words =
      (entry->team.size > 0) + (entry->kind.size > 0) + (entry->actor.size > 0) + (entry->request.size > 0);
  if (entry->key_id.size == 0 || (words != 0 && words != 4)) return false;
  memcpy(entry->session, session, ART32_SESSION_OCTETS);
  entry->signed_octets = size - ART32_MAC_OCTETS;
  return true;
}

void art32_sign(const uint8* key, const char* domain, const uint8* content, size_t size, uint8* mac) {
  pg_hmac_ctx* context = pg_hmac_create(PG_SHA256);
  bool is_done = context != NULL && pg_hmac_init(context, key, ART32_KEY_OCTETS) >= 0 &&
                 pg_hmac_update(context, (const uint8*)domain, strlen(domain)) >= 0 &&
                 pg_hmac_update(context, content, size) >= 0 &&
                 pg_hmac_final(context, mac, ART32_MAC_OCTETS) >= 0;

  pg_hmac_free(context);
  if (!is_done)
    ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("a signature of art32 can't be computed")));
}

bool art32_equal(const uint8* a, const uint8* b, size_t size) {
  volatile uint8 difference = 0;

  for (size_t i = 0; i < size; i++)
    difference |= a[i] ^ b[i];
  return difference == 0;
}
