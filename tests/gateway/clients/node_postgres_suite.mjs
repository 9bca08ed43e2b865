// node-postgres against the server that PGHOST and PGPORT name: each case prints one line,
// "ok NAME" or "not ok NAME: why". The same cases run directly and through the gateway
// (clients_test.cpp).
import assert from 'node:assert/strict';
import pg from 'pg';

delete process.env.PGSSLMODE; // node-postgres takes "prefer" for "verify"

async function connect(options = {}) {
  const client = new pg.Client({ connectionTimeoutMillis: 20_000, ...options });
  await client.connect();
  return client;
}

async function connected(work, options) {
  const client = await connect(options);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function code(promise) {
  try {
    await promise;
  } catch (error) {
    return error.code;
  }
  return 'no error';
}

const once = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

const cases = {
  simple_and_extended_queries: () => connected(async (client) => {
    const results = await client.query('select 1 as a; select 2 as b');
    assert.deepEqual(results.map((result) => result.rows), [[{ a: 1 }], [{ b: 2 }]]);
    assert.deepEqual((await client.query('select $1::int + 1 as sum', [41])).rows, [{ sum: 42 }]);
    assert.deepEqual((await client.query('select $1::int[] as list', [[1, 2]])).rows, [{ list: [1, 2] }]);
    assert.equal((await client.query('select * from generate_series(1, 5000)')).rowCount, 5000);
    assert.equal((await client.query('')).rows.length, 0);
  }),

  named_statements: () => connected(async (client) => {
    for (let turn = 0; turn < 3; turn++) {
      for (let number = 0; number < 20; number++) {
        const query = { name: `s${number}`, text: `select ${number} + $1::int as sum`, values: [turn] };
        assert.equal((await client.query(query)).rows[0].sum, number + turn);
      }
    }
    const bad = { name: 'bad', text: 'select 1 / $1::int as one' };
    assert.equal(await code(client.query({ ...bad, values: [0] })), '22012');
    assert.equal((await client.query({ ...bad, values: [1] })).rows[0].one, 1);
    assert.equal(await code(client.query({ name: 'worse', text: 'not sql' })), '42601');
    assert.equal((await client.query({ name: 'worse', text: 'select 1 as one' })).rows[0].one, 1);
  }),

  named_statements_of_two_clients: async () => {
    const [first, second] = [await connect(), await connect()];
    for (let turn = 0; turn < 5; turn++) {
      const text = (who) => ({ name: 'same', text: `select '${who}' as who` });
      assert.equal((await first.query(text('first'))).rows[0].who, 'first');
      assert.equal((await second.query(text('second'))).rows[0].who, 'second');
    }
    await first.end();
    await second.end();
  },

  transactions_and_errors: () => connected(async (client) => {
    await client.query('begin');
    await client.query('create table node_gone (a int)');
    assert.equal(await code(client.query('select 1/0')), '22012');
    assert.equal(await code(client.query('select $1::int', [1])), '25P02');
    await client.query('rollback');
    assert.equal(await code(client.query('select * from node_gone')), '42P01');
    await client.query('begin');
    await client.query('savepoint s');
    assert.equal(await code(client.query('select 1 / $1::int', [0])), '22012');
    await client.query('rollback to s');
    assert.equal((await client.query('select 5 as five')).rows[0].five, 5);
    await client.query('commit');
  }),

  many_queries_in_flight: () => connected(async (client) => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, number) => (number % 10 === 9 ? code(client.query('select 1 / $1::int', [0]))
        : client.query('select $1::int as n', [number]).then((result) => result.rows[0].n))));
    answers.forEach((answer, number) => assert.equal(answer, number % 10 === 9 ? '22012' : number));
  }),

  bytes: () => connected(async (client) => {
    const octets = Buffer.alloc(100_000, 'octets');
    assert.deepEqual((await client.query('select $1::bytea as octets', [octets])).rows[0].octets, octets);
    const oid = (await client.query('select lo_from_bytea(0, $1) as oid', [octets])).rows[0].oid;
    assert.deepEqual((await client.query('select lo_get($1) as octets', [oid])).rows[0].octets, octets);
    await client.query('select lo_unlink($1)', [oid]);
  }),

  portals_with_a_row_limit: () => connected(async (client) => {
    // What pg-cursor does: Execute with a limit, the portal stays until it is fetched to its end.
    await client.query('begin');
    await client.query('declare pages cursor for select generate_series(1, 10) as i');
    assert.deepEqual((await client.query('fetch 3 from pages')).rows.map((row) => row.i), [1, 2, 3]);
    await client.query('move 2 in pages');
    assert.deepEqual((await client.query('fetch all from pages')).rows.length, 5);
    await client.query('close pages');
    await client.query('commit');
    const limited = new pg.Query({ text: 'select generate_series(1, 9) as i', rows: 4, values: [] });
    const rows = [];
    limited.on('row', (row) => rows.push(row.i));
    const end = once(limited, 'end');
    client.query(limited);
    await end;
    assert.equal(rows.length, 9);
  }),

  copy_is_refused_by_this_driver_and_it_goes_on: () => connected(async (client) => {
    await client.query('create temp table t (a int)');
    assert.equal(await code(client.query('copy t from stdin')), '57014');
    assert.equal((await client.query('select 1 as one')).rows[0].one, 1);
  }),

  notices: () => connected(async (client) => {
    const notices = [];
    client.on('notice', (notice) => notices.push(notice.message));
    await client.query("do $$ begin raise notice 'look here'; end $$");
    assert.ok(notices.includes('look here'));
  }),

  listen_and_notify: async () => {
    const [listener, speaker] = [await connect(), await connect()];
    await listener.query('listen node_news');
    for (let number = 0; number < 3; number++) {
      const heard = once(listener, 'notification');
      await speaker.query("select pg_notify('node_news', $1)", [String(number)]);
      assert.equal((await heard).payload, String(number));
    }
    await listener.end();
    await speaker.end();
  },

  cancel: () => connected(async (client) => {
    const canceller = new pg.Client();
    const query = new pg.Query('select pg_sleep(60)');
    const failed = once(query, 'error');
    client.query(query);
    setTimeout(() => canceller.cancel(client, query), 200);
    assert.equal((await failed).code, '57014');
    assert.equal((await client.query('select 1 as one')).rows[0].one, 1);
  }),

  settings_follow: () => connected(async (client) => {
    await client.query("set time zone 'Asia/Tokyo'");
    await connected(async (other) => {
      assert.notEqual((await other.query('show time zone')).rows[0].TimeZone, 'Asia/Tokyo');
    });
    assert.equal((await client.query('show time zone')).rows[0].TimeZone, 'Asia/Tokyo');
    assert.equal((await client.query('show application_name')).rows[0].application_name, 'node suite');
    assert.equal((await client.query('show statement_timeout')).rows[0].statement_timeout, '7s');
  }, { application_name: 'node suite', statement_timeout: 7_000 }),

  several_clients_at_once: async () => {
    const pool = new pg.Pool({ max: 8, connectionTimeoutMillis: 20_000 });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, number) =>
      pool.query('select $1::text as mark, pg_sleep(0.001)', [`mark ${number}`])));
    answers.forEach((answer, number) => assert.equal(answer.rows[0].mark, `mark ${number}`));
    await pool.end();
  },
};

let failed = 0;
for (const [name, work] of Object.entries(cases)) {
  try {
    await work();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${name}: ${String(error.message).replaceAll('\n', ' ')} ${error.stack?.split('\n').find((line) => line.includes('suite'))?.trim()}`);
  }
}
process.exit(failed ? 1 : 0);
