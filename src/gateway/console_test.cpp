#include "gateway/console.h"

#include <gtest/gtest.h>

#include "pgwire/frame.h"
#include "pgwire/rows.h"

namespace art32::gateway {
namespace {

using Kind = ConsoleCommand::Kind;

TEST(Console, reads_commands_as_people_write_them) {
  const auto expect = [](std::string_view text, Kind kind, std::string_view subject) {
    const ConsoleCommand command = parse_console_command(text);
    EXPECT_EQ(command.kind, kind) << text;
    EXPECT_EQ(command.subject, subject) << text;
  };
  expect("SHOW POOLS;", Kind::show, "pools");
  expect("  show\n  stats", Kind::show, "stats");
  expect("pause", Kind::pause, "");
  expect("PAUSE \"App\";", Kind::pause, "App");
  expect("resume app", Kind::resume, "app");
  expect("RELOAD;", Kind::reload, "");
  expect("", Kind::none, "");
  expect(";", Kind::none, "");
  expect("set client_encoding = utf8", Kind::none, "");
  expect("drop table x", Kind::unknown, "drop");
  expect("PAUSE app extra", Kind::excess, "extra");
  expect("SHOW POOLS; SHOW CLIENTS", Kind::excess, "SHOW");
  expect("RELOAD; ; PAUSE", Kind::excess, "PAUSE");
  expect("SHOW POOLS;;", Kind::show, "pools");
}

// The types of the messages, one letter each.
std::string types_of(base::ByteView octets) {
  std::string types;
  while (!octets.empty()) {
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::backend, octets);
    EXPECT_EQ(frame.status, pgwire::FrameStatus::message);
    types += static_cast<char>(frame.type);
    octets = octets.subspan(frame.octets);
  }
  return types;
}

TEST(Console, answers_with_a_row_for_each_pool) {
  GatewayReport report;
  PoolReport pool;
  pool.database = "app";
  pool.principal = "erika";
  report.pools = {pool, pool};
  base::Bytes answer;
  put_show(answer, "pools", report, Settings());
  EXPECT_EQ(types_of(answer), "TDDC");
}

TEST(Console, names_what_there_is_when_it_is_asked_for_something_else) {
  base::Bytes answer;
  put_show(answer, "everything", GatewayReport(), Settings());
  EXPECT_EQ(types_of(answer), "E");
  EXPECT_NE(base::as_text(answer).find("SHOW HELP"), std::string_view::npos);
}

TEST(Console, every_listed_subject_is_answered) {
  base::Bytes help;
  put_show(help, "help", GatewayReport(), Settings());
  for (const char* subject : {"pools", "clients", "servers", "stats", "databases", "users", "lists", "totals",
                              "config", "state", "version", "help"}) {
    base::Bytes answer;
    put_show(answer, subject, GatewayReport(), Settings());
    EXPECT_EQ(types_of(answer).front(), 'T') << subject;
    EXPECT_NE(base::as_text(help).find(std::string("SHOW ") + subject), std::string_view::npos) << subject;
  }
}

TEST(Report, pools_of_several_workers_become_one) {
  GatewayReport all, other;
  PoolReport pool;
  pool.database = "app";
  pool.principal = "erika";
  pool.clients_active = 2;
  pool.totals.queries = 10;
  pool.longest_wait = std::chrono::milliseconds(5);
  all.pools = {pool};
  pool.longest_wait = std::chrono::milliseconds(9);
  other.pools = {pool};
  other.connections = 3;
  all.add(std::move(other));
  ASSERT_EQ(all.pools.size(), 1U);
  EXPECT_EQ(all.pools[0].clients_active, 4U);
  EXPECT_EQ(all.pools[0].totals.queries, 20U);
  EXPECT_EQ(all.pools[0].longest_wait, std::chrono::milliseconds(9));
  EXPECT_EQ(all.connections, 3U);
}

}  // namespace
}  // namespace art32::gateway
