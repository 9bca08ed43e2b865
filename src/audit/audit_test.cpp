#include "audit/audit.h"

#include <gtest/gtest.h>

#include "audit/probe_for_test.h"
#include "base/scratch_folder.h"

namespace art32::audit {
namespace {

using namespace std::chrono_literals;
using model::State;
using model::Verdict;

// Keeps what it is given, in memory, until it is told to be full.
class MemorySink final : public model::EvidenceSink, public model::EvidenceSource {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    if (full) return base::failure(base::ErrorCode::exhausted, "the disk is full", "free some space");
    records.emplace_back(kind.name, base::to_text(record));
    return model::LeafIndex(records.size() - 1);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(base::ErrorCode::unsupported, "nothing here seals batches");
  }
  base::Result<base::Bytes> record(model::LeafIndex index) const override {
    if (index.value >= records.size() || index.value == erased)
      return base::failure(base::ErrorCode::not_found, "the record is erased");
    return base::to_bytes(records[index.value].second);
  }

  bool full = false;
  std::optional<std::uint64_t> erased;
  std::vector<std::pair<std::string, std::string>> records;
};

class AuditsTest : public testing::Test {
 protected:
  AuditsTest() {
    EXPECT_TRUE(database.migrate(Audits::migrations()).has_value());
    target.annex.document.version = "1.2.0";
  }

  AuditRun run(const std::vector<std::string>& only = {}) {
    auto result = audits.run(target, "command", only);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message());
    return result.value_or(AuditRun{});
  }

  model::Annex annex_probed_by(std::vector<std::string> first, std::vector<std::string> second) const {
    model::Measure measure;
    measure.id = "encryption.transport";
    for (auto& probes : {first, second}) {
      model::Paragraph paragraph;
      paragraph.id = "p" + std::to_string(measure.paragraphs.size());
      paragraph.probes = probes;
      measure.paragraphs.push_back(paragraph);
    }
    model::Annex annex;
    annex.document.version = target.annex.document.version;
    annex.sections.push_back({"encryption", {}, {}, {measure}});
    return annex;
  }

  void tamper(const std::string& sql) { ASSERT_TRUE(database.run(sql).has_value()) << sql; }

  // What stands for the newest run of the probe, the same in every list.
  ProbeRun newest(const std::string& probe) const {
    const ProbeRun listed = audits.history(probe, 1)->at(0);
    const auto same = [&](const ProbeRun& other) {
      EXPECT_EQ(other.verdict, listed.verdict);
      EXPECT_EQ(other.observations.size(), listed.observations.size());
    };
    same(*audits.standing(annex_probed_by({probe}, {}), clock.now())->at(0).paragraphs[0].probes[0].last);
    for (const AuditRun& audit : {audits.recent(1)->at(0), *audits.find(listed.audit)})
      for (const ProbeRun& run : audit.probes)
        if (run.id == listed.id) same(run);
    return listed;
  }

  State state_of(const model::Annex& annex) const {
    const auto standing = audits.standing(annex, clock.now());
    EXPECT_TRUE(standing.has_value());
    return standing->at(0).state;
  }

  base::ScratchFolder folder;
  store::Database database = *store::Database::open(folder.path() / "state.db");
  std::mutex database_mutex;
  MemorySink sink;
  base::ManualClock clock{*base::parse_rfc3339("2026-11-23T12:00:00Z")};
  std::vector<Probe> table{passing_probe("good"), failing_probe("bad"), probe_at_a_locked_door("locked")};
  Target target;
  Audits audits{database, database_mutex, sink, sink, clock, table};
};

TEST_F(AuditsTest, keeps_what_each_probe_saw_and_gives_it_back_whole) {
  const AuditRun run = this->run();
  ASSERT_EQ(run.probes.size(), 3U);
  const auto found = audits.find(run.id);
  ASSERT_TRUE(found.has_value()) << found.error().message();
  EXPECT_EQ(found->trigger, "command");
  EXPECT_EQ(found->started, clock.now());
  EXPECT_EQ(found->took, run.took);
  EXPECT_EQ(found->evidence, run.evidence);
  ASSERT_EQ(found->probes.size(), 3U);
  for (std::size_t place = 0; place < 3; ++place) {
    const ProbeRun& stored = found->probes[place];
    const ProbeRun& told = run.probes[place];
    EXPECT_EQ(stored.probe, table[place].id) << "in the table's order";
    EXPECT_EQ(stored.id, told.id);
    EXPECT_EQ(stored.verdict, told.verdict);
    EXPECT_EQ(stored.evidence, told.evidence);
    ASSERT_EQ(stored.observations.size(), 2U);
    EXPECT_EQ(stored.observations[1].tried, (model::Text{"etwas", "something"}));
    EXPECT_EQ(stored.observations[1].outcome, told.observations[1].outcome);
  }
}

TEST_F(AuditsTest, seals_each_run_and_then_the_audit_that_names_their_leaves) {
  const AuditRun run = this->run();
  ASSERT_EQ(sink.records.size(), 4U);
  for (const ProbeRun& probe : run.probes) {
    ASSERT_TRUE(probe.evidence.has_value());
    const auto& [kind, record] = sink.records.at(probe.evidence->value);
    EXPECT_EQ(kind, "verdict");
    EXPECT_NE(record.find("\"probe\":\"" + probe.probe + "\""), std::string::npos);
    EXPECT_NE(record.find("\"annex\":\"1.2.0\""), std::string::npos);
  }
  EXPECT_EQ(run.evidence, model::LeafIndex(3));
  EXPECT_EQ(sink.records[3].first, "audit");
  EXPECT_NE(sink.records[3].second.find("\"probe\":\"locked\",\"verdict\":\"error\""), std::string::npos);
}

TEST_F(AuditsTest, never_passes_what_the_ledger_didnt_take) {
  sink.full = true;
  const AuditRun run = this->run();
  EXPECT_EQ(run.probes.at(0).verdict, Verdict::error);
  EXPECT_EQ(run.probes.at(1).verdict, Verdict::fail) << "a break that was shown stays shown";
  EXPECT_FALSE(run.probes.at(0).evidence.has_value());
  EXPECT_FALSE(run.evidence.has_value());
  EXPECT_EQ(run.probes.at(0).observations.back().target, "ledger");
  EXPECT_EQ(audits.find(run.id)->probes.at(0).verdict, Verdict::error);
}

TEST_F(AuditsTest, runs_only_the_probes_that_were_named_and_refuses_unknown_names) {
  const AuditRun run = this->run({"bad"});
  ASSERT_EQ(run.probes.size(), 1U);
  EXPECT_EQ(run.probes[0].probe, "bad");
  const auto refused = audits.run(target, "command", {"good", "godo"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::invalid_argument);
  EXPECT_NE(refused.error().mend.find("locked"), std::string::npos);
}

TEST_F(AuditsTest, lists_newest_first) {
  for (int count = 0; count < 3; ++count)
    run({"good"});
  const auto recent = audits.recent(2);
  ASSERT_EQ(recent->size(), 2U);
  EXPECT_GT(recent->at(0).id, recent->at(1).id);
  const auto history = audits.history("good", 10);
  ASSERT_EQ(history->size(), 3U);
  EXPECT_GT(history->at(0).id, history->at(2).id);
  EXPECT_TRUE(audits.history("bad", 10)->empty());
  EXPECT_EQ(audits.find(99).error().code, base::ErrorCode::not_found);
}

TEST_F(AuditsTest, doesnt_list_an_audit_that_was_interrupted) {
  ASSERT_TRUE(database.run("insert into audit_runs (cause, started) values ('schedule', 0)").has_value());
  EXPECT_TRUE(audits.recent(5)->empty());
}

TEST_F(AuditsTest, names_damage_in_stored_observations) {
  run({"good"});
  ASSERT_TRUE(database.run("update probe_runs set observations = '[{}]'").has_value());
  EXPECT_EQ(audits.recent(1).error().code, base::ErrorCode::corrupt);
  EXPECT_FALSE(audits.standing(annex_probed_by({"good"}, {}), clock.now()).has_value());
}

TEST_F(AuditsTest, calls_a_measure_kept_only_when_every_paragraph_passed) {
  const auto annex = annex_probed_by({"good"}, {"good"});
  EXPECT_EQ(state_of(annex), State::unproven) << "nothing ran yet";
  run();
  EXPECT_EQ(state_of(annex), State::kept);
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {"bad"})), State::broken);
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {"locked"})), State::unproven);
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {})), State::unproven);
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {"good", "not.built"})), State::unproven);
}

TEST_F(AuditsTest, lets_a_verdict_go_stale_and_a_new_run_refresh_it) {
  const auto annex = annex_probed_by({"good"}, {"good"});
  run();
  clock.advance(25h);
  EXPECT_EQ(state_of(annex), State::unproven);
  EXPECT_EQ(audits.standing(annex, clock.now())->at(0).paragraphs.at(0).probes.at(0).verdict, Verdict::stale);
  run();
  EXPECT_EQ(state_of(annex), State::kept);
}

TEST_F(AuditsTest, lets_no_verdict_stand_for_the_promises_of_another_version) {
  run();
  for (const char* probe : {"good", "bad"}) {
    auto annex = annex_probed_by({probe}, {probe});
    ASSERT_NE(state_of(annex), State::unproven) << probe;
    annex.document.version = "1.3.0";
    EXPECT_EQ(state_of(annex), State::unproven) << probe;
    EXPECT_EQ(audits.standing(annex, clock.now())->at(0).paragraphs.at(0).probes.at(0).verdict,
              Verdict::stale);
  }
  target.annex.document.version = "1.3.0";
  run();
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {"good"})), State::kept);
}

TEST_F(AuditsTest, never_believes_a_run_that_was_moved_to_another_version) {
  run();
  target.annex.document.version = "1.3.0";
  tamper("update probe_runs set annex = '1.3.0'");
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {"good"})), State::unproven);
  EXPECT_EQ(newest("good").verdict, Verdict::error) << "its leaf names the old one";
  tamper("update probe_runs set annex = ''");
  EXPECT_EQ(newest("good").verdict, Verdict::pass) << "stored before the version was: the leaf is right";
  EXPECT_EQ(state_of(annex_probed_by({"good"}, {"good"})), State::unproven);
}

TEST_F(AuditsTest, shows_a_waived_failure_as_waived_until_its_date_and_never_green) {
  run();
  const auto annex = annex_probed_by({"bad"}, {"bad"});
  audits.set_waivers({{"bad", "Erika Muster", "gone tomorrow", clock.now() + 1h},
                      {"bad", "Erika Muster", "gone later", clock.now() + 2h},
                      {"good", "Erika Muster", "another probe", clock.now() + 9h}});
  auto standing = audits.standing(annex, clock.now());
  const ProbeStanding& waived = standing->at(0).paragraphs.at(0).probes.at(0);
  EXPECT_EQ(waived.verdict, Verdict::waived);
  EXPECT_EQ(waived.waiver->reason, "gone later");
  EXPECT_EQ(standing->at(0).state, State::unproven);
  clock.advance(2h);
  EXPECT_EQ(state_of(annex), State::broken);
}

TEST_F(AuditsTest, believes_a_stored_run_only_as_far_as_its_leaf_says_the_same) {
  const auto annex = annex_probed_by({"bad"}, {"bad"});
  run();
  ASSERT_EQ(state_of(annex), State::broken);
  tamper("update probe_runs set verdict = 'pass' where probe = 'bad'");
  EXPECT_EQ(state_of(annex), State::unproven) << "neither green, nor believed otherwise";
  const ProbeRun contradicted = newest("bad");
  EXPECT_EQ(contradicted.verdict, Verdict::error);
  EXPECT_EQ(contradicted.observations.back().seen,
            "state.db contradicts leaf " + std::to_string(contradicted.evidence->value));
  run();
  EXPECT_EQ(state_of(annex), State::broken) << "the next audit replaces what was changed";
}

TEST_F(AuditsTest, notices_every_change_of_a_stored_run) {
  for (const std::string change :
       {"observations = replace(observations, 'something', 'another thing')",
        "started = started + 3600000000", "took = took + 1", "probe = 'bad'", "evidence = evidence + 1",
        "evidence = null", "evidence = 4711", "evidence = -1", "audit = (select min(id) from audit_runs)"}) {
    run({"good"});
    run({"good"});
    ASSERT_EQ(newest("good").verdict, Verdict::pass);
    tamper("update probe_runs set " + change + " where id = (select max(id) from probe_runs)");
    const std::string probe = change == "probe = 'bad'" ? "bad" : "good";
    EXPECT_EQ(audits.history(probe, 1)->at(0).verdict, Verdict::error) << change;
    EXPECT_EQ(state_of(annex_probed_by({probe}, {probe})), State::unproven) << change;
  }
}

TEST_F(AuditsTest, cannot_show_a_verdict_whose_record_was_erased) {
  const AuditRun audit = run({"good"});
  sink.erased = audit.probes.at(0).evidence->value;
  const ProbeRun erased = newest("good");
  EXPECT_EQ(erased.verdict, Verdict::error);
  EXPECT_NE(erased.observations.back().seen.find("can't be read"), std::string::npos);
}

TEST_F(AuditsTest, remembers_the_newest_checkpoint) {
  EXPECT_EQ(audits.last_checkpoint_note(), "");
  audits.remember_checkpoint("one");
  audits.remember_checkpoint("two");
  EXPECT_EQ(audits.last_checkpoint_note(), "two");
}

TEST_F(AuditsTest, doesnt_report_an_audit_whose_results_could_not_be_stored) {
  ASSERT_TRUE(
      database.run("create trigger refuse before insert on probe_runs begin select raise(abort, 'no'); end")
          .has_value());
  const auto failed = audits.run(target, "command");
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().what.find("storing the results"), std::string::npos);
}

}  // namespace
}  // namespace art32::audit
