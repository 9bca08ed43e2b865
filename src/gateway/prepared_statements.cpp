#include "gateway/prepared_statements.h"

#include <algorithm>

#include "base/limits.h"

namespace art32::gateway {

namespace limits = base::limits;

StatementPointer StatementBook::find_or_add(base::ByteView content, std::uint32_t name_view) {
  const Key key{base::as_text(content), name_view};
  if (const auto known = statements_.find(key); known != statements_.end()) {
    StatementPointer statement = known->second.statement.lock();
    keep(known->second, statement);
    return statement;
  }
  auto fresh = std::make_unique<Statement>();
  fresh->id = ids_.draw();
  fresh->number = ++last_number_;
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

bool ServerStatements::use(const Statement& statement, std::uint64_t generation) {
  const auto place = places_.find(statement.id);
  if (place == places_.end() || place->second->generation < generation) return false;
  if (place->second->number != statement.number) return false;
  order_.splice(order_.end(), order_, place->second);
  return true;
}

void ServerStatements::put(Entry entry) {
  erase(entry.id);
  order_.push_back(entry);
  places_.emplace(entry.id, std::prev(order_.end()));
}

void ServerStatements::doubt_all() {
  for (Entry& entry : order_)
    entry.generation = 0;
  unnamed = 0;
}

void ServerStatements::erase(StatementId id) {
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

std::optional<StatementId> ServerStatements::surplus(std::size_t most) const {
  if (places_.size() <= most) return std::nullopt;
  return order_.front().id;
}

}  // namespace art32::gateway
