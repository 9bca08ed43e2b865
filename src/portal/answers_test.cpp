#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "ledger/sealing.h"
#include "portal/languages.h"
#include "portal/on_request.h"
#include "portal/stored_page.h"
#include "portal/testing.h"

namespace art32::portal {

namespace {

using testing::body_of;
using testing::header_of;
using testing::Stage;

class PortalAnswers : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    stage_ = std::make_unique<Stage>();
    stage_->run_audit();
  }
  static void TearDownTestSuite() { stage_.reset(); }
  static std::unique_ptr<Stage> stage_;
};
std::unique_ptr<Stage> PortalAnswers::stage_;

TEST_F(PortalAnswers, send_visitors_to_their_language) {
  const auto location = [&](const std::string& target, const std::string& languages) {
    return header_of(stage_->get(target, {{"Accept-Language", languages}}), "Location");
  };
  EXPECT_EQ(location("/", "en-GB,en;q=0.9"), "/en/");
  EXPECT_EQ(location("/", "fr, de;q=0.3, en;q=0.2"), "/de/");
  EXPECT_EQ(location("/", ""), "/de/");
  EXPECT_EQ(location("/security-audits", "en"), "/en/security-audits");
  EXPECT_EQ(location("/annex", "en"), "/en/annex");
  EXPECT_EQ(location("/evidence/0", "en"), "/en/evidence/0");
  EXPECT_EQ(location("/de", "en"), "/de/");
  EXPECT_EQ(location("/de/annex/", "en"), "/de/annex");
  EXPECT_EQ(stage_->get("/").status, 303);
  EXPECT_EQ(header_of(stage_->get("/"), "Vary"), "Accept-Language");
}

TEST_F(PortalAnswers, say_what_is_missing_in_the_right_language) {
  const net::HttpResponse german = stage_->get("/de/nothing", {{"Accept-Language", "en"}});
  EXPECT_EQ(german.status, 404);
  EXPECT_NE(body_of(german).find("Diese Seite gibt es nicht"), std::string_view::npos);
  const net::HttpResponse english = stage_->get("/nothing", {{"Accept-Language", "en"}});
  EXPECT_EQ(english.status, 404);
  EXPECT_NE(body_of(english).find("There is no such page"), std::string_view::npos);
  for (const char* target :
       {"/de/security-audits/99", "/de/security-audits/x", "/de/versions/9.9.9", "/de/evidence/99999",
        "/de/evidence/00", "/evidence/0.exe", "/de/versions/1.0.0..9.9.9", "/de/measures/none"})
    EXPECT_EQ(stage_->get(target).status, 404) << target;
}

TEST_F(PortalAnswers, refuse_to_be_written_to) {
  for (const char* method : {"POST", "PUT", "DELETE", "TRACE"}) {
    const net::HttpResponse response = stage_->request(method, "/de/");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD");
  }
}

TEST_F(PortalAnswers, answer_304_to_who_has_the_page_already) {
  const net::HttpResponse first = stage_->get("/de/annex");
  const std::string tag = header_of(first, "ETag");
  const net::HttpResponse again = stage_->get("/de/annex", {{"If-None-Match", "\"other\", W/" + tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, nullptr);
  EXPECT_EQ(header_of(again, "ETag"), tag);
  EXPECT_EQ(stage_->get("/de/annex", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(PortalAnswers, compress_for_who_asks_and_tag_that_apart) {
  const net::HttpResponse plain = stage_->get("/de/annex");
  const net::HttpResponse packed = stage_->get("/de/annex", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(plain, "Vary"), "Accept-Encoding");
  EXPECT_LT(body_of(packed).size(), body_of(plain).size() / 2);
  EXPECT_NE(header_of(packed, "ETag"), header_of(plain, "ETag"));
  EXPECT_EQ(header_of(stage_->get("/de/annex", {{"Accept-Encoding", "gzip;q=0"}}), "Content-Encoding"), "");
}

TEST_F(PortalAnswers, cache_each_kind_as_it_deserves) {
  EXPECT_EQ(header_of(stage_->get("/de/"), "Cache-Control"), "no-cache");
  EXPECT_EQ(header_of(stage_->get("/ledger/checkpoint"), "Cache-Control"), "public, max-age=2");
  const std::string size = std::to_string(stage_->ledger().checkpoint().size.value);
  for (const std::string& tile : {"/ledger/tile/0/000.p/" + size, "/ledger/tile/entries/000.p/" + size}) {
    const net::HttpResponse response = stage_->get(tile);
    EXPECT_EQ(response.status, 200) << tile;
    EXPECT_EQ(header_of(response, "Cache-Control"), "public, max-age=31536000, immutable");
  }
  EXPECT_EQ(stage_->get("/ledger/tile/0/001").status, 404);
  EXPECT_EQ(header_of(stage_->get("/healthz"), "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(stage_->get("/de/nothing"), "Cache-Control"), "no-store");
}

TEST_F(PortalAnswers, give_out_evidence_that_opens_its_commitment) {
  const auto run = stage_->audits().recent(1);
  ASSERT_TRUE(run && !run->empty());
  const std::string leaf = std::to_string(run->front().probes.front().evidence->value);
  const net::HttpResponse response = stage_->get("/evidence/" + leaf + ".json");
  ASSERT_EQ(response.status, 200);
  const boost::json::value evidence = boost::json::parse(body_of(response));
  const auto octets = [&](const char* key) {
    return *base::from_base64(std::string(evidence.at(key).as_string()));
  };
  EXPECT_TRUE(ledger::check_opening(base::to_bytes(std::string(evidence.at("entry").as_string())),
                                    octets("record"), octets("opening")));
  EXPECT_EQ(body_of(stage_->get("/evidence/" + leaf + ".record")), base::as_text(octets("record")));
  EXPECT_EQ(body_of(stage_->get("/evidence/" + leaf + ".proof")),
            std::string(evidence.at("proof").as_string()));
}

TEST_F(PortalAnswers, let_only_machine_accounts_read_metrics) {
  const net::HttpResponse refused = stage_->get("/metrics", {{"Authorization", "Bearer 1|wrong"}});
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(header_of(refused, "WWW-Authenticate").starts_with("Basic "));
  EXPECT_EQ(std::count_if(refused.headers.begin(), refused.headers.end(),
                          [](const auto& header) { return header.name == "WWW-Authenticate"; }),
            2);
  ASSERT_TRUE(stage_->accounts().add("watch"));
  const auto token = stage_->accounts().issue_token("watch", "test", std::nullopt);
  ASSERT_TRUE(token);
  const net::HttpResponse allowed =
      stage_->get("/metrics", {{"Authorization", "Bearer " + std::string(token->text())}});
  ASSERT_EQ(allowed.status, 200);
  for (const char* line : {"art32_measures{state=\"kept\"} 1", "art32_probe_passed{probe=\"sample.bad\"} 0",
                           "art32_http_requests_total 3", "art32_ledger_trouble 0"})
    EXPECT_NE(body_of(allowed).find(line), std::string_view::npos) << line;
}

TEST_F(PortalAnswers, show_no_metrics_to_accounts_that_manage_customers) {
  ASSERT_TRUE(stage_->accounts().add("shop", identity::May::customers));
  const auto token = stage_->accounts().issue_token("shop", "api", std::nullopt);
  ASSERT_TRUE(token);
  const net::HttpResponse refused =
      stage_->get("/metrics", {{"Authorization", "Bearer " + std::string(token->text())}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(body_of(refused), "this account may not read metrics\n");
  EXPECT_EQ(header_of(refused, "Cache-Control"), "no-store");
}

TEST_F(PortalAnswers, keep_what_checks_a_password_to_a_lane_of_its_own) {
  const auto lane = [](const std::string& path, const std::string& authorization) {
    net::HttpRequest request;
    request.method = "GET";
    request.path = path;
    if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
    return blocking_of(stage_->accounts(), request);
  };
  const std::string wrong = "Basic " + base::base64(base::as_bytes("nobody:wrong"));
  EXPECT_EQ(lane("/metrics", wrong), net::Blocking::sign_in);
  EXPECT_EQ(lane("/metrics", "Bearer 1|x"), net::Blocking::yes);
  EXPECT_EQ(lane("/metrics", ""), net::Blocking::no);
  for (const char* path : {"/healthz", "/ledger/checkpoint", "/ledger/tile/0/000", "/evidence/0.json"})
    EXPECT_EQ(lane(path, wrong), net::Blocking::yes) << path;
  EXPECT_EQ(lane("/de/", wrong), net::Blocking::no);
}

TEST_F(PortalAnswers, check_no_password_after_too_many_wrong_ones) {
  const std::string wrong = "Basic " + base::base64(base::as_bytes("nobody:wrong"));
  int status = 401;
  for (int tries = 0; tries < 100 && status == 401; ++tries)
    status = stage_->get("/metrics", {{"Authorization", wrong}}).status;
  EXPECT_EQ(status, 429);
  const net::HttpResponse refused = stage_->get("/metrics", {{"Authorization", wrong}});
  EXPECT_EQ(header_of(refused, "Retry-After"), "60");
  EXPECT_EQ(header_of(refused, "WWW-Authenticate"), "");
}

TEST_F(PortalAnswers, tell_monitors_how_the_system_is) {
  const net::HttpResponse response = stage_->get("/healthz");
  EXPECT_EQ(response.status, 200);
  const boost::json::value health = boost::json::parse(body_of(response));
  EXPECT_EQ(health.at("status").as_string(), "ok");
  EXPECT_EQ(health.at("last_audit").at("passed").to_number<int>(), 1);
}

TEST_F(PortalAnswers, publish_pins_with_a_note_about_their_digest) {
  const std::string json(body_of(stage_->get("/.well-known/pins.json")));
  const boost::json::value pins = boost::json::parse(json);
  EXPECT_EQ(pins.at("pins").as_array().size(), 2U);
  EXPECT_EQ(pins.at("pins").at(0).at("role").as_string(), "current");
  const std::string text = "art32-pins/v1\n" + base::base64(crypto::sha256(base::as_bytes(json))) + "\n";
  EXPECT_TRUE(body_of(stage_->get("/.well-known/pins.json.note")).starts_with(text + "\n"));
}

TEST_F(PortalAnswers, publish_a_security_txt_that_expires_within_a_year) {
  const std::string text(body_of(stage_->get("/.well-known/security.txt")));
  EXPECT_NE(text.find("Contact: mailto:security@example.com\n"), std::string::npos);
  EXPECT_NE(text.find("Canonical: https://example.com/.well-known/security.txt\n"), std::string::npos);
  const std::size_t at = text.find("Expires: ") + 9;
  const auto expires = base::parse_rfc3339(text.substr(at, text.find('\n', at) - at));
  ASSERT_TRUE(expires);
  EXPECT_GT(*expires, stage_->clock.now());
  EXPECT_LT(*expires, stage_->clock.now() + std::chrono::days(365));
}

}  // namespace

TEST(Portal, shows_what_is_too_old_as_unproven_after_a_refresh) {
  Stage stage;
  stage.run_audit();
  EXPECT_NE(body_of(stage.get("/en/")).find("1 kept, 1 broken, 2 unproven"), std::string_view::npos);
  stage.clock.advance(std::chrono::days(40));
  stage.portal->refresh();
  EXPECT_NE(body_of(stage.get("/en/")).find("0 kept, 0 broken, 4 unproven"), std::string_view::npos);
}

TEST(Portal, shows_nothing_rather_than_old_pages_when_it_cannot_make_new_ones) {
  Stage stage;
  stage.run_audit();
  stage.can_sign = false;
  stage.portal->refresh();
  for (const char* page :
       {"/de/", "/en/annex", "/de/security-audits/1", "/.well-known/pins.json", "/annex.json"}) {
    const net::HttpResponse response = stage.get(page);
    EXPECT_EQ(response.status, 503) << page;
    EXPECT_EQ(header_of(response, "Retry-After"), "60");
    EXPECT_EQ(header_of(response, "Strict-Transport-Security"), "max-age=31536000");
  }
  EXPECT_EQ(stage.get("/healthz").status, 503);
  EXPECT_EQ(stage.get("/ledger/checkpoint").status, 200);
  stage.can_sign = true;
  stage.portal->refresh();
  EXPECT_EQ(stage.get("/de/").status, 200);
  EXPECT_EQ(stage.get("/healthz").status, 200);
}

TEST(Portal, says_that_the_pdf_is_on_its_way_and_when_to_ask_again) {
  Stage stage;
  const net::HttpResponse response = stage.get("/de/annex.pdf");
  ASSERT_EQ(response.status, 503);
  EXPECT_EQ(header_of(response, "Retry-After"), "5");
  EXPECT_NE(body_of(response).find("<h1>Das PDF wird gerade gesetzt</h1>"), std::string_view::npos);
  EXPECT_NE(body_of(response).find("In ein paar Sekunden"), std::string_view::npos);
}

TEST(Portal, compares_versions_with_the_words_that_changed) {
  Stage stage;
  stage.publish("1.2.0", stage.clock.now());
  const net::HttpResponse response = stage.get("/en/versions/1.1.0..1.2.0");
  ASSERT_EQ(response.status, 200);
  EXPECT_NE(body_of(response).find("<del>"), std::string_view::npos);
  EXPECT_NE(body_of(response).find("2</ins>"), std::string_view::npos);
  EXPECT_EQ(stage.get("/en/versions/1.0.0").status, 200);
}

TEST(Languages, are_chosen_by_weight_and_german_wins_a_tie) {
  const auto choose = [](std::string_view header) { return tag(preferred_language(header)); };
  EXPECT_EQ(choose("en"), "en");
  EXPECT_EQ(choose("en;q=0.5, de;q=0.5"), "de");
  EXPECT_EQ(choose("EN-us;q=0.8, de;q=0.79"), "en");
  EXPECT_EQ(choose("en;q=0"), "de");
  EXPECT_EQ(choose("english, eng, *"), "de");
  EXPECT_EQ(choose("en;q=abc;;,,"), "de");
}

TEST(StoredPage, reads_conditions_and_codings_as_the_standards_say) {
  EXPECT_TRUE(matches("W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches("\"b\" , \"a\"", "\"a\""));
  EXPECT_TRUE(matches("*", "\"a\""));
  EXPECT_FALSE(matches("\"ab\"", "\"a\""));
  EXPECT_TRUE(accepts_gzip("gzip, deflate"));
  EXPECT_TRUE(accepts_gzip("deflate;q=0.5, gzip;q=0.1"));
  EXPECT_FALSE(accepts_gzip("br"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0, br"));
}

}  // namespace art32::portal
