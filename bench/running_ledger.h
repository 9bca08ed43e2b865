// What benchmarks of the trail have in common: a ledger as it runs, in a folder of theirs, and results
// that are taken or give the whole benchmark up.
#pragma once

#include <memory>
#include <type_traits>

#include "bench/figure.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "ledger/ledger.h"

namespace art32::bench {

template <class Result>
auto taken(Result result) {
  if (!result) give_up(result.error().message());
  if constexpr (!std::is_void_v<typename Result::value_type>) return std::move(*result);
}

inline std::unique_ptr<ledger::Ledger> make_ledger(const base::Path& folder, const base::Clock& clock) {
  const ledger::Options options{folder / "ledger", "bench", folder / "log.key", folder / "record.key"};
  taken(crypto::Ed25519PrivateKey::generate().save(options.signing_key));
  taken(crypto::save_private_file(options.record_key, crypto::random_bytes(32)));
  taken(ledger::Ledger::create(options, clock));
  return taken(ledger::Ledger::open(options, clock));
}

}  // namespace art32::bench
