// Puts pgoutput's messages together to transactions: which table a change is of, values that
// weren't sent, the epoch of the transaction's id.
//
// Remembers the tables that were described, no rows: a transaction of any size passes through.
// The sink outlives it. One thread.
#pragma once

#include <unordered_map>

#include "base/result.h"
#include "trail/change.h"

namespace art32::trail {

class TransactionReader {
 public:
  // `near`: a transaction id of these days, with its epoch.
  TransactionReader(TransactionSink& sink, std::uint64_t near) : sink_(sink), near_(near) {}

  // `corrupt` for what doesn't follow from what came before; or what the sink answers. Nothing
  // more can be read then.
  base::Status put(const pgwire::LogicalMessage& message);

  bool is_within_transaction() const { return is_open_; }

 private:
  base::Status take(const pgwire::LogicalBegin& begin);
  base::Status take(const pgwire::LogicalCommit& commit);
  base::Status take(const pgwire::LogicalOrigin& origin);
  base::Status take(const pgwire::LogicalRelation& relation);
  base::Status take(const pgwire::LogicalType& type);
  base::Status take(const pgwire::LogicalInsert& insert);
  base::Status take(const pgwire::LogicalUpdate& update);
  base::Status take(const pgwire::LogicalDelete& removed);
  base::Status take(const pgwire::LogicalTruncate& truncate);
  base::Status take(const pgwire::LogicalEmitted& emitted);
  base::Result<std::shared_ptr<const Table>> table_of(std::uint32_t id,
                                                      std::initializer_list<std::size_t> widths) const;

  TransactionSink& sink_;
  std::uint64_t near_;
  bool is_open_ = false;
  std::string origin_;
  std::unordered_map<std::uint32_t, std::shared_ptr<const Table>> tables_;
};

}  // namespace art32::trail
