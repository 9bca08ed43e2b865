// art32 trail erase from outside: what a database's trail keeps of a person is gone for good, and of
// nobody else; records and ledger stay as they were.
#include "base/text.h"
#include "tests/app/shop_with_trail.h"
#include "trail/personal_values.h"
#include "trail/record_store.h"

namespace art32::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* shop = R"(
create table customer (id bigint primary key, name text, password text);
create table invoice (id bigint generated always as identity primary key, customer_id bigint, note text);
)";

// Who only reads seals nothing.
class NoLedger final : public model::EvidenceSink, public model::EvidenceSearch {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind, base::ByteView) override {
    return base::failure(base::ErrorCode::unsupported, "only reads");
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(base::ErrorCode::unsupported, "only reads");
  }
  base::Result<model::LeafIndex> find(model::RecordKind, model::LeafIndex from, const Visit&) override {
    return from;
  }
  model::LeafIndex end() const override { return {}; }
};

struct Read {
  std::vector<std::string> records, filled;  // as they are, and with the values that are there
};

constexpr const char* personal = R"(
personal = [
  { table = "public.customer", subject = "id", columns = ["name", "password"] },
  { table = "public.invoice", subject = "customer_id", kind = "customer", columns = ["note"] },
])";

class TrailErasure : public ShopWithTrail {
 protected:
  TrailErasure() : ShopWithTrail(shop, "", personal) {}

  net::Finished erase(const std::string& subject) {
    return server.command({"trail", "erase", "--database", "shop", "--subject", subject});
  }
  base::Path trail() const { return server.folder() / "trail/shop"; }
  void copy(const base::Path& from, const base::Path& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }
  // While no server runs.
  Read read() {
    Read read;
    NoLedger none;
    const base::SystemClock clock;
    const base::Path key = server.folder() / "keys/trail.key";
    const auto store = trail::RecordStore::open({trail(), key}, none, clock);
    const auto keys = trail::SubjectKeys::open({trail() / "subjects", key}, {none, none}, clock);
    EXPECT_TRUE(store && keys);
    EXPECT_TRUE((*store)->read("", 0, [&](std::uint64_t, const trail::StoredRecord& stored) {
      read.records.emplace_back(base::as_text(stored.record));
      const auto filled = trail::with_personal_values(read.records.back(), stored.values, **keys);
      read.filled.push_back(filled ? *filled : filled.error().message());
      return true;
    }));
    return read;
  }
};

constexpr const char* first_orders = R"(
insert into customer values (7, 'Erika', 'hunter2'), (8, 'Max', 'secret');
insert into invoice (customer_id, note) values (7, 'gift of Erika'), (8, 'gift of Max'), (null, 'of nobody');
update customer set name = 'Erika Mustermann' where id = 7)";

TEST_F(TrailErasure, takes_a_person_out_of_every_table_and_leaves_records_and_ledger_as_they_were) {
  start();
  sql(first_orders);
  wait_for(1);
  ASSERT_EQ(server.stop(SIGTERM), 0);
  const Read before = read();
  const std::string all = base::join(before.filled, "\n"), records = base::join(before.records, "\n");
  for (const char* const value : {"\"Erika\"", "\"Erika Mustermann\"", "\"Max\"", "\"gift of Erika\"",
                                  "\"gift of Max\"", "\"of nobody\""}) {
    EXPECT_THAT(all, HasSubstr(std::string("\"value\":") + value));
    EXPECT_THAT(records, Not(HasSubstr(value)));
  }
  EXPECT_THAT(all, AllOf(Not(HasSubstr("hunter2")), HasSubstr(R"(["password",{"secret":true}])")));

  start();
  ASSERT_TRUE(eventually([&] { return !status().at("lag_ms").is_null(); })) << "how far it has read";
  EXPECT_THAT(server.command({"trail", "tail"}).output, HasSubstr("Erika")) << "whoever may look reads it";
  const net::Finished erased = erase("customer:7");
  EXPECT_EQ(erased.exit_code, 0) << erased.errors;
  EXPECT_THAT(server.command({"trail", "tail"}).output,
              AllOf(HasSubstr("(erased)"), Not(HasSubstr("Erika"))));
  EXPECT_THAT(erased.output, AllOf(HasSubstr("customer:7 is erased"), HasSubstr("read up to 20")));
  EXPECT_THAT(erase("customer:7").output, HasSubstr("was erased before, at 20"));
  const net::Finished unknown = erase("customer:77");
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_THAT(unknown.errors, HasSubstr("nothing of customer:77"));
  EXPECT_NE(erase("customer").exit_code, 0);
  EXPECT_THAT(server.command({"trail", "erase", "--database", "other", "--subject", "customer:7"}).errors,
              HasSubstr("\"other\""));
  ASSERT_EQ(server.stop(SIGTERM), 0);

  const Read after = read();
  EXPECT_EQ(after.records, before.records);
  const std::string left = base::join(after.filled, "\n");
  EXPECT_THAT(left, AllOf(Not(HasSubstr("Erika")), HasSubstr("\"erased\":true")));
  for (const char* const value : {"\"Max\"", "\"gift of Max\"", "\"of nobody\""})
    EXPECT_THAT(left, HasSubstr(std::string("\"value\":") + value));
  const net::Finished verified = server.command({"ledger", "verify", "--records"});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.errors;
}

TEST_F(TrailErasure, holds_against_a_backup_of_the_whole_trail_and_not_against_what_comes_later) {
  start();
  sql(first_orders);
  wait_for(1);
  ASSERT_EQ(server.stop(SIGTERM), 0);
  const base::ScratchFolder backup;
  copy(trail(), backup.path() / "shop");
  start();
  ASSERT_EQ(erase("customer:7").exit_code, 0);
  sql("update customer set name = 'Erika again' where id = 7");
  wait_for(1);
  ASSERT_EQ(server.stop(SIGTERM), 0);
  const std::string later = base::join(read().filled, "\n");
  EXPECT_THAT(later, AllOf(HasSubstr("Erika again"), Not(HasSubstr("gift of Erika"))));

  copy(backup.path() / "shop", trail());
  EXPECT_THAT(base::join(read().filled, "\n"), HasSubstr("gift of Erika")) << "a backup brings it back";
  server.start();
  ASSERT_TRUE(eventually([&] { return server.log().find("destroyed again") != std::string::npos; }));
  ASSERT_EQ(server.stop(SIGTERM), 0);
  const std::string restored = base::join(read().filled, "\n");
  EXPECT_THAT(restored, AllOf(Not(HasSubstr("Erika")), HasSubstr("gift of Max")));
}

TEST_F(TrailErasure, needs_a_server_that_runs_and_no_database) {
  start();
  sql(first_orders);
  wait_for(1);
  postgres.reset();
  ASSERT_TRUE(eventually([&] { return !status().at("connected").as_bool(); })) << server.log();
  const net::Finished erased = erase("customer:8");
  EXPECT_EQ(erased.exit_code, 0) << erased.errors;
  ASSERT_EQ(server.stop(SIGTERM), 0);
  EXPECT_NE(erase("customer:7").exit_code, 0);
  const std::string left = base::join(read().filled, "\n");
  EXPECT_THAT(left, AllOf(Not(HasSubstr("Max")), HasSubstr("gift of Erika")));
}

TEST_F(TrailErasure, is_of_columns_that_are_there) {
  start();
  sql("alter table customer rename name to full_name");
  const net::Finished verified = server.command({"trail", "verify", "--connection", connection()});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_THAT(verified.output, AllOf(HasSubstr("personal  public.customer.name"), Not(HasSubstr("invoice"))));
}

}  // namespace
}  // namespace art32::test
