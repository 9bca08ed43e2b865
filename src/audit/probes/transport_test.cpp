// The probes of TLS versions, HSTS and pins against small servers of known faults.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "audit/probes/probes.h"
#include "audit/probes/promise_for_test.h"
#include "audit/probes/site_for_test.h"
#include "crypto/digest.h"
#include "merkle/note.h"

namespace art32::audit {
namespace {

using model::Verdict;

Target promising(Target target, const char* protocol = "TLS 1.3") {
  target.annex = annex_promising("encryption.transport", "protocol", protocol);
  return target;
}

TEST(TlsVersions, pass_on_a_strict_server_and_fail_on_a_careless_one) {
  const SiteForTest strict;
  EXPECT_EQ(verdict_of(probe_tls_versions, promising(strict.target())), Verdict::pass);
  const SiteForTest careless(true);
  EXPECT_EQ(verdict_of(probe_tls_versions, promising(careless.target())), Verdict::fail);
}

TEST(TlsVersions, are_no_verdict_when_nobody_listens) {
  Target target = promising({});
  EXPECT_EQ(verdict_of(probe_tls_versions, target), Verdict::error);
  // Port 1 of loopback: refused by the kernel, which is not a refused handshake.
  target.listeners = {{"portal", "127.0.0.1", 1, "localhost"}};
  EXPECT_EQ(verdict_of(probe_tls_versions, target), Verdict::error);
}

TEST(TlsVersions, fail_when_one_of_two_listeners_is_careless) {
  const SiteForTest strict;
  const SiteForTest careless(true);
  Target target = promising(strict.target());
  target.listeners.push_back(careless.target().listeners.front());
  EXPECT_EQ(verdict_of(probe_tls_versions, target), Verdict::fail);
}

TEST(TlsVersions, are_no_verdict_on_a_promise_of_another_protocol) {
  const SiteForTest strict;
  EXPECT_EQ(verdict_of(probe_tls_versions, promising(strict.target(), "TLS 1.9 quantum")), Verdict::error);
  EXPECT_EQ(verdict_of(probe_tls_versions, strict.target()), Verdict::error);
}

class Hsts : public testing::Test {
 protected:
  Hsts() {
    target = site.target();
    model::Measure measure;
    measure.id = "encryption.transport";
    measure.promises = {
        {"hsts_max_age", model::PromiseType::duration, std::chrono::milliseconds(86'400'000LL * 365)}};
    target.annex.sections.push_back({"encryption", {}, {}, {measure}});
    for (const char* path : {"/en/", "/de/annex", "/de/feed.atom", "/.well-known/security.txt", "/healthz",
                             "/s.css", "/ledger/tile/0/000.p/3"})
      site.serve(path, "here");
    site.serve("/de/", "<link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/s.css\">");
    site.serve("/", "", 303);
    site.serve("/metrics", "", 401);
    site.serve("/ledger/checkpoint", "origin\n3\nroot\n");
    with_hsts("max-age=31536000; includeSubDomains");
  }

  void with_hsts(std::string value, int spared_status = 0) {
    site.finish_by([value, spared_status](net::HttpResponse& response) {
      if (response.status != spared_status) response.headers.push_back({"Strict-Transport-Security", value});
    });
  }
  Verdict verdict() const { return verdict_of(probe_tls_hsts, target); }

  SiteForTest site;
  Target target;
};

TEST_F(Hsts, passes_when_every_answer_carries_enough) {
  EXPECT_EQ(verdict(), Verdict::pass);
}

TEST_F(Hsts, fails_when_any_one_kind_of_answer_lacks_it) {
  for (const int status : {200, 303, 400, 401, 404, 405, 411, 413, 414, 417, 431, 501, 505}) {
    with_hsts("max-age=31536000", status);
    EXPECT_EQ(verdict(), Verdict::fail) << status;
  }
}

TEST_F(Hsts, fails_when_it_is_a_second_short_or_malformed) {
  with_hsts("max-age=31535999");
  EXPECT_EQ(verdict(), Verdict::fail);
  with_hsts("max-age=31536000; max-age=31536000");
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(Hsts, cannot_tell_when_a_kind_of_answer_is_not_provoked) {
  site.serve("/metrics", "open to all", 200);
  EXPECT_EQ(verdict(), Verdict::error);
  site.serve("/metrics", "", 401);
  site.serve("/de/", "<p>no style sheet</p>");
  EXPECT_EQ(verdict(), Verdict::error);
  site.withdraw("/de/");
  EXPECT_EQ(verdict(), Verdict::error);
}

TEST_F(Hsts, notices_with_a_go_between_of_its_own_what_it_must_notice) {
  std::size_t controls = 0;
  for (const auto& one :
       probe_tls_hsts({target, std::chrono::steady_clock::now() + std::chrono::seconds(20)}))
    if (one.target == "go-between") {
      ++controls;
      EXPECT_EQ(one.outcome, model::Observation::Outcome::worked) << one.tried.english << ": " << one.seen;
    }
  EXPECT_EQ(controls, 3U) << "taken away, too short, enough";
}

TEST_F(Hsts, cannot_tell_when_an_error_answer_has_another_status) {
  site.finish_by([](net::HttpResponse& response) {
    if (response.status == 413) response.status = 400;
    response.headers.push_back({"Strict-Transport-Security", "max-age=31536000"});
  });
  EXPECT_EQ(verdict(), Verdict::error);
}

TEST_F(Hsts, cannot_tell_without_a_promise) {
  target.annex.sections.clear();
  EXPECT_EQ(verdict(), Verdict::error);
}

class Pins : public testing::Test {
 protected:
  Pins() {
    target = site.target();
    target.ledger_verifier_key =
        merkle::format_verifier_key({"test/ledger", merkle::SignatureType::ed25519, key.public_key()});
    served = *crypto::certificate_pin(site.identity().certificate_pem);
    backup = *crypto::key_pin(crypto::make_private_key_pem().text());
  }

  static std::string entry(const std::string& pin, const std::string& role) {
    return fmt::format(R"({{"pin":"{}","role":"{}","published":"2026-11-23T00:00:00Z"}})", pin, role);
  }
  void publish(const std::string& entries) {
    const std::string json = fmt::format(R"({{"pins":[{}]}})", entries);
    site.serve("/.well-known/pins.json", json);
    sign(json);
  }
  void sign(const std::string& json) {
    const std::string text =
        fmt::format("art32-pins/v1\n{}\n", base::base64(crypto::sha256(base::as_bytes(json))));
    site.serve("/.well-known/pins.json.note",
               merkle::format_note({text, {merkle::sign_note(text, "test/ledger", key)}}));
  }
  Verdict verdict() const { return verdict_of(probe_tls_pins, target); }

  SiteForTest site;
  crypto::Ed25519PrivateKey key = crypto::Ed25519PrivateKey::generate();
  Target target;
  std::string served, backup;
};

TEST_F(Pins, pass_when_the_served_key_and_another_backup_are_published) {
  publish(entry(served, "current") + "," + entry(backup, "backup"));
  EXPECT_EQ(verdict(), Verdict::pass);
}

TEST_F(Pins, fail_when_the_served_key_is_missing_or_only_announced) {
  publish(entry(backup, "current") + "," + entry(backup, "backup"));
  EXPECT_EQ(verdict(), Verdict::fail);
  publish(entry(served, "next") + "," + entry(backup, "backup"));
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(Pins, fail_without_a_backup_or_with_the_current_key_as_backup) {
  publish(entry(served, "current"));
  EXPECT_EQ(verdict(), Verdict::fail);
  publish(entry(served, "current") + "," + entry(served, "backup"));
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(Pins, fail_when_the_list_is_not_the_signed_one) {
  publish(entry(served, "current") + "," + entry(backup, "backup"));
  sign("another list");
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(Pins, fail_when_another_key_has_signed_the_list) {
  publish(entry(served, "current") + "," + entry(backup, "backup"));
  key = crypto::Ed25519PrivateKey::generate();
  publish(entry(served, "current") + "," + entry(backup, "backup"));
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(Pins, cannot_tell_without_a_list_or_a_note) {
  EXPECT_EQ(verdict(), Verdict::error);
  publish(entry(served, "current") + "," + entry(backup, "backup"));
  site.withdraw("/.well-known/pins.json.note");
  EXPECT_EQ(verdict(), Verdict::error);
}

}  // namespace
}  // namespace art32::audit
