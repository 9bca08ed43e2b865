// A change of who may do what, with its record in the ledger: all or nothing. For this room,
// together with what its tables have in common. Any thread.
#pragma once

#include <functional>
#include <mutex>
#include <string>

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

// A name of somebody who signs in is 1 to 64 of a-z A-Z 0-9 . _ -, the first a letter or digit.
bool is_sign_in_name(std::string_view name);
// A column's time; where it is none, says so in `trouble`.
base::Instant read_instant(const store::Row& row, int column, base::Status& trouble);

}  // namespace art32::identity
