// A PostgreSQL with wal_level = logical, and what a stream of its changes says, a line of text for
// each thing: what tests compare.
#pragma once

#include <string>
#include <vector>

#include "tests/support/private_postgres.h"
#include "trail/change_stream.h"
#include "trail/transaction_reader.h"

namespace art32::test {

// The one of this program. Each test has its own database in it.
PrivatePostgres& logical_postgres();

class SourceDatabase {
 public:
  explicit SourceDatabase(PrivatePostgres& postgres = logical_postgres());
  ~SourceDatabase();

  std::string sql(const std::string& text) const { return postgres_.sql(text, name_); }
  trail::ChangeSource source() const;
  const std::string& name() const { return name_; }

 private:
  PrivatePostgres& postgres_;
  std::string name_;
};

// "begin", "insert public.t id=1 note='x'", "commit" and the like.
class Captured final : public trail::TransactionSink {
 public:
  base::Status begin(const trail::TransactionBegin& transaction) override;
  base::Status change(const trail::Change& change) override;
  base::Status truncate(const trail::Truncation& truncation) override;
  base::Status message(std::string_view prefix, base::ByteView content) override;
  base::Status commit(const trail::TransactionEnd& end) override;

  std::vector<std::string> lines;
  std::vector<trail::TransactionBegin> begins;
  std::vector<trail::TransactionEnd> ends;
};

// A stream and what came of it.
class Capture {
 public:
  explicit Capture(const SourceDatabase& database);

  const trail::StreamOrigin& origin() const { return stream_->origin(); }
  // What came since the last call of what is committed by now, without `begin` and `commit`.
  std::vector<std::string> changes();
  void confirm_all();

  Captured captured;

 private:
  const SourceDatabase& database_;
  base::SystemClock clock_;
  std::unique_ptr<trail::ChangeStream> stream_;
  std::unique_ptr<trail::TransactionReader> reader_;
};

}  // namespace art32::test
