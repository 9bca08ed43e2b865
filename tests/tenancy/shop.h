// A shop's database before it is separated: a schema of its own in the protected database, owned
// by the role `owner` as which it is planned and applied, used by the role `app`. Its names come
// with every trap that a plan may meet. Dropped with the object.
//
// For the tests of plan, apply and undo; one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tenancy/plan/apply_plan.h"
#include "tenancy/plan/read_schema.h"
#include "tenancy/plan/separation_plan.h"
#include "tests/tenancy/protected_database.h"

namespace art32::test {

// The owner's connection.
class OwnerSession final : public net::SqlSession {
 public:
  explicit OwnerSession(const ProtectedDatabase& database);
  base::Result<std::vector<Row>> query(const std::string& sql,
                                       const std::vector<std::string>& parameters) override;
  std::string ask(const std::string& sql);  // the first cell, or what the server said

 private:
  std::unique_ptr<net::PostgresClient> client_;
};

class Shop {
 public:
  Shop();
  ~Shop();

  ProtectedDatabase& database() { return database_; }
  OwnerSession& owner() { return owner_; }
  tenancy::Plan plan();
  base::Status apply(const tenancy::Plan& plan);
  base::Status undo(const tenancy::Plan& plan);
  // Every definition of the schema, a line each: what undo must bring back.
  std::string snapshot() const;

  tenancy::SeparationOptions options;
  tenancy::ApplyOptions applying;
  tenancy::OnProgress on_progress;

 private:
  ProtectedDatabase& database_;
  OwnerSession owner_;
};

std::vector<std::string> ids(const tenancy::Plan& plan);
const tenancy::Step* find_step(const tenancy::Plan& plan, const std::string& id);
bool has_note(const tenancy::Plan& plan, tenancy::NoteKind kind, const tenancy::ObjectName& object,
              const std::string& part);

}  // namespace art32::test
