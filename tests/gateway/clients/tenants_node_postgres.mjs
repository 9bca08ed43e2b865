// node-postgres before a database that is separated by team: nothing but the line in actFor()
// knows of it. Claims of two teams come in CLAIM_1 and CLAIM_2.
import pg from 'pg';

const pool = new pg.Pool({ max: 3, ssl: process.env.PGSSLMODE === 'disable' ? false : { rejectUnauthorized: false } });
const claims = { 1: process.env.CLAIM_1, 2: process.env.CLAIM_2 };
let failed = false;

const actFor = (client, claim, scope = '') => client.query(`SET ${scope} art32.claim = '${claim}'`);

function check(name, holds, seen) {
  console.log(holds ? `ok ${name}` : `not ok ${name}: ${JSON.stringify(seen)}`);
  failed ||= !holds;
}
const refused = (work) => work.then(() => '', (error) => error.code);
async function teams(client, sql = 'select team_id from invoice', values = []) {
  const { rows } = await client.query(sql, values);
  return [...new Set(rows.map((row) => row.team_id))].join(',');
}

// A request of one team on any connection of the pool, as a web framework would run it.
async function request(team, work) {
  const client = await pool.connect();
  try {
    await actFor(client, claims[team]);
    return await work(client);
  } finally {
    client.release();
  }
}

check('nobody sees nothing', (await refused(pool.query('select * from invoice'))) === '42501');
for (let round = 0; round < 2; ++round) {
  for (const [team, other] of [['1', '2'], ['2', '1']]) {
    const seen = await request(team, (client) => teams(client, 'select team_id from invoice where id > $1', [0]));
    check(`team ${team} sees its rows`, seen === team, seen);
    const { rows: [made] } = await request(team, (client) =>
      client.query({ name: 'add', text: 'insert into invoice (note) values ($1) returning id, team_id', values: [`of ${team}`] }));
    check(`team ${team} writes its rows`, made.team_id === team, made);
    await request(other, async (client) => {
      const found = await client.query({ name: 'find', text: 'select * from invoice where id = $1', values: [made.id] });
      check(`team ${other} finds none of ${team}`, found.rowCount === 0);
      const updated = await client.query('update invoice set note = $1 where id = $2', ['x', made.id]);
      check(`team ${other} updates none of ${team}`, updated.rowCount === 0);
      const deleted = await client.query('delete from invoice where id = $1', [made.id]);
      check(`team ${other} deletes none of ${team}`, deleted.rowCount === 0);
      const injected = await teams(client, "select team_id from invoice where note = '' or 1=1 --'");
      check(`an injection shows team ${other} its own`, injected === other, injected);
    });
  }
}
// Many requests at once, over few connections.
const crowd = await Promise.all(Array.from({ length: 60 }, (_, i) => {
  const team = String(1 + (i % 2));
  return request(team, (client) => teams(client)).then((seen) => seen === team);
}));
check('each of many requests at once sees its own', crowd.every(Boolean));
const client = await pool.connect();
await client.query('RESET art32.claim');
await client.query('begin');
await actFor(client, claims[1], 'LOCAL');
check('a transaction has its own claim', (await teams(client)) === '1');
await client.query('commit');
check('which ends with it', (await refused(client.query('select * from invoice'))) === '42501');
client.release();
await pool.end();
process.exit(failed ? 1 : 0);
