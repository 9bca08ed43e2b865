// Whom one server connection acts for, as far as the gateway knows: what it was entered for
// last, and what names it in entries (docs/formats/claim.md, section "Entry").
//
// What isn't known for sure is entered anew before anything runs: after an error in the
// transaction of an entry, which may have taken it along, and after anything that can end an
// entry. A value of its ServerConnection; worker's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "model/claim.h"

namespace art32::gateway {

using ClaimPointer = std::shared_ptr<const model::Claim>;  // null: nobody

// The same team, actor and request: what the database knows of a claim.
bool same_for_database(const ClaimPointer& a, const ClaimPointer& b);

// Octets of the requests that enter: Parse, Bind and Execute, all of them unnamed. Never as
// text, and never by a name that SQL could have prepared something else under.
void put_enter(base::Bytes& target, base::ByteView entry);
// The question for what names the session, as a Query gives it, and its answer.
inline constexpr std::string_view session_sql =
    "select pg_catalog.encode(art32.session(), 'hex'), "
    "pg_catalog.to_regprocedure('art32.add_key(text, text)') is not null";

class ServerEntry {
 public:
  bool is_for(const ClaimPointer& claim) const { return is_known_ && same_for_database(claim_, claim); }
  // In the transaction under way, whose end decides whether it stays.
  bool is_fresh() const { return is_fresh_; }
  bool has_session() const { return !session_.empty(); }
  // The functions are those in plain SQL: an entry is undone with its transaction.
  bool goes_with_rollback() const { return goes_with_rollback_; }
  bool is_of_team(const ClaimPointer& claim) const;  // the team it is known to be entered for
  base::ByteView session() const { return session_; }
  // The body of a DataRow; nothing happens where it is another one.
  void take_session(base::ByteView row);
  std::uint64_t next_number() { return ++number_; }

  // An entry was sent, in the transaction that begins or is under way.
  void entered(ClaimPointer claim);
  // Something failed, or was rolled back.
  void undone() { is_undone_ = true; }
  void transaction_ended();
  // Whatever it was entered for, it may be no more; nor need the session have its name.
  void lose();
  // The same, but it acts for that claim or for nobody.
  void doubt();
  bool is_for_or_nobody(const ClaimPointer& claim) const { return same_for_database(claim_, claim); }

 private:
  base::Bytes session_;
  bool goes_with_rollback_ = true;
  std::uint64_t number_ = 0;
  ClaimPointer claim_;
  bool is_known_ = true;  // a fresh connection acts for nobody
  bool is_fresh_ = false;
  bool is_undone_ = false;
  bool has_fresh_session_ = false;  // named in the transaction under way
};

}  // namespace art32::gateway
