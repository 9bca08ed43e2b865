// libpq's pipeline mode against the server that PGHOST and PGPORT name: what PostgreSQL's own
// test of it (src/test/modules/libpq_pipeline) covers, written anew. Each case prints one line,
// "ok NAME" or "not ok NAME: why"; clients_test.cpp runs it directly and through the gateway.
#include <libpq-fe.h>
#include <poll.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Result = std::unique_ptr<PGresult, Clear>;

void check(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

Connection connect() {
  Connection connection(PQconnectdb("connect_timeout=20"));
  check(PQstatus(connection.get()) == CONNECTION_OK, PQerrorMessage(connection.get()));
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  return connection;
}

Connection in_pipeline() {
  Connection connection = connect();
  check(PQenterPipelineMode(connection.get()) == 1, "no pipeline mode");
  return connection;
}

void send(PGconn* connection, const char* sql, const std::vector<const char*>& values = {}) {
  check(PQsendQueryParams(connection, sql, static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                          nullptr, 0) == 1,
        PQerrorMessage(connection));
}

void sync(PGconn* connection) {
  check(PQpipelineSync(connection) == 1, PQerrorMessage(connection));
}

// The next result; null between two queries.
Result next(PGconn* connection) {
  return Result(PQgetResult(connection));
}

Result expect(PGconn* connection, ExecStatusType status) {
  Result result = next(connection);
  check(result != nullptr, std::string("nothing instead of ") + PQresStatus(status));
  const ExecStatusType seen = PQresultStatus(result.get());
  check(seen == status, std::string(PQresStatus(seen)) + " instead of " + PQresStatus(status) + ": " +
                            PQresultErrorMessage(result.get()));
  return result;
}

void expect_null(PGconn* connection) {
  check(next(connection) == nullptr, "a result where none belongs");
}

void expect_value(PGconn* connection, const std::string& wanted) {
  const Result result = expect(connection, PGRES_TUPLES_OK);
  const std::string seen = PQgetvalue(result.get(), 0, 0);
  check(seen == wanted, seen + " instead of " + wanted);
  expect_null(connection);
}

std::string expect_error(PGconn* connection) {
  const Result result = expect(connection, PGRES_FATAL_ERROR);
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  expect_null(connection);
  return state == nullptr ? "" : state;
}

void expect_aborted(PGconn* connection) {
  expect(connection, PGRES_PIPELINE_ABORTED);
  expect_null(connection);
}

void expect_sync(PGconn* connection) {
  expect(connection, PGRES_PIPELINE_SYNC);
}

void simple_pipeline() {
  const Connection connection = in_pipeline();
  send(connection.get(), "select $1::int + 1", {"41"});
  check(PQexitPipelineMode(connection.get()) == 0, "left the pipeline with results due");
  sync(connection.get());
  expect_value(connection.get(), "42");
  expect_sync(connection.get());
  expect_null(connection.get());
  check(PQexitPipelineMode(connection.get()) == 1, PQerrorMessage(connection.get()));
}

void multi_pipelines() {
  const Connection connection = in_pipeline();
  for (const char* number : {"1", "2", "3"}) {
    send(connection.get(), "select $1::int", {number});
    sync(connection.get());
  }
  for (const char* number : {"1", "2", "3"}) {
    expect_value(connection.get(), number);
    expect_sync(connection.get());
  }
  expect_null(connection.get());
}

// Flush makes the server answer without a Sync.
void nosync() {
  const Connection connection = in_pipeline();
  for (int i = 0; i < 20; ++i)
    send(connection.get(), "select repeat('xyzxz', 12)");
  check(PQsendFlushRequest(connection.get()) == 1 && PQflush(connection.get()) == 0, "not flushed");
  std::string wanted;
  for (int i = 0; i < 12; ++i)
    wanted += "xyzxz";
  for (int i = 0; i < 20; ++i)
    expect_value(connection.get(), wanted);
  sync(connection.get());
  expect_sync(connection.get());
}

void pipeline_abort() {
  const Connection connection = in_pipeline();
  send(connection.get(), "drop table if exists pipeline_demo");
  send(connection.get(), "create table pipeline_demo (a int)");
  sync(connection.get());
  send(connection.get(), "insert into pipeline_demo values ($1)", {"1"});
  send(connection.get(), "select no_such_function($1)", {"1"});
  send(connection.get(), "insert into pipeline_demo values ($1)", {"2"});
  sync(connection.get());
  send(connection.get(), "insert into pipeline_demo values ($1)", {"3"});
  sync(connection.get());
  expect(connection.get(), PGRES_COMMAND_OK);
  expect_null(connection.get());
  expect(connection.get(), PGRES_COMMAND_OK);
  expect_null(connection.get());
  expect_sync(connection.get());
  expect(connection.get(), PGRES_COMMAND_OK);
  expect_null(connection.get());
  check(PQpipelineStatus(connection.get()) == PQ_PIPELINE_ON, "aborted too early");
  check(expect_error(connection.get()) == "42883", "another error");
  check(PQpipelineStatus(connection.get()) == PQ_PIPELINE_ABORTED, "not aborted");
  expect_aborted(connection.get());
  expect_sync(connection.get());
  expect(connection.get(), PGRES_COMMAND_OK);
  expect_null(connection.get());
  expect_sync(connection.get());
  expect_null(connection.get());
  check(PQexitPipelineMode(connection.get()) == 1, PQerrorMessage(connection.get()));
  const Result rows(PQexec(connection.get(), "select a from pipeline_demo"));
  check(PQntuples(rows.get()) == 1 && std::strcmp(PQgetvalue(rows.get(), 0, 0), "3") == 0, "other rows");
  Result(PQexec(connection.get(), "drop table pipeline_demo"));
}

void prepared() {
  const Connection connection = in_pipeline();
  const Oid types[] = {23, 25};
  check(PQsendPrepare(connection.get(), "select_one", "select $1, '42', $1::numeric, $2", 2, types) == 1, "");
  check(PQsendDescribePrepared(connection.get(), "select_one") == 1, "");
  sync(connection.get());
  expect(connection.get(), PGRES_COMMAND_OK);
  expect_null(connection.get());
  {
    const Result described = expect(connection.get(), PGRES_COMMAND_OK);
    check(PQnfields(described.get()) == 4 && PQparamtype(described.get(), 1) == 25, "another description");
  }
  expect_null(connection.get());
  expect_sync(connection.get());
  check(PQexitPipelineMode(connection.get()) == 1, "");
  for (const char* sql : {"begin", "declare cursor_one cursor for select 1"})
    check(PQresultStatus(Result(PQexec(connection.get(), sql)).get()) == PGRES_COMMAND_OK, sql);
  check(PQenterPipelineMode(connection.get()) == 1, "");
  check(PQsendDescribePortal(connection.get(), "cursor_one") == 1, "");
  for (int i = 0; i < 12; ++i) {
    const char* const values[] = {"7", "x"};
    check(PQsendQueryPrepared(connection.get(), "select_one", 2, values, nullptr, nullptr, 0) == 1, "");
  }
  sync(connection.get());
  {
    const Result described = expect(connection.get(), PGRES_COMMAND_OK);
    check(PQftype(described.get(), 0) == 23, "another portal");
  }
  expect_null(connection.get());
  for (int i = 0; i < 12; ++i)
    expect_value(connection.get(), "7");
  expect_sync(connection.get());
  // A name that is taken, in the middle of a pipeline.
  check(PQsendPrepare(connection.get(), "select_one", "select 1", 0, nullptr) == 1, "");
  send(connection.get(), "select 2");
  sync(connection.get());
  check(expect_error(connection.get()) == "42P05", "another error");
  expect_aborted(connection.get());
  expect_sync(connection.get());
}

void single_row_mode() {
  const Connection connection = in_pipeline();
  for (const char* rows : {"3", "5", "7"})
    send(connection.get(), "select generate_series(1, $1)", {rows});
  sync(connection.get());
  for (const int rows : {3, 5, 7}) {
    if (rows != 7) check(PQsetSingleRowMode(connection.get()) == 1, "no single row mode");
    for (int row = 0; row < rows && rows != 7; ++row)
      expect(connection.get(), PGRES_SINGLE_TUPLE);
    check(PQntuples(expect(connection.get(), PGRES_TUPLES_OK).get()) == (rows == 7 ? 7 : 0), "other rows");
    expect_null(connection.get());
  }
  expect_sync(connection.get());
  // An error in the middle of the rows.
  send(connection.get(), "select 10 / g from generate_series(3, -1, -1) g");
  sync(connection.get());
  check(PQsetSingleRowMode(connection.get()) == 1, "no single row mode");
  for (int row = 0; row < 3; ++row)
    expect(connection.get(), PGRES_SINGLE_TUPLE);
  check(expect_error(connection.get()) == "22012", "another error");
  expect_sync(connection.get());
}

// Many inserts without blocking, the first of which to fail takes the rest along.
void uniqviol() {
  const Connection connection = connect();
  check(PQresultStatus(Result(PQexec(connection.get(),
                                     "drop table if exists uniq_demo; create table uniq_demo "
                                     "(a int primary key, b text)"))
                           .get()) == PGRES_COMMAND_OK,
        "no table");
  check(PQenterPipelineMode(connection.get()) == 1 && PQsetnonblocking(connection.get(), 1) == 0, "");
  constexpr int count = 2'000;
  constexpr int failing = 700;
  int sent = 0;
  int good = 0;
  int failed = 0;
  int aborted = 0;
  bool is_over = false;
  while (!is_over) {
    for (int burst = 0; sent < count && burst < 100; ++burst, ++sent) {
      const std::string number = std::to_string(sent == failing ? 0 : sent);
      send(connection.get(), "insert into uniq_demo values ($1, repeat('b', 500))", {number.c_str()});
      if (sent == count - 1) sync(connection.get());
    }
    const bool writes = PQflush(connection.get()) == 1;
    pollfd wanted{PQsocket(connection.get()), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
    check(::poll(&wanted, 1, sent < count ? 0 : 30'000) >= 0, "poll");
    check(PQconsumeInput(connection.get()) == 1, PQerrorMessage(connection.get()));
    bool was_null = false;  // between two queries; twice: nothing is there yet
    while (!is_over && PQisBusy(connection.get()) == 0) {
      const Result result = next(connection.get());
      if (!result) {
        if (std::exchange(was_null, true)) break;
        continue;
      }
      was_null = false;
      switch (PQresultStatus(result.get())) {
        case PGRES_COMMAND_OK:
          ++good;
          break;
        case PGRES_FATAL_ERROR:
          ++failed;
          break;
        case PGRES_PIPELINE_ABORTED:
          ++aborted;
          break;
        case PGRES_PIPELINE_SYNC:
          is_over = true;
          break;
        default:
          check(false, PQresStatus(PQresultStatus(result.get())));
      }
    }
  }
  check(good == failing && failed == 1 && aborted == count - failing - 1, "other results");
  PQsetnonblocking(connection.get(), 0);
  expect_null(connection.get());
  check(PQexitPipelineMode(connection.get()) == 1, PQerrorMessage(connection.get()));
  const Result rows(PQexec(connection.get(), "select count(*) from uniq_demo"));
  check(std::strcmp(PQgetvalue(rows.get(), 0, 0), "0") == 0, "rows of a failed pipeline are there");
  Result(PQexec(connection.get(), "drop table uniq_demo"));
}

void transaction() {
  const Connection connection = connect();
  Result(PQexec(connection.get(), "drop table if exists tran_demo; create table tran_demo (a int)"));
  check(PQenterPipelineMode(connection.get()) == 1, "");
  check(PQsendPrepare(connection.get(), "rollback", "rollback", 0, nullptr) == 1, "");
  send(connection.get(), "begin");
  send(connection.get(), "select 0 / 0");
  check(PQsendQueryPrepared(connection.get(), "rollback", 0, nullptr, nullptr, nullptr, 0) == 1, "");
  send(connection.get(), "insert into tran_demo values (1)");
  sync(connection.get());
  send(connection.get(), "insert into tran_demo values (2)");
  sync(connection.get());
  check(PQsendQueryPrepared(connection.get(), "rollback", 0, nullptr, nullptr, nullptr, 0) == 1, "");
  send(connection.get(), "insert into tran_demo values (3)");
  sync(connection.get());
  for (int i = 0; i < 2; ++i) {
    expect(connection.get(), PGRES_COMMAND_OK);
    expect_null(connection.get());
  }
  check(expect_error(connection.get()) == "22012", "another error");
  expect_aborted(connection.get());
  expect_aborted(connection.get());
  expect_sync(connection.get());
  check(expect_error(connection.get()) == "25P02", "the transaction should be aborted");
  expect_sync(connection.get());
  for (int i = 0; i < 2; ++i) {
    expect(connection.get(), PGRES_COMMAND_OK);
    expect_null(connection.get());
  }
  expect_sync(connection.get());
  check(PQexitPipelineMode(connection.get()) == 1, "");
  const Result rows(PQexec(connection.get(), "select a from tran_demo"));
  check(PQntuples(rows.get()) == 1 && std::strcmp(PQgetvalue(rows.get(), 0, 0), "3") == 0, "other rows");
  Result(PQexec(connection.get(), "drop table tran_demo"));
}

void disallowed_in_pipeline() {
  const Connection connection = in_pipeline();
  check(PQisnonblocking(connection.get()) == 0, "");
  check(PQresultStatus(Result(PQexec(connection.get(), "select 1")).get()) == PGRES_FATAL_ERROR,
        "PQexec ran");
  check(PQsendQuery(connection.get(), "select 1") == 0, "PQsendQuery ran");
  check(PQexitPipelineMode(connection.get()) == 1 && PQexitPipelineMode(connection.get()) == 1, "");
  check(PQresultStatus(Result(PQexec(connection.get(), "select 1")).get()) == PGRES_TUPLES_OK, "");
  // COPY can't be in a pipeline: libpq gives the connection up.
  check(PQenterPipelineMode(connection.get()) == 1, "");
  send(connection.get(), "copy (select 1) to stdout");
  sync(connection.get());
  const Result result = next(connection.get());
  check(result == nullptr || PQresultStatus(result.get()) != PGRES_TUPLES_OK, "COPY ran");
}

void cancel() {
  const Connection connection = in_pipeline();
  send(connection.get(), "select pg_sleep(60)");
  send(connection.get(), "select 2");
  sync(connection.get());
  send(connection.get(), "select 3");
  sync(connection.get());
  pollfd none{-1, 0, 0};
  ::poll(&none, 1, 200);
  PGcancel* const handle = PQgetCancel(connection.get());
  char why[256] = "";
  const bool asked = PQcancel(handle, why, sizeof why) == 1;
  PQfreeCancel(handle);
  check(asked, why);
  check(expect_error(connection.get()) == "57014", "another error");
  expect_aborted(connection.get());
  expect_sync(connection.get());
  expect_value(connection.get(), "3");
  expect_sync(connection.get());
}

void two_pipelines_side_by_side() {
  std::vector<Connection> connections;
  for (int i = 0; i < 6; ++i)
    connections.push_back(in_pipeline());
  for (int turn = 0; turn < 10; ++turn) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
      const std::string mark = std::to_string(i) + "." + std::to_string(turn);
      send(connections[i].get(), "select $1::text", {mark.c_str()});
      send(connections[i].get(), "select 1 / $1::int", {turn % 2 == 0 ? "0" : "1"});
      sync(connections[i].get());
      check(PQflush(connections[i].get()) == 0, "");
    }
    for (std::size_t i = 0; i < connections.size(); ++i) {
      expect_value(connections[i].get(), std::to_string(i) + "." + std::to_string(turn));
      if (turn % 2 == 0)
        expect_error(connections[i].get());
      else
        expect_value(connections[i].get(), "1");
      expect_sync(connections[i].get());
    }
  }
}

struct Case {
  const char* name;
  void (*run)();
};

constexpr Case cases[] = {{"simple_pipeline", simple_pipeline},
                          {"multi_pipelines", multi_pipelines},
                          {"nosync", nosync},
                          {"pipeline_abort", pipeline_abort},
                          {"prepared", prepared},
                          {"single_row_mode", single_row_mode},
                          {"uniqviol", uniqviol},
                          {"transaction", transaction},
                          {"disallowed_in_pipeline", disallowed_in_pipeline},
                          {"cancel", cancel},
                          {"two_pipelines_side_by_side", two_pipelines_side_by_side}};

}  // namespace

int main() {
  int failed = 0;
  for (const Case& one : cases) {
    try {
      one.run();
      std::printf("ok %s\n", one.name);
    } catch (const std::exception& error) {
      ++failed;
      std::string why = error.what();
      for (char& c : why)
        if (c == '\n') c = ' ';
      std::printf("not ok %s: %s\n", one.name, why.c_str());
    }
    std::fflush(stdout);
  }
  return failed == 0 ? 0 : 1;
}
