#include "trail/seal_chain.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <functional>

#include "base/text.h"

namespace art32::trail {
namespace {

namespace json = boost::json;

struct Seal {
  SealedEpoch epoch;
  std::string previous, name;
};

std::optional<Seal> parse_seal(base::ByteView octets) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(base::as_text(octets), trouble);
  const json::object* const object = trouble ? nullptr : parsed.if_object();
  if (object == nullptr) return std::nullopt;
  const auto text_of = [&](std::string_view name) {
    const json::value* const value = object->if_contains(name);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->get_string());
  };
  const auto number_of = [&](std::string_view name) -> std::optional<std::uint64_t> {
    const json::value* const value = object->if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
  };
  const auto epoch = number_of("epoch"), timeline = number_of("timeline"), database = number_of("database");
  const auto system = base::parse_number(text_of("system"));
  const auto lsn = pgwire::parse_lsn(text_of("lsn"));
  if (!epoch || !timeline || !database || !system || !lsn) return std::nullopt;
  return Seal{{*epoch,
               crypto::sha256(octets),
               {*system, static_cast<std::uint32_t>(*timeline), static_cast<std::uint32_t>(*database), *lsn}},
              text_of("previous"),
              text_of("name")};
}

base::Status visit_seals(model::LeafIndex from, model::EvidenceSearch& ledger,
                         const std::function<void(const Seal&)>& visit) {
  return ledger
      .find(model::trail_epoch_record, from,
            [&](model::LeafIndex, base::ByteView record) -> base::Status {
              if (const auto seal = parse_seal(record)) visit(*seal);
              return {};
            })
      .map([](const model::LeafIndex&) {});
}

}  // namespace

base::Result<std::optional<SealedEpoch>> newest_after(const crypto::Digest& digest, const KnownSeal& known,
                                                      model::EvidenceSearch& ledger) {
  std::vector<model::LeafIndex> beginnings{model::LeafIndex()};
  if (known.leaf && known.leaf->value > 0) beginnings.insert(beginnings.begin(), *known.leaf);
  for (const model::LeafIndex from : beginnings) {
    std::optional<SealedEpoch> newest;
    bool has_known = false;
    std::string last = base::hex(digest);
    ART32_CHECKED(visit_seals(from, ledger, [&](const Seal& seal) {
      has_known = has_known || seal.epoch.digest == known.digest;
      if (seal.previous != last) return;
      newest = seal.epoch;
      last = base::hex(seal.epoch.digest);
    }));
    if (has_known) return newest;
  }
  return base::failure(
      base::ErrorCode::corrupt,
      fmt::format("the ledger doesn't have the seal of epoch {}, the newest one that the trail's "
                  "folder knows: it is an older copy, or another one",
                  known.epoch),
      "put the newest copy of the ledger back while art32 doesn't run");
}

base::Result<std::optional<SealedEpoch>> newest_of(std::string_view name, model::EvidenceSearch& ledger) {
  std::optional<SealedEpoch> newest;
  ART32_CHECKED(visit_seals(model::LeafIndex(), ledger, [&](const Seal& seal) {
    if (seal.name == name) newest = seal.epoch;
  }));
  return newest;
}

}  // namespace art32::trail
