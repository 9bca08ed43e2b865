// Makes records of committed transactions and puts them into the store: each row's change for the
// team that it is of, and at the end who made them.
//
// What the database sends again of what is sealed is dropped: the store's position says so. Store
// and functions outlive it. One thread.
#pragma once

#include <functional>

#include "trail/change_stream.h"
#include "trail/record.h"
#include "trail/record_store.h"

namespace art32::trail {

class RecordWriter final : public TransactionSink {
 public:
  struct Rules {
    std::function<TableRules(const Table&)> of_table;
    // Who made the transaction's changes, from a message of it that can be believed; else none.
    std::function<std::optional<Author>(std::string_view prefix, base::ByteView content,
                                        const TransactionBegin& transaction)>
        author;
    CommitToValue commit_to;  // for personal columns; may be empty where there are none
  };
  RecordWriter(RecordStore& store, Rules rules) : store_(store), rules_(std::move(rules)) {}

  base::Status begin(const TransactionBegin& transaction) override;
  base::Status change(const Change& change) override;
  base::Status truncate(const Truncation& truncation) override;
  base::Status message(std::string_view prefix, base::ByteView content) override;
  base::Status commit(const TransactionEnd& end) override;
  base::Status record_gap(const Gap& gap);

  // Transactions that changed something, since the last seal.
  std::uint64_t transactions() const { return transactions_; }
  // Those without an author, since the last call.
  std::uint64_t take_unattributed() { return std::exchange(unattributed_, 0); }
  // Everything so far; not within a transaction. Errors as of RecordStore::seal().
  base::Status seal(const StreamOrigin& origin);

 private:
  const TableRules& rules_of(const std::shared_ptr<const Table>& table);
  RecordPlace next_place(std::string_view team, RecordStore::Next& next);

  struct KnownTable {
    std::shared_ptr<const Table> table;
    TableRules rules;
  };
  RecordStore& store_;
  const Rules rules_;
  std::map<std::uint32_t, KnownTable> tables_;

  TransactionBegin transaction_;
  bool is_known_ = false;  // it was sealed before
  std::uint64_t place_ = 0;
  std::optional<Author> author_;
  std::map<std::string, std::uint64_t, std::less<>> changes_;  // of each team, in this transaction

  std::uint64_t transactions_ = 0;  // since the last seal
  std::uint64_t unattributed_ = 0;
  pgwire::Lsn end_;
};

}  // namespace art32::trail
