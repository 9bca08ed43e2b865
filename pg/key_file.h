// The keys that entries are signed with, from the file that art32.key_file names: lines of an
// id, a blank and 64 hexadecimal digits (docs/formats/claim.md, section "Key files").
//
// Read when the first entry comes, for an unknown id (at most once a second) and after a minute:
// a new key needs no restart, and one that was taken out isn't believed for long. A file that
// others may read is refused.
#pragma once

#define ART32_KEY_OCTETS 32
#define ART32_KEY_ID_OCTETS 16

// The custom setting; once, from _PG_init().
void art32_define_key_file(void);

// The key of that id, until the next call. ERROR when the file can't be read or isn't right;
// NULL when it has no such key.
const uint8* art32_find_key(const char* id, size_t id_octets);
