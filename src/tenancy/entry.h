// What a claim becomes on its way into the database: an entry, good for one use in one
// server connection (docs/formats/claim.md, section "Entry"). The database hands out what
// names the connection (art32.session()), checks the entry (art32.enter) and keeps the team
// where no SQL can write it.
//
// And what the database says of a transaction that wrote: the context, beside the changes in
// the write-ahead log. Both are signed with the entry keys, which no application has.
//
// Pure; any thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "model/claim.h"
#include "tenancy/key_ring.h"

namespace art32::tenancy {

inline constexpr std::size_t session_octets = 16;

// `session` as art32.session() gave it; `number` higher than that of any entry before in the
// same session. The claim's own time is over for the database; what counts is `expires`.
base::Bytes make_entry(const model::Claim& claim, base::ByteView session, std::uint64_t number,
                       base::Instant expires, const KeyRing& keys);

// After it the session acts for nobody, and what it writes is nobody's: for a client without a
// claim that gets the connection.
base::Bytes make_nobody_entry(base::ByteView session, std::uint64_t number, base::Instant expires,
                              const KeyRing& keys);

struct CommitContext {
  std::uint64_t system = 0;       // the cluster's system identifier
  std::uint64_t database = 0;     // its OID
  std::uint64_t transaction = 0;  // a full transaction id: epoch and number
  model::TeamId team;
  model::Actor actor;
  std::string request;
  bool operator==(const CommitContext&) const = default;
};

// Of a logical message with the prefix "art32". Anybody may repeat one: it counts for the system,
// database and transaction that it names, which the caller compares with where it came. `corrupt` when it
// isn't one, `permission` when none of these keys signed it.
base::Result<CommitContext> read_commit_context(base::ByteView message, const KeyRing& keys);

}  // namespace art32::tenancy
