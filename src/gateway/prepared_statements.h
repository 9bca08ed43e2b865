// Prepared statements that outlive the server connection they were made on.
//
// A client's statement is remembered by its text; each server connection knows which texts
// it has prepared, under names that are ours. So a client finds its statement wherever it
// lands, and clients with the same text share it. Worker's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/bytes.h"
#include "gateway/statement_id.h"
#include "gateway/statement_scan.h"

namespace art32::gateway {

// What Parse said, without the name: text, a NUL, the parameter types. Lives as long as a
// client has it.
struct Statement {
  StatementId id = StatementId::none;  // by its name on servers
  std::uint64_t number = 0;            // no other one of the book has had it
  std::uint32_t name_view = 0;         // SettingsBook's, of those who share it
  std::string content;
  StatementEffects effects;  // of its text
  std::string_view sql() const { return std::string_view(content).substr(0, content.find('\0')); }
};
using StatementPointer = std::shared_ptr<const Statement>;

// One for each content, by its octets, and each view of names: where names mean something
// else, the plan of one client is of no use to another. Keeps the latest ones alive when no client has them
// any more, for the clients that come again. One for each worker; outlives its statements.
class StatementBook {
 public:
  StatementPointer find_or_add(base::ByteView content, std::uint32_t name_view = 0);
  std::size_t size() const { return statements_.size(); }
  void collect_views(std::unordered_set<std::uint32_t>& views) const;  // of names

 private:
  using Recent = std::list<StatementPointer>;
  struct Entry {
    std::weak_ptr<const Statement> statement;
    Recent::iterator recent;  // end() when it isn't kept alive here
  };
  struct Key {
    std::string_view content;
    std::uint32_t name_view;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string_view>()(key.content) + key.name_view;
    }
  };
  static Key key_of(const Statement& statement) { return {statement.content, statement.name_view}; }
  void keep(Entry& entry, const StatementPointer& statement);
  void forget(const Statement* statement);

  std::unordered_map<Key, Entry, KeyHash> statements_;
  Recent recent_;  // the latest first; destroyed before the map that its statements leave
  std::size_t recent_octets_ = 0;
  std::uint64_t last_number_ = 0;
  StatementIds ids_;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// What a client has prepared, by its own names; the unnamed one under "". Each name that it
// gives has a ticket, by which it is taken back where its Parse fails later.
class ClientStatements {
 public:
  const StatementPointer* find(std::string_view name) const;
  // The ticket; 0 when the client has limits::gateway_statements_of_client already, or
  // statement_octets_of_client.
  std::uint32_t set(std::string_view name, StatementPointer statement);
  void erase(std::string_view name);
  void take_back(const std::vector<std::uint32_t>& tickets);
  void clear();
  void each(const std::function<void(const std::string& name, const Statement&)>& visit) const;
  std::size_t size() const { return table_ ? table_->names.size() : 0; }

 private:
  struct Entry {
    StatementPointer statement;
    std::uint32_t ticket = 0;
  };
  struct Table {
    std::unordered_map<std::string, Entry, StringHash, std::equal_to<>> names;
    std::size_t octets = 0;  // of the names and the statements' contents
    std::uint32_t last_ticket = 0;
  };
  std::unique_ptr<Table> table_;  // most idle clients have none
};

// What a server connection has prepared under our names, the least lately used first. One in
// doubt may be there or not: it is closed, which is no error, and prepared anew. So is one whose
// name another statement had by chance: none is ever taken for another.
class ServerStatements {
 public:
  // Whether the connection has it, prepared at `generation` or later; marks it as used.
  bool use(const Statement& statement, std::uint64_t generation);
  // Prepared under the schema as it was at `generation`.
  void add(const Statement& statement, std::uint64_t generation) {
    put({statement.id, statement.number, generation});
  }
  void doubt(StatementId id) { put({id, 0, 0}); }
  void doubt_all();
  bool may_have(StatementId id) const { return places_.contains(id); }
  void erase(StatementId id);
  void clear();
  // The one to close, once there are more than `most`.
  std::optional<StatementId> surplus(std::size_t most) const;
  std::size_t size() const { return places_.size(); }

  // The number of the statement that the unnamed one is, 0 for none or unknown.
  std::uint64_t unnamed = 0;

 private:
  struct Entry {
    StatementId id;
    std::uint64_t number;      // of the statement
    std::uint64_t generation;  // 0: in doubt
  };
  void put(Entry entry);

  std::list<Entry> order_;
  std::unordered_map<StatementId, std::list<Entry>::iterator> places_;
};

}  // namespace art32::gateway
