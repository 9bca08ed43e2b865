#include "gateway/prepared_statements.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace art32::gateway {

namespace limits = base::limits;

namespace {

constexpr std::string_view prefix = "art32:";

}  // namespace

std::string server_name(std::uint32_t id) {
  return fmt::format("{}{:x}", prefix, id);
}

bool looks_like_server_name(std::string_view name) {
  return name.starts_with(prefix);
}

StatementPointer StatementBook::find_or_add(base::ByteView content) {
  const std::string_view key = base::as_text(content);
  if (const auto known = statements_.find(key); known != statements_.end()) {
    StatementPointer statement = known->second.statement.lock();
    keep(known->second, statement);
    return statement;
  }
  auto fresh = std::make_unique<Statement>();
  if (++last_id_ == 0) ++last_id_;  // 0 is none
  fresh->id = last_id_;
  fresh->content = std::string(key);
  fresh->effects = scan_statement(fresh->sql());
  const StatementPointer statement(fresh.release(), [this](const Statement* dead) { forget(dead); });
  const auto place = statements_.emplace(statement->content, Entry{statement, recent_.end()}).first;
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
    statements_.find(oldest->content)->second.recent = recent_.end();
    recent_octets_ -= oldest->content.size();
    recent_.pop_back();
  }
}

void StatementBook::forget(const Statement* statement) {
  statements_.erase(statement->content);
  delete statement;
}

const StatementPointer* ClientStatements::find(std::string_view name) const {
  if (!named_) return nullptr;
  const auto found = named_->find(name);
  return found == named_->end() ? nullptr : &found->second;
}

bool ClientStatements::set(std::string_view name, StatementPointer statement) {
  if (!named_) named_ = std::make_unique<Names>();
  if (const auto found = named_->find(name); found != named_->end()) {
    found->second = std::move(statement);
    return true;
  }
  if (named_->size() >= limits::gateway_statements_of_client) return false;
  named_->emplace(name, std::move(statement));
  return true;
}

void ClientStatements::erase(std::string_view name) {
  if (!named_) return;
  if (const auto found = named_->find(name); found != named_->end()) named_->erase(found);
}

void ClientStatements::erase_statement(std::uint32_t id) {
  if (named_) std::erase_if(*named_, [&](const auto& entry) { return entry.second->id == id; });
}

bool ServerStatements::use(std::uint32_t id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return false;
  order_.splice(order_.end(), order_, place->second);
  return true;
}

void ServerStatements::add(std::uint32_t id, std::uint64_t generation) {
  erase(id);
  order_.push_back({id, generation});
  places_.emplace(id, std::prev(order_.end()));
}

std::optional<std::uint64_t> ServerStatements::generation(std::uint32_t id) const {
  const auto place = places_.find(id);
  if (place == places_.end()) return std::nullopt;
  return place->second->generation;
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
