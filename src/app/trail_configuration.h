// [gateway.database.trail] of art32.toml: that the changes of a database are recorded, how its log is
// read, and what of them is kept. docs/guide/trail.md explains every key. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/configuration_section.h"
#include "trail/record.h"
#include "trail/source_check.h"
#include "trail/subject_keys.h"

namespace art32::app {

struct TrailConfiguration {
  struct LeftOut {
    std::string table;   // "schema.table"
    std::string reason;  // for whoever reads the annex
  };
  // Columns whose values are about persons.
  struct Personal {
    std::string table;    // "schema.table"
    std::string subject;  // the column that says whom a row is about
    std::string kind;     // of persons: several tables may be about the same ones
    std::vector<std::string> columns;
  };
  // Where changes are sent to.
  struct Stream {
    std::string name;
    std::string url;                                // https://... or syslog+tls://...
    std::string token_file;                         // of https: Authorization: Bearer
    std::string ca_file;                            // empty: the system's authorities
    std::optional<std::vector<std::string>> teams;  // none: all
    bool is_with_personal_values = false;
  };

  std::string role = "art32_trail";
  std::string password_file = "keys/trail.password";
  std::string slot;  // read_trail() makes one of the database's name
  std::string publication = "art32";
  std::vector<LeftOut> left_out;
  std::vector<std::string> by_key;  // tables
  // "schema.table.column", or "*.column": of every table.
  std::vector<std::string> secret_columns{"*.password", "*.password_hash", "*.password_digest",
                                          "*.encrypted_password", "*.remember_token"};
  std::vector<Personal> personal;
  std::vector<Stream> streams;
  std::optional<std::uint64_t> keep_megabytes;  // none: "unlimited"

  trail::SourceOptions source_options() const;
  // What may be kept of a table. Secret columns aren't personal ones.
  trail::TableRules rules_of(const trail::Table& table, const std::string& team_column) const;

 private:
  trail::ColumnClass class_of(const trail::Table& table, const std::string& column) const;
  void add_personal(const trail::Table& table, trail::TableRules& rules) const;
};

// "KIND:VALUE", as commands take it.
base::Result<trail::Subject> parse_subject(std::string_view text);

// `database`: its name, which the slot and the folder of its records are called after.
TrailConfiguration read_trail(const Node& table, int line, const std::string& database, Report& report);

}  // namespace art32::app
