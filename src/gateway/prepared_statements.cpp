#include "gateway/prepared_statements.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"

namespace art32::gateway {

namespace limits = base::limits;

namespace {

constexpr std::string_view prefix = "art32:";

}  // namespace

std::string server_name(std::uint32_t id) {
  std::array<char, prefix.size() + 8> name;  // a string that short needs no memory of its own
  char* const digits = std::copy(prefix.begin(), prefix.end(), name.data());
  return {name.data(), std::to_chars(digits, name.data() + name.size(), id, 16).ptr};
}

bool looks_like_server_name(std::string_view name) {
  return name.starts_with(prefix);
}

bool mentions_server_name(std::string_view message) {
  return message.find(prefix) != message.npos;
}

StatementPointer StatementBook::find_or_add(base::ByteView content, std::uint32_t name_view) {
  const Key key{base::as_text(content), name_view};
  if (const auto known = statements_.find(key); known != statements_.end()) {
    StatementPointer statement = known->second.statement.lock();
    keep(known->second, statement);
    return statement;
  }
  auto fresh = std::make_unique<Statement>();
  if (++last_id_ == 0) ++last_id_;  // 0 is none
  fresh->id = last_id_;
  fresh->name_view = name_view;
  fresh->content = std::string(key.content);
  fresh->effects = scan_statement(fresh->sql());
  const StatementPointer statement(fresh.release(), [this](const Statement* dead) { forget(dead); });
  const auto place = statements_.emplace(key_of(*statement), Entry{statement, recent_.end()}).first;
  keep(place->second, statement);
  return statement;
}

void StatementBook::keep(Entry& entry, const StatementPointer& statement) {
  if (entry.recent != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, entry.recent);
    return;
  }
  recent_.push_front(statement);
  entry.recent = recent_.begin();
  recent_octets_ += statement->content.size();
  while (recent_.size() > 1 && (recent_.size() > limits::gateway_statements_kept ||
                                recent_octets_ > limits::gateway_statements_kept_octets)) {
    const StatementPointer oldest = std::move(recent_.back());
    statements_.find(key_of(*oldest))->second.recent = recent_.end();
    recent_octets_ -= oldest->content.size();
    recent_.pop_back();
  }
}

void StatementBook::collect_views(std::unordered_set<std::uint32_t>& views) const {
  for (const auto& [key, entry] : statements_)
    views.insert(key.name_view);
}

void StatementBook::forget(const Statement* statement) {
  statements_.erase(key_of(*statement));
  delete statement;
}

const StatementPointer* ClientStatements::find(std::string_view name) const {
  if (!table_) return nullptr;
  const auto found = table_->names.find(name);
  return found == table_->names.end() ? nullptr : &found->second.statement;
}

std::uint32_t ClientStatements::set(std::string_view name, StatementPointer statement) {
  if (!table_) table_ = std::make_unique<Table>();
  erase(name);
  const std::size_t octets = name.size() + statement->content.size();
  if (table_->names.size() >= limits::gateway_statements_of_client ||
      table_->octets + octets > limits::gateway_statement_octets_of_client)
    return 0;
  table_->octets += octets;
  if (++table_->last_ticket == 0) ++table_->last_ticket;
  table_->names.emplace(name, Entry{std::move(statement), table_->last_ticket});
  return table_->last_ticket;
}

void ClientStatements::erase(std::string_view name) {
  if (!table_) return;
  const auto found = table_->names.find(name);
  if (found == table_->names.end()) return;
  table_->octets -= name.size() + found->second.statement->content.size();
  table_->names.erase(found);
}

void ClientStatements::take_back(const std::vector<std::uint32_t>& tickets) {
  if (!table_ || tickets.empty()) return;
  const std::unordered_set<std::uint32_t> gone(tickets.begin(), tickets.end());
  std::erase_if(table_->names, [&](const auto& named) {
    if (!gone.contains(named.second.ticket)) return false;
    table_->octets -= named.first.size() + named.second.statement->content.size();
    return true;
  });
}

void ClientStatements::each(const std::function<void(const std::string&, const Statement&)>& visit) const {
  if (!table_) return;
  for (const auto& [name, entry] : table_->names)
    visit(name, *entry.statement);
}

// The table stays: tickets aren't given twice.
void ClientStatements::clear() {
  if (!table_) return;
  table_->names.clear();
  table_->octets = 0;
}

bool ServerStatements::use(std::uint32_t id, std::uint64_t generation) {
  const auto place = places_.find(id);
  if (place == places_.end() || place->second->generation < generation) return false;
  order_.splice(order_.end(), order_, place->second);
  return true;
}

void ServerStatements::add(std::uint32_t id, std::uint64_t generation) {
  erase(id);
  order_.push_back({id, generation});
  places_.emplace(id, std::prev(order_.end()));
}

void ServerStatements::doubt_all() {
  for (Entry& entry : order_)
    entry.generation = 0;
  unnamed = 0;
}

void ServerStatements::erase(std::uint32_t id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return;
  order_.erase(place->second);
  places_.erase(place);
}

void ServerStatements::clear() {
  order_.clear();
  places_.clear();
  unnamed = 0;
}

std::optional<std::uint32_t> ServerStatements::surplus(std::size_t most) const {
  if (places_.size() <= most) return std::nullopt;
  return order_.front().id;
}

}  // namespace art32::gateway
