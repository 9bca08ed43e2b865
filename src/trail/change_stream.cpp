#include "trail/change_stream.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;
using Row = net::PostgresClient::Row;

// What CREATE_REPLICATION_SLOT takes (documentation, section 27.2.6.1).
bool is_slot_name(std::string_view name) {
  return !name.empty() && name.size() <= base::limits::trail_slot_letters &&
         std::ranges::all_of(name, [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
         });
}

std::string quoted(std::string_view text, std::string_view quote) {
  return fmt::format("{}{}{}", quote,
                     base::replace_all(std::string(text), quote, std::string(quote) + std::string(quote)),
                     quote);
}

const std::string& cell(const Row& row, std::size_t column) {
  static const std::string none;
  return column < row.size() && row[column] ? *row[column] : none;
}

auto unexpected_answer() {
  return failure(ErrorCode::corrupt, "the server's answer isn't one of PostgreSQL's",
                 "is it PostgreSQL 15 or newer, without a pooler between?");
}

}  // namespace

base::Result<std::unique_ptr<ChangeStream>> ChangeStream::open(const ChangeSource& source, Slot slot,
                                                               const base::Clock& clock,
                                                               const net::Deadline& deadline) {
  if (!is_slot_name(source.slot))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("\"{}\" can't be a replication slot's name", source.slot),
                   fmt::format("use a to z, 0 to 9 and _, at most {}", base::limits::trail_slot_letters));
  ART32_ASSIGN(auto client, net::ReplicationClient::connect(source.server, source.account,
                                                            net::ReplicationClient::Kind::logical, deadline));
  std::unique_ptr<ChangeStream> stream(new ChangeStream(std::move(client), clock));
  ART32_CHECKED(stream->identify(deadline));
  ART32_CHECKED(stream->find_publication(source, deadline));
  ART32_CHECKED(stream->find_slot(source, slot, deadline));
  const std::string publications = quoted(quoted(source.publication, "\""), "'");
  ART32_CHECKED(stream->client_->start(
      fmt::format(
          "START_REPLICATION SLOT {} LOGICAL 0/0 (proto_version '1', publication_names {}, messages 'true')",
          source.slot, publications),
      deadline));
  stream->heard_ = stream->told_ = clock.now();
  return stream;
}

base::Status ChangeStream::identify(const net::Deadline& deadline) {
  ART32_ASSIGN(const std::vector<Row> system, client_->command("IDENTIFY_SYSTEM", deadline));
  ART32_ASSIGN(
      const std::vector<Row> now,
      client_->command("SELECT d.oid, pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot()) "
                       "FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()",
                       deadline));
  if (system.size() != 1 || now.size() != 1) return unexpected_answer();
  const auto identifier = base::parse_number(cell(system[0], 0));
  const auto timeline = base::parse_number(cell(system[0], 1));
  const auto end = pgwire::parse_lsn(cell(system[0], 2));
  const auto database = base::parse_number(cell(now[0], 0));
  const auto transaction = base::parse_number(cell(now[0], 1));
  if (!identifier || !timeline || !end || !database || !transaction) return unexpected_answer();
  origin_.system = *identifier;
  origin_.timeline = static_cast<std::uint32_t>(*timeline);
  origin_.database = static_cast<std::uint32_t>(*database);
  origin_.transaction = *transaction;
  server_end_ = *end;
  return {};
}

// The server would notice it with the first change only.
base::Status ChangeStream::find_publication(const ChangeSource& source, const net::Deadline& deadline) {
  ART32_ASSIGN(const std::vector<Row> found,
               client_->command(fmt::format("SELECT FROM pg_catalog.pg_publication WHERE pubname = {}",
                                            quoted(source.publication, "'")),
                                deadline));
  if (found.empty())
    return failure(ErrorCode::not_found,
                   fmt::format("there is no publication \"{}\" in the database", source.publication),
                   "make it: art32 trail apply");
  return {};
}

base::Status ChangeStream::find_slot(const ChangeSource& source, Slot wanted, const net::Deadline& deadline) {
  ART32_ASSIGN(
      const std::vector<Row> found,
      client_->command(
          fmt::format(
              "SELECT plugin, database = pg_catalog.current_database() AND NOT temporary, active_pid, "
              "wal_status, confirmed_flush_lsn FROM pg_catalog.pg_replication_slots WHERE slot_name = '{}'",
              source.slot),
          deadline));
  if (!found.empty()) {
    const Row& slot = found[0];
    if (cell(slot, 0) != "pgoutput" || cell(slot, 1) != "t")
      return failure(ErrorCode::conflict,
                     fmt::format("the replication slot \"{}\" is of another database or plugin", source.slot),
                     "choose another name for ours");
    if (!cell(slot, 2).empty())
      return failure(ErrorCode::conflict,
                     fmt::format("process {} of the server reads from the replication slot \"{}\"",
                                 cell(slot, 2), source.slot),
                     "one reader has it: stop the other one");
    if (cell(slot, 3) != "lost" && wanted == Slot::keep) {
      const auto confirmed = pgwire::parse_lsn(cell(slot, 4));
      if (!confirmed) return unexpected_answer();
      origin_.from = confirmed_ = *confirmed;
      return {};
    }
    ART32_CHECKED(client_->command("DROP_REPLICATION_SLOT " + source.slot, deadline));
  }
  ART32_ASSIGN(
      const std::vector<Row> made,
      client_->command(
          fmt::format("CREATE_REPLICATION_SLOT {} LOGICAL pgoutput (SNAPSHOT 'nothing')", source.slot),
          deadline));
  const auto from = made.size() == 1 ? pgwire::parse_lsn(cell(made[0], 1)) : std::nullopt;
  if (!from) return unexpected_answer();
  origin_.from = confirmed_ = *from;
  origin_.begins_anew = true;
  return {};
}

base::Result<std::optional<base::ByteView>> ChangeStream::next(const net::Deadline& deadline) {
  while (true) {
    ART32_ASSIGN(const std::optional<base::ByteView> content, client_->receive(deadline));
    const base::Instant now = clock_.now();
    if (!content) {
      if (now - told_ >= base::limits::trail_status_period) ART32_CHECKED(tell(deadline));
      return std::nullopt;
    }
    const auto message = pgwire::parse_wal_message(*content);
    if (!message) return unexpected_answer();
    heard_ = now;
    if (const auto* data = std::get_if<pgwire::WalData>(&*message)) {
      server_time_ = data->sent;
      server_end_ = std::max(server_end_, data->end);
      received_ = std::max(received_, data->start);
      if (now - told_ >= base::limits::trail_status_period) ART32_CHECKED(tell(deadline));
      return data->data;
    }
    const auto& keepalive = std::get<pgwire::WalKeepalive>(*message);
    server_time_ = keepalive.sent;
    server_end_ = std::max(server_end_, keepalive.end);
    sent_end_ = std::max(sent_end_, keepalive.end);
    if (keepalive.wants_reply || now - told_ >= base::limits::trail_status_period)
      ART32_CHECKED(tell(deadline));
    if (keepalive.wants_reply) {
      is_asked_ = true;
      return std::nullopt;
    }
  }
}

base::Status ChangeStream::confirm(pgwire::Lsn done, const net::Deadline& deadline) {
  confirmed_ = std::max(confirmed_, done);
  return tell(deadline);
}

base::Status ChangeStream::tell(const net::Deadline& deadline) {
  told_ = clock_.now();
  base::Bytes status;
  pgwire::put_wal_status(status, {std::max(received_, confirmed_), confirmed_, confirmed_, told_, true});
  return client_->send(status, deadline);
}

}  // namespace art32::trail
