#include "gateway/server_entry.h"

#include <array>

#include "base/text.h"
#include "pgwire/frontend.h"
#include "pgwire/rows.h"

namespace art32::gateway {

namespace {

constexpr std::size_t session_octets = 16;
constexpr std::string_view enter_sql = "select art32.enter($1)";
constexpr std::array<std::uint8_t, 4> bytea_type{0, 0, 0, 17};

}  // namespace

bool same_for_database(const ClaimPointer& a, const ClaimPointer& b) {
  if (a == b) return true;
  return a && b && a->team == b->team && a->actor == b->actor && a->request == b->request;
}

void put_enter(base::Bytes& target, base::ByteView entry) {
  pgwire::put_parse(target, {"", enter_sql, bytea_type});
  const pgwire::Value parameter = entry;
  pgwire::put_binary_bind(target, "", "", std::span(&parameter, 1));
  pgwire::put_execute(target, {"", 0});
}

void ServerEntry::take_session(base::ByteView row) {
  const auto values = pgwire::parse_data_row(row);
  if (!values || values->count() != 2) return;
  pgwire::ValueReader reader(*values);
  const pgwire::Value value = reader.next();
  const pgwire::Value is_plain = reader.next();
  if (!value || !is_plain) return;
  goes_with_rollback_ = base::as_text(*is_plain) != "f";
  auto octets = base::from_hex(base::as_text(*value));
  if (octets && octets->size() == session_octets) session_ = std::move(*octets);
  has_fresh_session_ = true;
}

bool ServerEntry::is_of_team(const ClaimPointer& claim) const {
  if (!is_known_ || (claim_ == nullptr) != (claim == nullptr)) return false;
  return claim == nullptr || claim_->team == claim->team;
}

void ServerEntry::entered(ClaimPointer claim) {
  claim_ = std::move(claim);
  is_known_ = is_fresh_ = true;
}

void ServerEntry::transaction_ended() {
  if (is_fresh_ && is_undone_) is_known_ = false;
  if (has_fresh_session_ && is_undone_) lose();
  is_fresh_ = is_undone_ = has_fresh_session_ = false;
}

void ServerEntry::lose() {
  doubt();
  claim_.reset();
}

void ServerEntry::doubt() {
  session_.clear();
  is_known_ = false;
}

}  // namespace art32::gateway
