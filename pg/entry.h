// An entry as docs/formats/claim.md describes it: taken apart, and what checking it takes.
// Pure but for the memory of a signature; shapes only, no keys.
#pragma once

#define ART32_SESSION_OCTETS 16
#define ART32_MAC_OCTETS 32
#define ART32_WORD_OCTETS 64

typedef struct Art32Word {
  uint8 size;
  char text[ART32_WORD_OCTETS + 1];  // ends with a NUL
} Art32Word;

typedef struct Art32Entry {
  Art32Word key_id;
  uint8 session[ART32_SESSION_OCTETS];
  uint64 number;
  uint64 expires;  // seconds since 1970
  Art32Word team, kind, actor, request;
  size_t signed_octets;  // what comes before the signature
} Art32Entry;

// Whether it is one, as far as its shape goes. Of nobody: the last four words are empty.
bool art32_parse_entry(const uint8* octets, size_t size, Art32Entry* entry);

// HMAC-SHA-256 of the domain's name and the content. ERROR when there is no memory for it.
void art32_sign(const uint8* key, const char* domain, const uint8* content, size_t size, uint8* mac);

// In a time that tells nothing of where they differ.
bool art32_equal(const uint8* a, const uint8* b, size_t size);
