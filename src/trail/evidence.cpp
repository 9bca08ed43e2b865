#include "trail/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace art32::trail {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

// A team's tree, from the roots of subtrees that are kept, and from records for the rest.
class TeamTree final : public merkle::NodeReader {
 public:
  TeamTree(RecordReader& reader, std::string_view team, Beginning beginning)
      : reader_(reader), team_(team), beginning_(std::move(beginning)) {}

  Result<merkle::Hash> node(const merkle::Node& node) override {
    if (node.level < kept_subtree_level)
      return node.index << node.level < beginning_.first ? from_beginning(node) : from_records(node);
    const unsigned above = node.level - kept_subtree_level;
    const std::uint64_t first = node.index << above, count = std::uint64_t{1} << above;
    ART32_ASSIGN(std::vector<merkle::Hash> roots, reader_.subtrees(team_, first, count));
    // Records that were sealed by an art32 that kept none.
    while (roots.size() < count) {
      ART32_ASSIGN(const merkle::Hash root, from_records({kept_subtree_level, first + roots.size()}));
      roots.push_back(root);
    }
    return merkle::perfect_root(roots);
  }

 private:
  Result<merkle::Hash> from_records(const merkle::Node& node) {
    const std::uint64_t first = node.index << node.level, count = std::uint64_t{1} << node.level;
    std::vector<merkle::Hash> leaves;
    leaves.reserve(count);
    ART32_CHECKED(
        reader_.read(team_, first, Direction::forwards, [&](std::uint64_t, const StoredRecord& stored) {
          leaves.push_back(merkle::leaf_hash(stored.record));
          return leaves.size() < count;
        }));
    if (leaves.size() == count) return merkle::perfect_root(leaves);
    return missing(first + leaves.size());
  }

  // Records of its own are deleted. It is asked for as one of those that a tree consists of which has as
  // many of them at least: so it is the last one of a tree that ends with it.
  Result<merkle::Hash> from_beginning(const merkle::Node& node) {
    const std::uint64_t end = (node.index + 1) << node.level;
    if (end <= beginning_.first) {
      const std::vector<merkle::Node> nodes = merkle::subtrees_of(merkle::TreeSize(beginning_.first));
      const auto found = std::ranges::find(nodes, node);
      if (found == nodes.end()) return missing(node.index << node.level);
      return beginning_.frontier.subtrees()[static_cast<std::size_t>(found - nodes.begin())];
    }
    merkle::Frontier frontier = beginning_.frontier;
    ART32_CHECKED(reader_.read(team_, beginning_.first, Direction::forwards,
                               [&](std::uint64_t, const StoredRecord& stored) {
                                 frontier.append(merkle::leaf_hash(stored.record));
                                 return frontier.size().value < end;
                               }));
    if (frontier.size().value != end) return missing(frontier.size().value);
    return frontier.subtrees().back();
  }

  static tl::unexpected<base::Error> missing(std::uint64_t number) {
    return failure(ErrorCode::corrupt, fmt::format("records from {} on are missing", number),
                   "restore the folder of the trail from a backup");
  }

  RecordReader& reader_;
  const std::string_view team_;
  const Beginning beginning_;
};

}  // namespace

Result<merkle::Hash> sealed_root_of(std::string_view seal) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(seal, trouble);
  const json::object* const object =
      trouble || json::serialize(parsed) != seal ? nullptr : parsed.if_object();
  const json::value* const teams = object == nullptr ? nullptr : object->if_contains("teams");
  merkle::Hash root{};
  if (teams != nullptr && teams->is_string())
    if (const auto octets = base::from_hex(teams->get_string()); octets && octets->size() == root.size()) {
      std::copy(octets->begin(), octets->end(), root.begin());
      return root;
    }
  return failure(ErrorCode::check_failed, "the seal isn't one of a trail");
}

Result<SealedEvidence> prove_records(RecordReader& reader, std::string_view team,
                                     std::optional<std::uint64_t> first, std::optional<std::uint64_t> end) {
  ART32_ASSIGN(SealedMoment moment, reader.moment(team));
  const merkle::TreeSize size = moment.team.state.size;
  ART32_ASSIGN(const Beginning beginning, reader.beginning(team));
  const RecordRange range{first.value_or(beginning.first), end.value_or(size.value)};
  if (range.first < beginning.first)
    return failure(ErrorCode::invalid_argument,
                   fmt::format("records before {} are deleted by now, since they were as old as they may get",
                               beginning.first),
                   "ask for those that there are");
  if (range.first > range.end || range.end > size.value)
    return failure(
        ErrorCode::invalid_argument,
        fmt::format("the team has no records {} to {}: {} are sealed", range.first, range.end, size.value),
        "ask for records that there are");
  ART32_ASSIGN(const merkle::Hash root, sealed_root_of(moment.seal));
  ART32_CHECKED(verify_state(team, moment.team, root));
  TeamTree tree(reader, team, beginning);
  ART32_ASSIGN(merkle::RangeProof proof, merkle::range_proof(range.first, range.end, size, tree));
  return SealedEvidence{{std::string(team), range, std::move(moment.team), std::move(proof)},
                        std::move(moment.seal),
                        moment.leaf};
}

Result<EvidenceVerifier> EvidenceVerifier::begin(const Evidence& evidence, std::string_view seal) {
  ART32_ASSIGN(const merkle::Hash root, sealed_root_of(seal));
  ART32_CHECKED(verify_state(evidence.team, evidence.shown, root));
  ART32_ASSIGN(merkle::RangeVerifier range,
               merkle::RangeVerifier::begin(evidence.range.first, evidence.range.end,
                                            evidence.shown.state.size, evidence.proof));
  return EvidenceVerifier(evidence, std::move(range));
}

Status EvidenceVerifier::take(base::ByteView record) {
  if (range_.missing() == 0)
    return failure(ErrorCode::check_failed, "there are more records than the evidence is about");
  json::monotonic_resource memory;
  boost::system::error_code trouble;
  const json::value parsed = json::parse(base::as_text(record), trouble, &memory);
  const json::object* const object = trouble ? nullptr : parsed.if_object();
  const json::value* const number = object == nullptr ? nullptr : object->if_contains("number");
  const json::value* const team = object == nullptr ? nullptr : object->if_contains("team");
  // A member that is there twice wouldn't be there twice in what was read.
  if (object == nullptr || json::serialize(parsed) != base::as_text(record))
    return failure(ErrorCode::check_failed, fmt::format("record {} isn't written as records are", next_));
  if (number == nullptr || !number->is_int64() || static_cast<std::uint64_t>(number->get_int64()) != next_ ||
      team == nullptr || !team->is_string() || std::string_view(team->get_string()) != team_)
    return failure(ErrorCode::check_failed,
                   fmt::format("what should be record {} says to be another one", next_));
  range_.take(merkle::leaf_hash(record));
  ++next_;
  return {};
}

Status EvidenceVerifier::finish() const {
  return range_.finish(root_);
}

}  // namespace art32::trail
