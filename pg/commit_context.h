// Who wrote, beside what was written: at the commit of a transaction that wrote, the team and
// the actor that were entered last go into the write-ahead log as a logical message with the prefix
// "art32", signed and bound to the transaction (docs/formats/claim.md, section "Context").
// Only where wal_level is logical; otherwise nobody could read it.
#pragma once

#include "entry.h"

// Once, from _PG_init(). `current` gives who acts, or NULL; `key` what signs it.
void art32_attach_context_at_commit(const Art32Entry* (*current)(const uint8** key));
