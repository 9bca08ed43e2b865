// A change of who may do what, with its record in the ledger: all or nothing. For this room,
// together with what its tables have in common. The records: docs/formats/changes.md. Any thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/evidence.h"
#include "store/database.h"

namespace art32::identity {

// `work` changes the database and returns the record. The record is durable before the change
// is committed: a commit that then fails leaves a record too many, the other order could leave
// a change that no record tells of. Serialised on the mutex.
base::Status sealed_change(store::Database& database, std::mutex& mutex, model::EvidenceSink& sink,
                           const std::function<base::Result<std::string>()>& work);

// The same where a change has several records, or none: then it needn't have changed anything.
base::Status sealed_changes(store::Database& database, std::mutex& mutex, model::EvidenceSink& sink,
                            const std::function<base::Result<std::vector<std::string>>()>& work);

// What the lists of this room keep their rows in, and seal their changes in; all outlive them.
struct SealedStore {
  store::Database& database;
  std::mutex& mutex;  // of the database
  model::EvidenceSink& sink;
  const base::Clock& clock;

  base::Status change(const std::function<base::Result<std::string>()>& work) const {
    return sealed_change(database, mutex, sink, work);
  }
};

// A name of somebody who signs in is 1 to 64 of a-z A-Z 0-9 . _ -, the first a letter or digit.
bool is_sign_in_name(std::string_view name);
// A name for people to read: 1 to `octets` of UTF-8 without controls.
bool is_line_of_text(std::string_view text, std::size_t octets);
// A new password has 12 characters at least; `invalid_argument`.
base::Status check_password_length(std::string_view password);
// Whether a column can hold the time: a year of four digits.
bool is_storable(base::Instant instant);
// A time as a column has it, and back.
store::Value stored_instant(std::optional<base::Instant> instant);
// A column's time; where it is none, says so in `trouble`.
base::Instant read_instant(const store::Row& row, int column, base::Status& trouble);
std::optional<base::Instant> read_optional_instant(const store::Row& row, int column, base::Status& trouble);

}  // namespace art32::identity
