// The pages for who operates the server: what stands there, and that nothing of it is public.
#include "portal/operators.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "portal/markup.h"
#include "portal/testing.h"

namespace art32::portal {
namespace {

using namespace std::chrono_literals;
using testing::body_of;
using testing::header_of;

gateway::GatewayReport busy_report() {
  gateway::GatewayReport report;
  gateway::PoolReport pool;
  pool.database = "app";
  pool.principal = std::string(testing::evil);
  pool.clients_active = 2;
  pool.clients_waiting = 3;
  pool.servers_active = 2;
  pool.servers_idle = 1;
  pool.servers_most = 8;
  pool.longest_wait = 250ms;
  pool.totals.queries = 1'000;
  pool.totals.query_time = 500ms;
  report.pools.push_back(pool);
  pool.is_replication = true;
  report.pools.push_back(pool);
  for (int i = 0; i < 250; ++i) {
    gateway::ClientReport client;
    client.database = "app";
    client.principal = "app";
    client.peer = "127.0.0.1 port " + std::to_string(40'000 + i);
    client.state = "waiting";
    client.age = 90min;
    report.clients.push_back(client);
  }
  report.servers.push_back({"app", "app", "db.example.com", "opening", 0, false, 5ms, 0});
  report.refused_logins = 12;
  report.postures = {{"app", gateway::PostureState::broken, true, 3, {}, base::Instant()},
                     {"second", gateway::PostureState::unknown, false, 0, {}, {}}};
  report.trails = {{"app", true, 1'500ms, 70, 7, 1, 2, {}}, {"second", false, {}, 0, 0, 0, 0, {}}};
  report.trails[0].streams = {{"siem", "https://siem.example.com/in", false, 9, 5, 3'000ms, "refused <b>"}};
  return report;
}

class OperatorsPages : public ::testing::Test {
 protected:
  testing::Stage stage;
};

TEST_F(OperatorsPages, say_so_where_no_gateway_runs) {
  const net::HttpResponse german = stage.operators("GET", "/de/");
  EXPECT_EQ(german.status, 200);
  EXPECT_NE(body_of(german).find("Hier läuft kein Gateway"), std::string_view::npos);
  EXPECT_NE(body_of(stage.operators("GET", "/en/")).find("No gateway runs here"), std::string_view::npos);
  EXPECT_TRUE(boost::json::parse(body_of(stage.operators("GET", "/gateway.json"))).at("gateway").is_null());
}

TEST_F(OperatorsPages, show_pools_clients_and_servers_in_both_languages) {
  stage.report = busy_report();
  const net::HttpResponse german = stage.operators("GET", "/de/");
  const std::string_view page = body_of(german);
  EXPECT_EQ(page.find("<script"), std::string_view::npos) << "what a name says is text";
  for (const char* words :
       {"5, 3 warten", "3 von 8", "250 ms", "replication", "Abgewiesene Anmeldungen", "Und 50 weitere.",
        "90 min", "wird geöffnet", "db.example.com", "gebrochen", "dürfen sich nicht anmelden", "unbekannt",
        "1,5 s", "wird nicht gelesen", "liefert nicht", "refused &lt;b&gt;"})
    EXPECT_NE(page.find(words), std::string_view::npos) << words;
  EXPECT_EQ(testing::occurrences(page, "127.0.0.1 port"), 200U);
  EXPECT_EQ(header_of(german, "Cache-Control"), "no-store");
  EXPECT_NE(header_of(german, "Content-Security-Policy"), "");
  const net::HttpResponse english = stage.operators("GET", "/en/");
  EXPECT_NE(body_of(english).find("5, 3 waiting"), std::string_view::npos);
  EXPECT_NE(body_of(english).find("Use of the pools: 4 of 16 server connections work, 6 clients wait"),
            std::string_view::npos);
  const auto postures =
      boost::json::parse(body_of(stage.operators("GET", "/gateway.json"))).at("gateway").at("postures");
  EXPECT_EQ(postures.at(0).at("state").as_string(), "broken");
  EXPECT_EQ(postures.at(0).at("findings").to_number<int>(), 3);
  EXPECT_TRUE(postures.at(1).at("checked").is_null());
  const auto trails =
      boost::json::parse(body_of(stage.operators("GET", "/gateway.json"))).at("gateway").at("trails");
  EXPECT_EQ(trails.at(0).at("unattributed").to_number<int>(), 7);
  EXPECT_TRUE(trails.at(1).at("lag_ms").is_null());
  EXPECT_EQ(trails.at(0).at("streams").at(0).at("waiting").to_number<int>(), 5);
}

TEST_F(OperatorsPages, metrics_tell_which_posture_is_broken) {
  stage.report = busy_report();
  const net::HttpResponse metrics = stage.operators("GET", "/metrics");
  const std::string_view text = body_of(metrics);
  for (const char* line :
       {"art32_tenancy_posture_kept{database=\"app\"} 0",
        "art32_tenancy_posture_findings{database=\"app\"} 3",
        "art32_tenancy_posture_enforced{database=\"app\"} 1",
        "art32_tenancy_posture_kept{database=\"second\"} 0", "art32_trail_read{database=\"app\"} 1",
        "art32_trail_lag_seconds{database=\"app\"} 1.5", "art32_trail_unattributed_total{database=\"app\"} 7",
        "art32_trail_read{database=\"second\"} 0",
        "art32_trail_stream_delivering{database=\"app\",stream=\"siem\"} 0",
        "art32_trail_stream_waiting_records{database=\"app\",stream=\"siem\"} 5",
        "art32_trail_stream_lag_seconds{database=\"app\",stream=\"siem\"} 3"})
    EXPECT_NE(text.find(line), text.npos) << line;
  EXPECT_EQ(text.find("art32_tenancy_posture_findings{database=\"second\"}"), text.npos)
      << "nothing is known";
}

TEST_F(OperatorsPages, show_who_cosigned_the_ledger_and_who_contradicts_it) {
  EXPECT_EQ(body_of(stage.operators("GET", "/metrics")).find("art32_ledger_witness"), std::string_view::npos);
  EXPECT_TRUE(boost::json::parse(body_of(stage.operators("GET", "/gateway.json"))).at("witnesses").is_null());
  const base::Error rollback{base::ErrorCode::corrupt, "rollback: the witness has cosigned 1234", "find out"};
  stage.witnesses = ledger::CosigningReport{
      ledger::CosigningState::contradicted,
      2,
      1,
      merkle::TreeSize(1'200),
      {{"w<1>", "https://a", ledger::WitnessState::cosigned, merkle::TreeSize(1'200), base::Instant(), {}},
       {"w2", "https://b", ledger::WitnessState::contradicts, {}, {}, rollback}}};
  const net::HttpResponse german = stage.operators("GET", "/de/");
  for (const char* words : {"EIN ZEUGE WIDERSPRICHT", "w&lt;1&gt;", "widerspricht", "1.200",
                            "rollback: the witness has cosigned 1234 (find out)"})
    EXPECT_NE(body_of(german).find(words), std::string_view::npos) << words;
  EXPECT_NE(body_of(stage.operators("GET", "/en/")).find("A WITNESS CONTRADICTS"), std::string_view::npos);
  const net::HttpResponse metrics = stage.operators("GET", "/metrics");
  for (const char* line :
       {"art32_ledger_witnessed 0", "art32_ledger_contradicted 1", "art32_ledger_cosignatures 1",
        "art32_ledger_witness_cosigns{witness=\"w<1>\"} 1", "art32_ledger_witness_cosigns{witness=\"w2\"} 0",
        "art32_ledger_witness_entries{witness=\"w<1>\"} 1200"})
    EXPECT_NE(body_of(metrics).find(line), std::string_view::npos) << line;
  const auto told = boost::json::parse(body_of(stage.operators("GET", "/gateway.json"))).at("witnesses");
  EXPECT_EQ(told.at("state").as_string(), "contradicted");
  EXPECT_EQ(told.at("witnesses").at(0).at("cosigned").as_string(), "1970-01-01T00:00:00Z");
}

TEST_F(OperatorsPages, rates_are_of_the_last_seconds) {
  stage.report = busy_report();
  const auto pool = [&] {
    return boost::json::parse(body_of(stage.operators("GET", "/gateway.json")))
        .at("gateway")
        .at("pools")
        .at(0);
  };
  EXPECT_EQ(pool().at("queries_per_second").to_number<double>(), 0) << "nothing to compare with";
  stage.clock.advance(10s);
  stage.report->pools[0].totals.queries += 500;
  stage.report->pools[0].totals.query_time += 1s;
  const auto busy = pool();
  EXPECT_NEAR(busy.at("queries_per_second").to_number<double>(), 50, 0.1);
  EXPECT_EQ(busy.at("mean_query_us").as_int64(), 2'000);
  stage.clock.advance(10min);
  EXPECT_EQ(pool().at("queries_per_second").to_number<double>(), 0) << "long ago";
}

TEST_F(OperatorsPages, stand_apart_from_the_public_ones) {
  stage.report = busy_report();
  EXPECT_EQ(stage.get("/gateway.json").status, 404);
  EXPECT_EQ(stage.operators("GET", "/de/annex").status, 404);
  EXPECT_EQ(stage.operators("POST", "/de/").status, 405);
  const net::HttpResponse home = stage.operators("GET", "/", {{"Accept-Language", "en"}});
  EXPECT_EQ(home.status, 303);
  EXPECT_EQ(header_of(home, "Location"), "/en/");
  const net::HttpResponse metrics = stage.operators("GET", "/metrics");
  EXPECT_EQ(metrics.status, 200) << "without an account";
  EXPECT_NE(body_of(metrics).find("mode=\"replication\""), std::string_view::npos);
  EXPECT_EQ(stage.get("/metrics").status, 401);
  for (const std::string& asset : testing::attributes(body_of(stage.operators("GET", "/de/")), "href"))
    if (asset.starts_with("/assets/")) {
      EXPECT_EQ(stage.operators("GET", asset).status, 200) << asset;
    }
}

}  // namespace
}  // namespace art32::portal
