// Prepared statements that outlive the server connection they were made on.
//
// A client's statement is remembered by its text; each server connection knows which texts
// it has prepared, under names that are ours. So a client finds its statement wherever it
// lands, and clients with the same text share it. Worker's thread only.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "gateway/statement_scan.h"

namespace art32::gateway {

// What Parse said, without the name: text, a NUL, the parameter types. Lives as long as a
// client has it.
struct Statement {
  std::uint32_t id = 0;
  std::string content;
  StatementEffects effects;  // of its text
  std::string_view sql() const { return std::string_view(content).substr(0, content.find('\0')); }
};
using StatementPointer = std::shared_ptr<const Statement>;

// One for each content, by its octets. Keeps the latest ones alive when no client has them
// any more, for the clients that come again. One for each worker; outlives its statements.
class StatementBook {
 public:
  StatementPointer find_or_add(base::ByteView content);
  std::size_t size() const { return statements_.size(); }

 private:
  using Recent = std::list<StatementPointer>;
  struct Entry {
    std::weak_ptr<const Statement> statement;
    Recent::iterator recent;  // end() when it isn't kept alive here
  };
  void keep(Entry& entry, const StatementPointer& statement);
  void forget(const Statement* statement);

  std::unordered_map<std::string_view, Entry> statements_;
  Recent recent_;  // the latest first; destroyed before the map that its statements leave
  std::size_t recent_octets_ = 0;
  std::uint32_t last_id_ = 0;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// What a client has prepared, by its own names; the unnamed one under "".
class ClientStatements {
 public:
  const StatementPointer* find(std::string_view name) const;
  // False when the client has limits::gateway_statements_of_client already.
  bool set(std::string_view name, StatementPointer statement);
  void erase(std::string_view name);
  void erase_statement(std::uint32_t id);  // its Parse failed
  void clear() { named_.reset(); }
  std::size_t size() const { return named_ ? named_->size() : 0; }

 private:
  using Names = std::unordered_map<std::string, StatementPointer, StringHash, std::equal_to<>>;
  std::unique_ptr<Names> named_;  // most idle clients have none
};

// What a server connection has prepared under our names, the least lately used first.
class ServerStatements {
 public:
  // Whether the connection has it, and marks it as used.
  bool use(std::uint32_t id);
  // Prepared under the schema as it was at `generation`.
  void add(std::uint32_t id, std::uint64_t generation);
  std::optional<std::uint64_t> generation(std::uint32_t id) const;
  void erase(std::uint32_t id);
  void clear();
  // The one to close, once there are more than `most`.
  std::optional<std::uint32_t> surplus(std::size_t most) const;
  std::size_t size() const { return places_.size(); }

  // The statement that the unnamed one is, 0 for none or unknown.
  std::uint32_t unnamed = 0;

 private:
  struct Entry {
    std::uint32_t id;
    std::uint64_t generation;
  };
  std::list<Entry> order_;
  std::unordered_map<std::uint32_t, std::list<Entry>::iterator> places_;
};

// The name under which a statement is prepared on servers: "art32:" and its number.
std::string server_name(std::uint32_t id);
bool looks_like_server_name(std::string_view name);

}  // namespace art32::gateway
