#include "trail/team_states.h"

#include <rapidcheck/gtest.h>

namespace art32::trail {
namespace {

using Records = std::vector<std::string>;

std::vector<base::ByteView> views(const Records& records) {
  std::vector<base::ByteView> found;
  for (const std::string& record : records)
    found.push_back(base::as_bytes(record));
  return found;
}

// A history of a few teams, in which some moments were sealed.
struct History {
  TeamStates states;
  std::map<std::string, Records> records;

  std::string grow() {
    const std::string team = std::to_string(*rc::gen::inRange(0, 5));
    const std::string record = "record " + std::to_string(*rc::gen::inRange(0, 50));
    const std::uint64_t number = states.append(team, base::as_bytes(record));
    RC_ASSERT(number == records[team].size());
    records[team].push_back(record);
    return team;
  }
};

// Nothing that a cheat could do to an export.
Records altered(Records records) {
  const auto place = *rc::gen::inRange<std::size_t>(0, records.size());
  const auto at = records.begin() + static_cast<std::ptrdiff_t>(place);
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      records.erase(at);
      break;
    case 1:
      records.insert(at, "invented");
      break;
    case 2:
      *at += "!";
      break;
    case 3:
      records.pop_back();
      break;
    default:
      std::swap(*at, records.back());
  }
  return records;
}

RC_GTEST_PROP(TeamStates, show_every_record_that_is_missing_invented_altered_or_swapped, ()) {
  History history;
  const std::string team = history.grow();
  const int before = *rc::gen::inRange(0, 30), after = *rc::gen::inRange(1, 30);
  for (int i = 0; i < before; ++i)
    history.grow();
  const merkle::Hash first_root = history.states.root();
  const TeamProof first{history.states.of(team), history.states.prove(team)};
  const merkle::Frontier frontier = history.states.frontier_of(team);
  const std::size_t known = history.records[team].size();
  history.states.append(team, base::as_bytes("one more"));
  history.records[team].push_back("one more");
  for (int i = 0; i < after; ++i)
    history.grow();
  const merkle::Hash root = history.states.root();
  const TeamProof last{history.states.of(team), history.states.prove(team)};

  RC_ASSERT(verify_state(team, first, first_root).has_value());
  RC_ASSERT(verify_state(team, last, root).has_value());
  RC_ASSERT(!verify_state(team, first, root));  // an older state
  RC_ASSERT(!verify_state("6", last, root));    // another team's
  const Records& all = history.records[team];
  RC_ASSERT(verify_records({}, {}, views(all), last.state).has_value());
  const Records newer(all.begin() + static_cast<std::ptrdiff_t>(known), all.end());
  RC_ASSERT(verify_records(first.state, frontier, views(newer), last.state).has_value());
  RC_ASSERT(!verify_records({}, frontier, views(newer), last.state));
  const Records cheated = altered(all);
  if (cheated == all) return;  // two equal ones were swapped
  RC_ASSERT(!verify_records({}, {}, views(cheated), last.state));
}

RC_GTEST_PROP(TeamStates, of_a_team_without_records_is_that_it_is_not_there, ()) {
  History history;
  const int records = *rc::gen::inRange(0, 20);
  for (int i = 0; i < records; ++i)
    history.grow();
  const TeamProof shown{history.states.of("new"), history.states.prove("new")};
  RC_ASSERT(shown.state.size == merkle::TreeSize());
  RC_ASSERT(verify_state("new", shown, history.states.root()).has_value());
  for (const auto& [team, kept] : history.records) {
    const TeamProof lie{{}, history.states.prove(team)};
    RC_ASSERT(!verify_state(team, lie, history.states.root()));
  }
}

RC_GTEST_PROP(TeamStates, go_on_from_what_was_stored, ()) {
  History history;
  const int records = *rc::gen::inRange(1, 20);
  for (int i = 0; i < records; ++i)
    history.grow();
  TeamStates restored;
  for (const auto& [team, kept] : history.records)
    restored.restore(team, history.states.frontier_of(team));
  RC_ASSERT(restored.root() == history.states.root());
  for (TeamStates* states : {&restored, &history.states})
    states->append("2", base::as_bytes("next"));
  RC_ASSERT(restored.root() == history.states.root());
}

// docs/formats/completeness.md
TEST(TeamStates, have_the_hashes_of_their_vectors) {
  TeamStates states;
  states.append("42", base::as_bytes("one"));
  states.append("42", base::as_bytes("two"));
  EXPECT_EQ(base::hex(team_key("42")), "d691bbd2dbcfef91d236020a081277761431257e17a9aa0c4b7c8e4e41a2c89a");
  EXPECT_EQ(base::hex(state_hash(states.of("42"))),
            "c88709fe14179a9a623a2c620915ce8e66d64f31429465c2c9a4cf69d8cd0cd0");
  EXPECT_EQ(base::hex(states.root()), "738fb08505e96eed9cab6150028074950ea3a2abbfe57ed04b68881eec5d675e");
}

}  // namespace
}  // namespace art32::trail
