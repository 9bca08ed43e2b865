#include "trail/seal_chain.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <functional>

#include "base/limits.h"
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

using VisitSeal = std::function<base::Status(model::LeafIndex, const Seal&)>;
base::Status visit_seals(model::LeafIndex from, model::EvidenceSearch& ledger, const VisitSeal& visit) {
  return ledger
      .find(model::trail_epoch_record, from,
            [&](model::LeafIndex index, base::ByteView record) -> base::Status {
              const auto seal = parse_seal(record);
              return seal ? visit(index, *seal) : base::Status();
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
    const auto visit = [&](model::LeafIndex, const Seal& seal) -> base::Status {
      has_known = has_known || seal.epoch.digest == known.digest;
      if (seal.previous != last) return {};
      newest = seal.epoch;
      last = base::hex(seal.epoch.digest);
      return {};
    };
    ART32_CHECKED(visit_seals(from, ledger, visit));
    if (has_known) return newest;
  }
  return base::failure(
      base::ErrorCode::corrupt,
      fmt::format("the ledger doesn't have the seal of epoch {}, the newest one that the trail's "
                  "folder knows: it is an older copy, or another one",
                  known.epoch),
      "put the newest copy of the ledger back while art32 doesn't run");
}

base::Status SealChain::follow(model::EvidenceSearch& ledger, const std::stop_token& stop,
                               std::optional<std::chrono::steady_clock::time_point> until) {
  const model::LeafIndex end = ledger.end();
  const auto visit = [&](model::LeafIndex index, const Seal& seal) -> base::Status {
    if (stop.stop_requested())
      return base::failure(base::ErrorCode::unavailable, "reading the seals was stopped");
    if (until && std::chrono::steady_clock::now() > *until)
      return base::failure(base::ErrorCode::timeout, "the ledger's seals of the trail aren't all read yet",
                           "try again: it goes on where it was");
    next_ = model::LeafIndex(index.value + 1);
    if (seal.name != name_) return {};
    const base::Status taken = take(seal.epoch, seal.previous);
    if (!taken) fork_ = taken.error();
    return {};
  };
  ART32_CHECKED(visit_seals(next_, ledger, visit));
  next_ = std::max(next_, end);
  return fork_ ? base::Status(tl::unexpect, *fork_) : base::Status();
}

bool SealChain::is_remembered(const SealedEpoch& epoch) const {
  const std::uint64_t age = newest_->number - epoch.number;
  return age >= digests_.size() || digests_[digests_.size() - 1 - age] == base::get_u64(epoch.digest);
}

base::Status SealChain::take(const SealedEpoch& epoch, std::string_view previous) {
  const bool is_new = !newest_ || epoch.number > newest_->number;
  // A crash has a seal appended twice, and an older state.db beside newer files many of them.
  if (!is_new && is_remembered(epoch)) return {};
  if (newest_ && (!is_new || epoch.number != newest_->number + 1 || previous != base::hex(newest_->digest)))
    return base::failure(
        base::ErrorCode::check_failed,
        fmt::format("the ledger has a seal of epoch {} of the trail \"{}\" that doesn't follow epoch {}",
                    epoch.number, name_, newest_->number),
        "somebody went on from an older copy of the trail, or keeps two of one name: find out who");
  newest_ = epoch;
  digests_.push_back(base::get_u64(epoch.digest));
  if (digests_.size() > base::limits::trail_remembered_epochs) digests_.pop_front();
  return {};
}

}  // namespace art32::trail
