#include "audit/evidence_json.h"

#include <gtest/gtest.h>

#include "audit/probe_for_test.h"

namespace art32::audit {
namespace {

ProbeRun example() {
  ProbeRun run;
  run.audit = 7;
  run.annex = "1.0.0";
  run.probe = "tls.versions";
  run.started = *base::parse_rfc3339("2026-11-23T16:51:54.123456Z");
  run.took = std::chrono::microseconds(41'250);
  run.verdict = model::Verdict::pass;
  run.observations = {
      {Kind::positive_control, "portal", {"TLS 1.3", "TLS 1.3"}, Outcome::worked, "accepted"},
      {Kind::attack, "portal", {"TLS 1.2 »alt«", "TLS \"1.2\""}, Outcome::refused, "alert\n70"}};
  return run;
}

// docs/formats/evidence.md, which holds the vectors word for word.
std::string format_page() {
  return base::read_text_file(base::Path(__FILE__).parent_path() / "../../docs/formats/evidence.md")
      .value_or("");
}

TEST(EvidenceJson, of_a_probe_run_has_the_documented_octets) {
  const std::string json = evidence_json(example(), passing_probe("tls.versions"));
  EXPECT_NE(format_page().find("\n" + json + "\n"), std::string::npos);
  EXPECT_EQ(
      json,
      R"({"annex":"1.0.0","audit":7,"format":"art32-probe-run/v1","measure":"encryption.transport",)"
      R"("observations":[{"kind":"positive-control","outcome":"worked","seen":"accepted","target":"portal",)"
      R"("tried":{"de":"TLS 1.3","en":"TLS 1.3"}},{"kind":"attack","outcome":"refused",)"
      R"("seen":"alert\n70","target":"portal","tried":{"de":"TLS 1.2 »alt«","en":"TLS \"1.2\""}}],)"
      R"("probe":"tls.versions","started":"2026-11-23T16:51:54.123456Z","took_us":41250,"verdict":"pass"})");
}

TEST(EvidenceJson, of_an_audit_names_the_leaves_and_says_null_where_there_is_none) {
  AuditRun audit;
  audit.id = 7;
  audit.trigger = "schedule";
  audit.started = *base::parse_rfc3339("2026-11-23T16:51:54.000000Z");
  audit.took = std::chrono::microseconds(1'000'000);
  audit.probes = {example(), example()};
  audit.probes[0].evidence = model::LeafIndex(12);
  audit.probes[1].verdict = model::Verdict::error;
  EXPECT_NE(format_page().find("\n" + evidence_json(audit, "1.0.0") + "\n"), std::string::npos);
  EXPECT_EQ(evidence_json(audit, "1.0.0"),
            R"({"annex":"1.0.0","audit":7,"format":"art32-audit/v1","probes":[)"
            R"({"evidence":12,"probe":"tls.versions","verdict":"pass"},)"
            R"({"evidence":null,"probe":"tls.versions","verdict":"error"}],)"
            R"("started":"2026-11-23T16:51:54.000000Z","took_us":1000000,"trigger":"schedule"})");
}

TEST(Observations, read_back_as_they_were_written) {
  const auto written = example().observations;
  const auto read = parse_observations(observations_json(written));
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(observations_json(*read), observations_json(written));
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(1).kind, Kind::attack);
  EXPECT_EQ(read->at(1).outcome, Outcome::refused);
  EXPECT_EQ(read->at(1).seen, "alert\n70");
}

TEST(Observations, that_are_damaged_are_named_so) {
  for (const std::string_view wrong :
       {"", "{}", "[{}]", "[1]", "[",
        R"([{"kind":"x","outcome":"worked","seen":"","target":"","tried":{"de":"","en":""}}])",
        R"([{"kind":"attack","outcome":1,"seen":"","target":"","tried":{"de":"","en":""}}])"}) {
    const auto read = parse_observations(wrong);
    ASSERT_FALSE(read.has_value()) << wrong;
    EXPECT_EQ(read.error().code, base::ErrorCode::corrupt) << wrong;
  }
  EXPECT_TRUE(parse_observations("[]").has_value());
}

}  // namespace
}  // namespace art32::audit
