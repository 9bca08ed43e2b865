#include "identity/api/token_reports.h"

#include <boost/json.hpp>

#include "base/file.h"
#include "base/limits.h"
#include "identity/customers_testing.h"
#include "net/subprocess.h"

namespace art32::identity {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

// A scanner of our own: its keys are made, and its reports signed, by the openssl command.
class Scanner {
 public:
  explicit Scanner(const base::Path& folder) : key_(folder / "scanner.pem"), message_(folder / "report") {
    run({"openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key_.string()});
  }
  ScannerKeys keys(std::string_view identifier) const {
    const std::string pem = run({"openssl", "ec", "-in", key_.string(), "-pubout"});
    json::array rows{
        json::object{{"key_identifier", std::string(identifier)}, {"key", pem}, {"is_current", true}}};
    return ScannerKeys::parse(json::serialize(json::object{{"public_keys", rows}})).value();
  }
  std::string sign(const std::string& body) const {
    EXPECT_TRUE(base::replace_file(message_, base::as_bytes(body)));
    return base::base64(
        base::as_bytes(run({"openssl", "dgst", "-sha256", "-sign", key_.string(), message_.string()})));
  }

 private:
  static std::string run(std::vector<std::string> arguments) {
    const auto finished = net::run({std::move(arguments), {}, {}, {}}, 10s);
    EXPECT_TRUE(finished && finished->exit_code == 0);
    return finished ? finished->output : std::string();
  }
  base::Path key_, message_;
};

class TokenReportsTest : public testing::CustomersTest {
 protected:
  net::HttpRequest signed_request(std::string body) const {
    net::HttpRequest request;
    request.method = "POST";
    request.path = request.target = "/token-reports";
    request.headers = {{"content-type", "application/json"},
                       {"github-public-key-identifier", "of-today"},
                       {"github-public-key-signature", scanner.sign(body)}};
    request.body = std::move(body);
    return request;
  }
  static std::string row_of(std::string_view token) {
    return json::serialize(json::object{{"token", std::string(token)},
                                        {"type", "art32_api_token"},
                                        {"url", "https://github.com/octocat/Hello-World/blob/main/foo.txt"},
                                        {"source", "content"}});
  }
  static std::string text_of(const net::HttpResponse& response) {
    return response.body == nullptr ? std::string() : *response.body;
  }
  static std::string code_of(const net::HttpResponse& response) {
    const auto type = net::find_header(response.headers, "Content-Type");
    EXPECT_EQ(type, "application/problem+json");
    return std::string(json::parse(text_of(response)).at("code").as_string());
  }
  Scanner scanner{folder.path()};
  TokenReports reports{tokens, scanner.keys("of-today")};
};

TEST_F(TokenReportsTest, revokes_what_is_ours_and_tells_what_was_real) {
  const std::string ours = issue({red, erika}), kept = issue({blue, max});
  const auto answer =
      reports.answer(signed_request("[" + row_of(ours) + ", " + row_of("art32_somebody_elses") + "]"));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(net::find_header(answer.headers, "Content-Type"), "application/json");
  const std::string hash_of_ours = crypto::sha256_hex(ours),
                    hash_of_other = crypto::sha256_hex("art32_somebody_elses");
  EXPECT_EQ(text_of(answer),
            R"([{"token_hash":")" + hash_of_ours +
                R"(","token_type":"art32_api_token","label":"true_positive"},{"token_hash":")" +
                hash_of_other + R"(","token_type":"art32_api_token","label":"false_positive"}])");
  EXPECT_FALSE(look_up(ours));
  EXPECT_TRUE(look_up(kept));
  EXPECT_EQ(sink.records.back(),
            R"({"event":"user-token-revoked","reported_by":"content","team":"red","token":1,"user":1})");
}

TEST_F(TokenReportsTest, looks_at_nothing_that_its_scanner_has_not_signed) {
  const std::string token = issue({red, erika});
  const std::size_t records = sink.records.size();
  const net::HttpRequest right = signed_request("[" + row_of(token) + "]");
  const auto refused = [&](const net::HttpRequest& request, std::string_view code) {
    const auto answer = reports.answer(request);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(code_of(answer), code);
    EXPECT_EQ(text_of(answer).find(token), std::string::npos);
  };
  net::HttpRequest request = right;
  request.headers.pop_back();
  refused(request, "unsigned");
  request = right;
  request.headers.erase(request.headers.begin() + 1);
  refused(request, "unsigned");
  request = right;
  request.body += " ";  // the same JSON, but not the same octets
  refused(request, "wrong-signature");
  for (const std::string& signature : {std::string(), std::string("%"), std::string(50'000, 'A'),
                                       scanner.sign("[]"), right.headers.back().value.substr(4)}) {
    request = right;
    request.headers.back().value = signature;
    refused(request, "wrong-signature");
  }
  request = right;
  request.headers[1].value = "of-tomorrow";
  refused(request, "unknown-key");
  EXPECT_NE(text_of(reports.answer(request)).find("fetch the scanner's keys anew"), std::string::npos);
  EXPECT_TRUE(look_up(token));
  EXPECT_EQ(sink.records.size(), records);

  reports.replace_keys(scanner.keys("of-tomorrow"));
  EXPECT_EQ(reports.answer(request).status, 200);
  EXPECT_FALSE(look_up(token));
  refused(right, "unknown-key");
}

TEST_F(TokenReportsTest, refuses_reports_that_are_none_though_signed) {
  const std::string token = issue({red, erika});
  const std::string good = row_of(token);
  for (const std::string& body :
       {std::string(), std::string("{}"), good, "[" + good, "[" + good + ",7]",
        "[" + good + R"(,{"token":"x"}])", "[" + good + R"(,{"token":1,"type":"t"}])",
        "[" + good + R"(,{"token":"x","type":"t","url":[]}])",
        "[" + good + R"(,{"token":"x","token":"y","type":"t"}])",
        "[" + good + ",{\"token\":\"\xff\",\"type\":\"t\"}]",
        "[" + good + "," + std::string(1'000, '[') + std::string(1'000, ']') + "]"}) {
    const auto answer = reports.answer(signed_request(body));
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(code_of(answer), "invalid-argument");
    EXPECT_EQ(text_of(answer).find(token), std::string::npos);
  }
  EXPECT_TRUE(look_up(token)) << "all or nothing";
  EXPECT_EQ(reports.answer(signed_request("[]")).status, 200);
  EXPECT_EQ(reports.answer(signed_request(R"([{"token":"x","type":"t","later":{"is":["fine"]}}])")).status,
            200)
      << "members that GitHub adds one day";
  std::string many = R"({"token":"x","type":"t"})";
  for (std::size_t i = 0; i < base::limits::token_report_rows; ++i)
    many += R"(,{"token":"x","type":"t"})";
  EXPECT_EQ(reports.answer(signed_request("[" + many + "]")).status, 400);
}

TEST_F(TokenReportsTest, can_be_sent_again_when_nothing_could_be_sealed) {
  const std::string token = issue({red, erika});
  const net::HttpRequest request = signed_request("[" + row_of(token) + "]");
  sink.full = true;
  EXPECT_EQ(reports.answer(request).status, 507);
  EXPECT_TRUE(look_up(token));
  sink.full = false;
  EXPECT_EQ(reports.answer(request).status, 200);
  EXPECT_FALSE(look_up(token));
}

TEST_F(TokenReportsTest, takes_posts_alone) {
  net::HttpRequest request = signed_request("[]");
  EXPECT_EQ(reports.blocking_of(request), net::Blocking::yes);
  request.method = "GET";
  const auto answer = reports.answer(request);
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(net::find_header(answer.headers, "Allow"), "POST");
  EXPECT_EQ(reports.blocking_of(request), net::Blocking::no);
  EXPECT_TRUE(TokenReports::is_own("/token-reports"));
  EXPECT_FALSE(TokenReports::is_own("/token-reports/"));
}

}  // namespace
}  // namespace art32::identity
