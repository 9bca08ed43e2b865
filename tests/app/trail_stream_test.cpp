// Streams of the trail from outside: to an HTTPS receiver of ours and to Debian's rsyslog, which refuse,
// hang, die, and come back; what arrived is held against the database.
#include <map>
#include <set>

#include "base/text.h"
#include "net/listening_socket.h"
#include "net/testing.h"
#include "tests/app/shop_with_trail.h"

namespace art32::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// What a receiver was sent, as events: by their ids, and how often they came.
class Inbox {
 public:
  void put(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    for (const std::string_view line : base::split(lines, '\n')) {
      if (line.empty()) continue;
      const json::value event = json::parse(json::string_view(line.data(), line.size()));
      const std::string id(event.at("metadata").at("uid").as_string());
      const auto [known, is_new] = events_.emplace(id, event);
      EXPECT_EQ(known->second, event) << "the same id is the same event";
      all_ += 1;
      if (is_new) order_.push_back(id);
    }
  }
  // The table `invoice` as the events, in their order, say that it is.
  std::string invoices() {
    const std::lock_guard lock(mutex_);
    std::map<std::int64_t, std::string> rows;
    for (const std::string& id : order_) {
      const json::value& event = events_.at(id);
      if (event.at("entity").at("type") != "public.invoice") continue;
      const std::int64_t row = std::stoll(std::string(event.at("entity").at("uid").as_string()));
      const json::value* const after = event.as_object().if_contains("entity_result");
      const json::value& number = (after == nullptr ? event.at("entity") : *after).at("data").at("number");
      if (event.at("activity_id") == 4)
        rows.erase(row);
      else
        rows[row] = number.is_string() ? std::string(number.as_string()) : json::serialize(number);
    }
    std::string text;
    for (const auto& [id, number] : rows)
      text += (text.empty() ? "" : ",") + std::to_string(id) + ":" + number;
    return text;
  }
  std::size_t different() {
    const std::lock_guard lock(mutex_);
    return events_.size();
  }
  std::size_t all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, json::value> events_;
  std::vector<std::string> order_;
  std::size_t all_ = 0;
};

class TrailStream : public ShopWithTrail {
 protected:
  TrailStream()
      : ShopWithTrail(
            "create table invoice (id bigint generated always as identity primary key, team_id bigint "
            "not null, number text)") {
    EXPECT_TRUE(
        base::replace_file(server.folder() / "keys/siem.crt", base::as_bytes(identity.authority_pem)));
    EXPECT_TRUE(base::replace_file(server.folder() / "keys/siem.token", base::as_bytes("token-of-the-siem\n"),
                                   base::Visibility::owner_only));
  }
  void start_with(const std::string& stream) {
    configure("", R"(personal = [{ table = "public.invoice", subject = "id", columns = ["number"] }]
[[gateway.database.trail.stream]]
name = "siem"
ca_file = "keys/siem.crt"
)" + stream);
    apply();
    start();
  }
  json::value stream() { return status().at("streams").at(0); }
  std::string truth() {
    return sql("select string_agg(id || ':' || coalesce(number, 'null'), ',' order by id) from invoice");
  }
  bool has_all(Inbox& inbox) {
    return eventually([&] { return inbox.invoices() == truth(); });
  }
  void write(int round) {
    sql(
        fmt::format("insert into invoice (team_id, number) select i % 3, 'n{}-' || i from "
                    "generate_series(1, 200) i",
                    round));
    sql(fmt::format("update invoice set number = number || '+' where id % 7 = {}", round % 7));
    sql(fmt::format("delete from invoice where id % 11 = {}", round % 11));
  }
  net::testing::Identity identity;
};

// Takes events by POST; may refuse, or never answer.
class HttpsReceiver {
 public:
  explicit HttpsReceiver(const net::testing::Identity& identity, std::uint16_t port = 0) {
    net::HttpHandler handler;
    handler.blocks = [](const net::HttpRequest&) { return net::Blocking::yes; };
    handler.answer = [this](const net::HttpRequest& request) {
      ++asked;
      while (hangs)
        std::this_thread::sleep_for(10ms);
      EXPECT_EQ(request.method, "POST");
      EXPECT_EQ(request.target, "/in?source=art32");
      EXPECT_EQ(net::find_header(request.headers, "Authorization").value_or(""), "Bearer token-of-the-siem");
      if (refuses) return net::HttpResponse::text(500, "not now");
      inbox.put(request.body);
      // Taken, and then it fails to say so.
      if (forgets) return net::HttpResponse::text(503, "lost");
      return net::HttpResponse::text(200, "");
    };
    server_ = net::HttpsServer::start({.port = port}, identity.tls(), std::move(handler)).value();
  }
  ~HttpsReceiver() { hangs = false; }
  std::uint16_t port() const { return server_->port(); }
  std::string lines() const {
    return fmt::format(
        "url = \"https://localhost:{}/in?source=art32\"\ntoken_file = \"keys/siem.token\"\n"
        "personal = true",
        port());
  }

  Inbox inbox;
  std::atomic<bool> refuses = false, hangs = false, forgets = false;
  std::atomic<int> asked = 0;

 private:
  std::unique_ptr<net::HttpsServer> server_;
};

TEST_F(TrailStream, brings_every_change_over_https_through_refusals_and_kills) {
  HttpsReceiver receiver(identity);
  start_with(receiver.lines());
  write(0);
  ASSERT_TRUE(has_all(receiver.inbox)) << stream() << server.log();

  // A receiver that is down keeps neither the database nor the trail waiting.
  receiver.refuses = true;
  const auto sealed = status().at("transactions").to_number<std::uint64_t>();
  write(1);
  EXPECT_TRUE(eventually([&] {
    return status().at("transactions").to_number<std::uint64_t>() >= sealed + 3 &&
           status().at("lag_ms").to_number<std::int64_t>() < 5'000 && !stream().at("trouble").is_null();
  })) << status();
  EXPECT_GT(stream().at("waiting").to_number<int>(), 0);
  const net::Finished told = server.command({"trail", "status"});
  EXPECT_NE(told.exit_code, 0);
  EXPECT_THAT(told.output, AllOf(HasSubstr("stream siem"), HasSubstr("500")));
  receiver.refuses = false;
  EXPECT_TRUE(has_all(receiver.inbox)) << stream();
  EXPECT_TRUE(eventually([&] { return stream().at("waiting").to_number<int>() == 0; }));
  EXPECT_EQ(server.command({"trail", "status"}).exit_code, 0);

  // Killed in the middle, several times, once while the receiver took a batch and didn't say so.
  for (int round = 2; round < 6; ++round) {
    receiver.forgets = round == 3;
    const int before = receiver.asked;
    write(round);
    eventually([&] { return receiver.asked > before; });
    EXPECT_EQ(server.stop(SIGKILL), 128 + SIGKILL);
    receiver.forgets = false;
    server.start();
  }
  EXPECT_TRUE(has_all(receiver.inbox)) << stream() << server.log();
  EXPECT_EQ(looks("trail stream"), 5U) << "one for each start";
  const std::size_t before = receiver.inbox.all();
  server.signal(SIGHUP);
  write(6);
  EXPECT_TRUE(has_all(receiver.inbox)) << stream() << server.log();
  EXPECT_GT(receiver.inbox.all(), before);
  RecordProperty("came_twice", static_cast<int>(receiver.inbox.all() - receiver.inbox.different()));
}

TEST_F(TrailStream, is_ended_and_reloaded_while_the_receiver_hangs) {
  HttpsReceiver receiver(identity);
  receiver.hangs = true;
  start_with(receiver.lines());
  write(0);
  EXPECT_TRUE(eventually([&] { return receiver.asked > 0; }));
  EXPECT_GT(status().at("transactions").to_number<int>(), 0) << "the trail goes on";
  const auto begun = std::chrono::steady_clock::now();
  server.signal(SIGHUP);
  const int before = receiver.asked;
  EXPECT_TRUE(eventually([&] { return receiver.asked > before; }));
  EXPECT_EQ(server.stop(SIGTERM), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
  receiver.hangs = false;
  server.start();
  EXPECT_TRUE(has_all(receiver.inbox)) << stream();
}

TEST_F(TrailStream, trusts_only_the_authority_that_is_named) {
  const net::testing::Identity stranger;
  HttpsReceiver receiver(stranger);
  start_with(receiver.lines());
  write(0);
  EXPECT_TRUE(eventually([&] { return !stream().at("trouble").is_null(); }));
  EXPECT_THAT(json::serialize(stream()), HasSubstr("verify"));
  EXPECT_EQ(receiver.asked, 0);
}

// Debian's rsyslog, which takes syslog over TLS and writes the messages into a file.
class Rsyslog {
 public:
  explicit Rsyslog(const net::testing::Identity& identity) {
    write("ca.pem", identity.authority_pem);
    write("cert.pem", identity.certificate_pem);
    write("key.pem", identity.key_pem);
    const net::Descriptor probe = net::listen_tcp("127.0.0.1", 0).value();
    port_ = net::local_port(probe.number());
  }
  void start() {
    write("rsyslog.conf", fmt::format(R"(global(workDirectory="{0}" maxMessageSize="1m"
  defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{0}/ca.pem"
  defaultNetstreamDriverCertFile="{0}/cert.pem" defaultNetstreamDriverKeyFile="{0}/key.pem")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
template(name="event" type="string" string="%syslogfacility-text%.%syslogseverity-text% %app-name% %msgid% %structured-data%|%msg%\n")
ruleset(name="in") {{ action(type="omfile" file="{0}/events" template="event") }}
input(type="imtcp" address="127.0.0.1" port="{1}" ruleset="in")
)",
                                      folder_.path().string(), port_));
    auto started = net::Child::start({{"rsyslogd", "-n", "-f", (folder_.path() / "rsyslog.conf").string(),
                                       "-i", (folder_.path() / "pid").string()},
                                      {},
                                      {},
                                      {}},
                                     folder_.path() / "log");
    ASSERT_TRUE(started) << started.error().message();
    child_.emplace(std::move(*started));
  }
  void kill() {
    child_->signal(SIGKILL);
    EXPECT_TRUE(child_->wait(10s));
  }
  std::string lines() const {
    return fmt::format("url = \"syslog+tls://localhost:{}\"\npersonal = true", port_);
  }
  std::vector<std::string> messages() const {
    const std::string all =
        base::read_text_file(folder_.path() / "events", 256U << 20).value_or(std::string());
    std::vector<std::string> lines;
    for (const std::string_view line : base::split(all, '\n'))
      if (line.ends_with('}')) lines.emplace_back(line);  // the last may be half written
    return lines;
  }
  // What is new in the file.
  void read(Inbox& inbox) {
    const auto lines = messages();
    for (; read_ < lines.size(); ++read_) {
      EXPECT_THAT(lines[read_], testing::StartsWith("audit.info art32 "));
      const std::string& line = lines[read_];
      const std::string event = line.substr(line.find("]|") + 2);
      const std::string id(json::parse(event).at("metadata").at("uid").as_string());
      EXPECT_THAT(line, HasSubstr("[art32@32473 uid=\"" + id + "\" database=\"shop\""));
      inbox.put(event);
    }
  }
  std::string log() const { return base::read_text_file(folder_.path() / "log").value_or(""); }

 private:
  void write(const std::string& name, const std::string& content) const {
    EXPECT_TRUE(
        base::replace_file(folder_.path() / name, base::as_bytes(content), base::Visibility::owner_only));
  }
  base::ScratchFolder folder_;
  std::uint16_t port_ = 0;
  std::optional<net::Child> child_;
  std::size_t read_ = 0;
};

TEST_F(TrailStream, brings_every_change_to_rsyslog_over_tls_though_both_are_killed) {
  Rsyslog rsyslog(identity);
  rsyslog.start();
  start_with(rsyslog.lines());
  Inbox inbox;
  const auto has_come = [&] {
    return eventually([&] {
      rsyslog.read(inbox);
      return inbox.invoices() == truth();
    });
  };
  write(0);
  ASSERT_TRUE(has_come()) << stream() << rsyslog.log() << server.log();
  for (int round = 1; round < 4; ++round) {
    write(round);
    rsyslog.kill();  // with whatever it had read and not written
    write(round + 10);
    rsyslog.start();
    EXPECT_TRUE(has_come()) << stream() << rsyslog.log();
    write(round + 20);
    EXPECT_EQ(server.stop(SIGKILL), 128 + SIGKILL);
    server.start();
    EXPECT_TRUE(has_come()) << stream() << server.log();
  }
  RecordProperty("came_twice", static_cast<int>(inbox.all() - inbox.different()));
}

TEST_F(TrailStream, sends_no_personal_values_unless_it_is_told_to) {
  HttpsReceiver receiver(identity);
  start_with(base::replace_all(receiver.lines(), "personal = true", "teams = [\"1\"]"));
  sql("insert into invoice (team_id, number) values (1, 'of Erika'), (2, 'of Max')");
  ASSERT_TRUE(eventually([&] { return receiver.inbox.different() > 0; })) << stream() << server.log();
  EXPECT_THAT(receiver.inbox.invoices(), AllOf(HasSubstr("personal"), Not(HasSubstr("Erika"))));
  EXPECT_EQ(receiver.inbox.different(), 1U);
}

}  // namespace
}  // namespace art32::test
