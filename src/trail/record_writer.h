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
#include "trail/subject_keys.h"

namespace art32::trail {

// Which transaction it is, of all there are anywhere: what a message has to be about to be believed.
struct TransactionIdentity {
  std::uint64_t system = 0;    // the cluster's identifier
  std::uint32_t database = 0;  // OID
  std::uint64_t id = 0;        // with its epoch
};

class RecordWriter final : public TransactionSink {
 public:
  struct Rules {
    std::function<TableRules(const Table&)> of_table;
    // Who made the transaction's changes, from a message of it that can be believed; else none.
    std::function<std::optional<Author>(std::string_view prefix, base::ByteView content,
                                        const TransactionIdentity& transaction)>
        author;
    SubjectKeys* subjects = nullptr;  // of personal columns; null where there are none
  };
  RecordWriter(RecordStore& store, Rules rules, const StreamOrigin& origin)
      : store_(store), rules_(std::move(rules)), origin_(origin) {}

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
  base::Status seal();
  base::Instant last_commit() const { return transaction_.at; }  // by the server's clock

 private:
  const TableRules& rules_of(const std::shared_ptr<const Table>& table);
  RecordPlace next_place(std::string_view team, RecordStore::Next& next);

  struct KnownTable {
    std::shared_ptr<const Table> table;
    TableRules rules;
  };
  RecordStore& store_;
  const Rules rules_;
  const StreamOrigin origin_;
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
