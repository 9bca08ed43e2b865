// What a query asks of records and of the index. Texts are compared as records have them: a query's
// are put into canonical JSON once. Pure; any thread. A filter outlives nothing of its query.
#pragma once

#include "trail/index_terms.h"
#include "trail/record_fields.h"
#include "trail/search.h"

namespace art32::trail {

// A record of a transaction: they alone begin so.
bool is_transaction(base::ByteView record);

class SearchFilter {
 public:
  explicit SearchFilter(const SearchQuery& query);

  // Which of a block's records may fit, as far as a look at their octets tells; not those of
  // transactions. In order.
  std::vector<std::size_t> candidates(const BlockRecords& block) const;
  // What the record itself says. Whether it does so of its transaction is asked apart.
  bool fits(const RecordFields& record) const;
  bool asks_for_transaction() const { return actor_kind_ || request_ || from_ || before_; }
  bool fits_transaction(const RecordFields& transaction) const;
  // The seconds of the times that are asked for, as runs of the index have them.
  bool may_fit_times(std::uint32_t earliest, std::uint32_t latest) const;
  bool asks_for_times() const { return from_ || before_; }

  // Terms, each of which a block must have; the last ones where no transaction is open in it.
  struct Terms {
    std::vector<TermHash> of_change;
    std::vector<TermHash> of_transaction;
    TermHash open = 0;

    bool is_empty() const { return of_change.empty() && of_transaction.empty(); }
  };
  Terms terms(const TeamTerms& team) const;

 private:
  bool has_needles(base::ByteView record) const;
  bool is_within(std::string_view time) const;
  bool fits_table(const RecordFields& record) const;
  bool fits_columns(const RecordFields& record) const;
  bool fits_column(const ColumnField& field, RecordFields::Kind kind) const;
  bool asks_for_columns() const { return column_ || old_value_ || new_value_; }

  std::optional<std::string> schema_, table_, row_, actor_kind_, actor_id_, request_;
  std::optional<std::string> column_, old_value_, new_value_;
  std::optional<base::Instant> from_, before_;
  std::vector<std::string> needles_;  // octets that each fitting record has, the rarest ones first
};

}  // namespace art32::trail
