// pgjdbc against the server that PGHOST and PGPORT name: each case prints one line, "ok NAME" or
// "not ok NAME: why". The same cases run directly and through the gateway (clients_test.cpp).

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

public class PgjdbcSuite {
  interface Case {
    void run() throws Exception;
  }

  interface Work {
    void run(Connection connection) throws Exception;
  }

  static Connection connect(String... options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", System.getenv("PGUSER"));
    properties.setProperty("password", System.getenv("PGPASSWORD"));
    properties.setProperty("loginTimeout", "20");
    properties.setProperty("gssEncMode", "disable");
    for (int i = 0; i < options.length; i += 2) properties.setProperty(options[i], options[i + 1]);
    return DriverManager.getConnection("jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT")
        + "/" + System.getenv("PGDATABASE"), properties);
  }

  static void connected(Work work, String... options) throws Exception {
    try (Connection connection = connect(options)) {
      work.run(connection);
    }
  }

  static void expect(Object seen, Object wanted) {
    if (!Objects.equals(seen, wanted)) throw new AssertionError(seen + " instead of " + wanted);
  }

  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String stateOf(Case work) throws Exception {
    try {
      work.run();
    } catch (SQLException error) {
      return error.getSQLState();
    }
    return "no error";
  }

  static void queries() throws Exception {
    for (String mode : Arrays.asList("extended", "simple", "extendedForPrepared", "extendedCacheEverything"))
      connected(connection -> {
        expect(one(connection, "select 6 * 7"), "42");
        try (PreparedStatement statement = connection.prepareStatement("select ? + 1, ?")) {
          statement.setInt(1, 41);
          statement.setString(2, "é");
          ResultSet rows = statement.executeQuery();
          rows.next();
          expect(rows.getInt(1) + rows.getString(2), "42é");
        }
      }, "preferQueryMode", mode);
  }

  static void statementsBeyondTheThreshold() throws Exception {
    for (int threshold : new int[] {1, 3})
      connected(connection -> {
        try (PreparedStatement statement = connection.prepareStatement("select ?::int * 2")) {
          for (int i = 0; i < 15; i++) {
            statement.setInt(1, i);
            ResultSet rows = statement.executeQuery();
            rows.next();
            expect(rows.getInt(1), 2 * i);
          }
        }
        for (int turn = 0; turn < 3; turn++)
          for (int i = 0; i < 12; i++) expect(number(connection, "select " + i + " + ?::int", turn), i + turn);
      }, "prepareThreshold", String.valueOf(threshold), "preparedStatementCacheQueries", "4");
  }

  static int number(Connection connection, String sql, int value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, value);
      ResultSet rows = statement.executeQuery();
      rows.next();
      return rows.getInt(1);
    }
  }

  static void transactionsSavepointsAndErrors() throws Exception {
    for (String autosave : Arrays.asList("never", "always", "conservative"))
      connected(connection -> {
        connection.setAutoCommit(false);
        execute(connection, "create table jdbc_gone (a int)");
        Savepoint savepoint = connection.setSavepoint();
        expect(stateOf(() -> number(connection, "select 1 / ?::int", 0)), "22012");
        connection.rollback(savepoint);
        expect(number(connection, "select 1 / ?::int", 1), 1);
        connection.rollback();
        expect(stateOf(() -> one(connection, "select * from jdbc_gone")), "42P01");
        connection.rollback();
        expect(one(connection, "select 5"), "5");
        connection.commit();
      }, "autosave", autosave, "prepareThreshold", "1");
  }

  static void batches() throws Exception {
    connected(connection -> {
      connection.setAutoCommit(false);
      execute(connection, "create temp table t (a int primary key, b text) on commit drop");
      try (PreparedStatement statement = connection.prepareStatement("insert into t values (?, ?)")) {
        for (int i = 0; i < 500; i++) {
          statement.setInt(1, i);
          statement.setString(2, "row " + i);
          statement.addBatch();
        }
        expect(statement.executeBatch().length, 500);
        for (int i = 500; i < 510; i++) {
          statement.setInt(1, i == 505 ? 0 : i);
          statement.setString(2, "");
          statement.addBatch();
        }
        String state = "no error";
        try {
          statement.executeBatch();
        } catch (BatchUpdateException error) {
          state = error.getSQLState();
        }
        expect(state, "23505");
      }
      connection.rollback();
    });
    connected(connection -> {
      connection.setAutoCommit(false);
      execute(connection, "create temp table t (a serial primary key, b text) on commit drop");
      try (PreparedStatement statement =
          connection.prepareStatement("insert into t (b) values (?)", Statement.RETURN_GENERATED_KEYS)) {
        for (int i = 0; i < 20; i++) {
          statement.setString(1, "row " + i);
          statement.addBatch();
        }
        statement.executeBatch();
        ResultSet keys = statement.getGeneratedKeys();
        int count = 0;
        while (keys.next()) expect(keys.getInt(1), ++count);
        expect(count, 20);
      }
      connection.rollback();
    }, "reWriteBatchedInserts", "true");
  }

  static void fetchSize() throws Exception {
    connected(connection -> {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement("select generate_series(1, ?::int)")) {
        statement.setFetchSize(7);
        for (int turn = 0; turn < 3; turn++) {
          statement.setInt(1, 50);
          int sum = 0;
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              sum += rows.getInt(1);
              if (rows.getInt(1) == 20) expect(one(connection, "select 'between'"), "between");
            }
          }
          expect(sum, 1275);
        }
        ResultSet abandoned = statement.executeQuery();
        abandoned.next();
        abandoned.close();
      }
      connection.commit();
      expect(one(connection, "select 1"), "1");
      connection.commit();
    }, "prepareThreshold", "1");
  }

  static void copyBothWays() throws Exception {
    connected(connection -> {
      connection.setAutoCommit(false);
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      execute(connection, "create temp table t (a int, b text)");
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 500; i++) lines.append(i).append("\trow\n");
      expect(copy.copyIn("copy t from stdin", new ByteArrayInputStream(lines.toString().getBytes())), 500L);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      expect(copy.copyOut("copy t to stdout", out), 500L);
      expect(out.size(), lines.length());
      connection.commit();
      expect(stateOf(() -> copy.copyIn("copy t from stdin", new ByteArrayInputStream("x\ty\n".getBytes()))), "22P02");
      connection.rollback();
      var given = copy.copyIn("copy t from stdin");
      byte[] line = "1\tz\n".getBytes();
      given.writeToCopy(line, 0, line.length);
      given.cancelCopy();
      connection.rollback();
      expect(stateOf(() -> copy.copyOut("copy (select 1 / (3 - i) from generate_series(1, 5) i) to stdout",
          new ByteArrayOutputStream())), "22012");
      connection.rollback();
      expect(one(connection, "select count(*) from t"), "500");
      connection.rollback();
    });
  }

  static void largeObjects() throws Exception {
    connected(connection -> {
      connection.setAutoCommit(false);
      byte[] octets = new byte[50_000];
      Arrays.fill(octets, (byte) 7);
      LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
      long oid = manager.createLO(LargeObjectManager.READWRITE);
      LargeObject object = manager.open(oid, LargeObjectManager.READWRITE);
      object.write(octets);
      object.seek(0);
      expect(Arrays.equals(object.read(60_000), octets), true);
      object.close();
      manager.delete(oid);
      expect(stateOf(() -> manager.open(oid)), "42704");
      connection.rollback();
      try (PreparedStatement statement = connection.prepareStatement("select ?::bytea")) {
        statement.setBytes(1, octets);
        ResultSet rows = statement.executeQuery();
        rows.next();
        expect(Arrays.equals(rows.getBytes(1), octets), true);
      }
      connection.rollback();
    });
  }

  static void noticesListenAndNotify() throws Exception {
    connected(listener -> {
      execute(listener, "listen jdbc_news");
      try (Statement statement = listener.createStatement()) {
        statement.execute("do $$ begin raise notice 'look here'; end $$");
        boolean seen = false;
        for (var warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning())
          seen |= warning.getMessage().equals("look here");
        expect(seen, true);
      }
      connected(speaker -> execute(speaker, "notify jdbc_news, 'here'"));
      var notifications = listener.unwrap(PGConnection.class).getNotifications(10_000);
      expect(notifications.length == 0 ? "nothing" : notifications[0].getParameter(), "here");
    });
  }

  static void cancelAndTimeout() throws Exception {
    connected(connection -> {
      try (Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(1);
        expect(stateOf(() -> statement.execute("select pg_sleep(60)")), "57014");
      }
      try (Statement statement = connection.createStatement()) {
        Thread canceller = new Thread(() -> {
          try {
            Thread.sleep(200);
            statement.cancel();
          } catch (Exception error) {
            error.printStackTrace();
          }
        });
        canceller.start();
        expect(stateOf(() -> statement.execute("select pg_sleep(60)")), "57014");
        canceller.join();
      }
      expect(one(connection, "select 1"), "1");
    });
  }

  static void settingsFollow() throws Exception {
    connected(connection -> {
      execute(connection, "set time zone 'Asia/Tokyo'");
      connection.setClientInfo("ApplicationName", "renamed");
      connected(other -> expect(one(other, "show time zone").equals("Asia/Tokyo"), false));
      expect(one(connection, "show time zone"), "Asia/Tokyo");
      expect(one(connection, "show application_name"), "renamed");
      expect(one(connection, "show search_path"), "pg_catalog, public");
      connection.setReadOnly(true);
      expect(stateOf(() -> execute(connection, "create table public.jdbc_gone (a int)")), "25006");
      connection.setReadOnly(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      expect(one(connection, "show transaction isolation level"), "serializable");
    }, "currentSchema", "pg_catalog, public", "ApplicationName", "jdbc suite",
        "readOnlyMode", "always");
  }

  static void aCachedPlanHeals() throws Exception {
    connected(owner -> {
      execute(owner, "drop table if exists jdbc_shape; create table jdbc_shape (a int); insert into jdbc_shape values (1)");
      connected(connection -> {
        try (PreparedStatement statement = connection.prepareStatement("select * from jdbc_shape")) {
          for (int i = 0; i < 8; i++) statement.executeQuery().close();
          execute(owner, "alter table jdbc_shape add b text");
          String state = "no error";
          for (int i = 0; i < 8; i++) statement.executeQuery().close();
          ResultSet rows = statement.executeQuery();
          expect(rows.getMetaData().getColumnCount(), 2);
          expect(state, "no error");
        }
      });
      execute(owner, "drop table jdbc_shape");
    });
  }

  static void severalClientsAtOnce() throws Exception {
    var threads = Executors.newFixedThreadPool(8);
    List<Future<Void>> results = new ArrayList<>();
    for (int client = 0; client < 8; client++) {
      final int mark = client;
      Callable<Void> work = () -> {
        connected(connection -> {
          try (PreparedStatement statement = connection.prepareStatement("select ?::text, pg_sleep(0.001)")) {
            for (int i = 0; i < 25; i++) {
              statement.setString(1, mark + "." + i);
              ResultSet rows = statement.executeQuery();
              rows.next();
              expect(rows.getString(1), mark + "." + i);
            }
          }
        });
        return null;
      };
      results.add(threads.submit(work));
    }
    threads.shutdown();
    for (Future<Void> result : results) result.get();
  }

  public static void main(String[] words) throws Exception {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("queries_in_every_mode", PgjdbcSuite::queries);
    cases.put("statements_beyond_the_threshold", PgjdbcSuite::statementsBeyondTheThreshold);
    cases.put("transactions_savepoints_and_errors", PgjdbcSuite::transactionsSavepointsAndErrors);
    cases.put("batches", PgjdbcSuite::batches);
    cases.put("fetch_size", PgjdbcSuite::fetchSize);
    cases.put("copy_both_ways", PgjdbcSuite::copyBothWays);
    cases.put("large_objects", PgjdbcSuite::largeObjects);
    cases.put("notices_listen_and_notify", PgjdbcSuite::noticesListenAndNotify);
    cases.put("cancel_and_timeout", PgjdbcSuite::cancelAndTimeout);
    cases.put("settings_follow", PgjdbcSuite::settingsFollow);
    cases.put("a_cached_plan_heals", PgjdbcSuite::aCachedPlanHeals);
    cases.put("several_clients_at_once", PgjdbcSuite::severalClientsAtOnce);
    int failed = 0;
    for (var entry : cases.entrySet()) {
      try {
        entry.getValue().run();
        System.out.println("ok " + entry.getKey());
      } catch (Throwable error) {
        failed++;
        String where = "";
        for (StackTraceElement frame : error.getStackTrace())
          if (where.isEmpty() && frame.getClassName().startsWith("PgjdbcSuite")) where = " (line " + frame.getLineNumber() + ")";
        System.out.println("not ok " + entry.getKey() + ": " + String.valueOf(error).replace('\n', ' ') + where);
      }
    }
    System.exit(failed > 0 ? 1 : 0);
  }
}
