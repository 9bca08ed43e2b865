#include "gateway/statement_scan.h"

#include <gtest/gtest.h>

namespace art32::gateway {
namespace {

TEST(StatementScan, plain_statements_leave_nothing) {
  for (const std::string_view sql : {
           "SELECT abalance FROM pgbench_accounts WHERE aid = 12;",
           "insert into t (a, b) values (1, 'set x')",
           "insert into public.t (a) select count(*) from x where a in (1, 2) and (b or c)",
           "UPDATE t SET a = coalesce(a, 1) WHERE id = $1 RETURNING id",
           "BEGIN; SET LOCAL search_path = x; COMMIT",
           "begin isolation level serializable",
           "SET TRANSACTION READ ONLY",
           "select 'a''b; listen x', $$ set y $$, $t$ $$ load $t$ -- listen z\n",
           "/* set /* nested */ load */ select 1",
           "select set_config('a.b', 'x', true)",
           "select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2)",
           "declare c cursor without hold for select 1",
           "select name, setting from pg_settings",
           "select temperature, holds, tempo from t",
           "prepare transaction 'x'",
           "insert into t as u (a, b) values (1, 2) on conflict (a) do update set b = u.b",
           "with x as (select 1) insert into t select * from x",
           "with x as (insert into t values (1) returning a), y as (merge into u using x on (x.a = u.a) "
           "when matched then delete) select * from x",
           "merge into t using u on (t.a = u.a) when not matched then insert values (1)",
           "",
           " ; ; ",
       })
    EXPECT_EQ(scan_statement(sql), StatementEffects{}) << sql;
}

TEST(StatementScan, settings_of_the_session_are_seen) {
  for (const std::string_view sql : {"set search_path = x", "SET SESSION a.b TO 'c'", "reset all",
                                     "select 1; Set role x", "set session authorization x", "set local.x = 1",
                                     "set transaction . x to 1", "SET constraints.x = 1"})
    EXPECT_TRUE(scan_statement(sql).changes_settings) << sql;
}

TEST(StatementScan, what_only_this_connection_has_keeps_it) {
  for (const std::string_view sql :
       {"LISTEN x", "create temp table t (a int)", "create TEMPORARY view v as select 1",
        "select 1 into temp t", "declare c cursor with hold for select 1", "prepare p as select 1",
        "load 'x'", "select pg_advisory_lock(1)", "select pg_try_advisory_lock_shared(1)",
        "create table pg_temp.x (a int)", "create table \"pg_temp\".x (a int)",
        "select set_config('a.b', 'c', false)", "select set_config('a.b', 'c', f(true))",
        "select set_config(set_config('a', 'b', false), 'c', true)",
        "select set_config('a.b', 'c', not true)", "select set_config('a.b', 'c', false = true)",
        "select set_config('a.b', 'c', false and true)",
        "select set_config(is_local => false, new_value => true)"})
    EXPECT_TRUE(scan_statement(sql).keeps_connection) << sql;
}

TEST(StatementScan, what_it_does_not_know_touches_the_session) {
  for (const std::string_view sql :
       {"do $$ begin end $$", "call p()", "select my_function(1)", "execute p", "select \"lower\"(x)",
        "create table t (a int)", "frobnicate", "select 'a\\' listen x", "select public.now_and_then(1)",
        "update pg_settings set setting = 'x' where name = 'search_path'",
        "with u as (update \"pg_settings\" set setting = 'x' returning 1) select 1",
        "explain analyze update pg_catalog.pg_settings set setting = 'x'",
        "insert into t select my_function(1)", "insert into t table my_function(1)",
        "merge into t using my_function(1) on (true) when matched then delete",
        "update U&\"pg\\005fsettings\" set setting = 'x'", "select E'\x95\\', my_function(1) -- '"})
    EXPECT_TRUE(scan_statement(sql).touches_session) << sql;
}

// With search_path = 'pg_temp' they make a temporary one.
TEST(StatementScan, a_table_that_is_made_without_create_touches_the_session) {
  for (const std::string_view sql :
       {"select 1 as a into t", "SELECT 1 AS a INTO TABLE t", "with x as (select 1) select * into t from x",
        "(select 1 as a into t)", "(select 1 as a into t) union select 2", "select into t from u",
        "select 1 as insert into t", "select (1) insert into t", "select (1) merge into t",
        "with x as (select 1) select (1) insert into t", "with insert as (select 1) select (1) insert into t",
        "(with x as (select 1) select (1) insert into t)", "select 1; select 2 into t",
        "explain analyze create table t as select 1", "explain (analyze) select 1 into t",
        "explain analyze execute \"art32:AAAAAAAAB\""})
    EXPECT_TRUE(scan_statement(sql).touches_session) << sql;
}

TEST(StatementScan, reading_a_sequences_last_value_is_seen) {
  EXPECT_TRUE(scan_statement("SELECT LASTVAL()").reads_sequence);
  EXPECT_TRUE(scan_statement("select currval('s')").reads_sequence);
  EXPECT_FALSE(scan_statement("select nextval('s')").reads_sequence);
}

TEST(StatementScan, settings_are_cut_out_of_a_text) {
  const std::string_view sql = "SELECT 1; set a = ';' ;; set local b = 1; RESET c; set local.x = 2";
  EXPECT_EQ(settings_in(sql), (std::vector<std::string_view>{"set a = ';'", "RESET c", "set local.x = 2"}));
}

TEST(StatementScan, deallocate_is_read_as_the_server_would) {
  Deallocation found;
  EXPECT_TRUE(parse_deallocate("DEALLOCATE pdo_stmt_00000001", found));
  EXPECT_EQ(found.name, "pdo_stmt_00000001");
  EXPECT_TRUE(parse_deallocate("deallocate prepare \"A\"\"b\" ;", found));
  EXPECT_EQ(found.name, "A\"b");
  EXPECT_TRUE(parse_deallocate("DEALLOCATE ALL", found));
  EXPECT_TRUE(found.everything);
  EXPECT_TRUE(parse_deallocate("deallocate Prepare", found));
  EXPECT_EQ(found.name, "prepare");
  EXPECT_FALSE(parse_deallocate("DEALLOCATE a; select 1", found));
  EXPECT_FALSE(parse_deallocate("select 1", found));
  EXPECT_FALSE(parse_deallocate("deallocate", found));
}

}  // namespace
}  // namespace art32::gateway
