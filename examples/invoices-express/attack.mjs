// attack.mjs FOLDER: sends every payload through the injection as each team, to the application
// before art32's gateway and to the same application before a database without policies, and
// prints what came back. FOLDER is demo.sh's. Ends with 0 only if no row of another team came or
// changed through the gateway, and each payload that could show one did so without it: else the
// attack proves nothing. With VERBOSE=1 every answer stands in the error output.
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { payloads } from './payloads.mjs';
import { count, secret, Way } from './way.mjs';

const folder = process.argv[2];
const slow_ms = 250;
const slow_tries = 3; // a busy machine is slow once, a database that sleeps always
const plant_tries = 5; // what is left in a session is found only by who gets the same one
const pool_size = 4; // the application's
const teams = JSON.parse(fs.readFileSync(`${folder}/teams.json`));
const entry_key = fs.readFileSync(`${folder}/art32/keys/entry.keys`, 'utf8').trim().split(' ')[1];
const kept_key = Buffer.from(entry_key, 'hex').map((octet) => octet ^ 0x36).toString('hex'); // as HMAC uses it

function forged_claim(team) {
  const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${encoded({ alg: 'none', kid: 'k1', typ: 'art32-claim+jwt' })}.${encoded({
    aud: 'localhost', exp: now + 3600, iat: now, kind: 'user', request: 'r-1', sub: '1', team: String(team.id) })}.`;
}

async function send(way, payload, team, other) {
  if (payload.store) {
    const id = await way.create(team, { customer: payload.store, note: 'stored' });
    return way.request(team, `/invoices/${id}/similar`);
  }
  for (let tries_left = payload.steps.length > 1 ? plant_tries : 1; ; --tries_left) {
    let answer, meanwhile;
    for (const step of payload.steps) {
      const sender = step.as === 'other' ? other : team;
      const asked = step.prepares ? way.prepared_search(sender, step.prepares) : way.search(sender, step.text ?? step);
      if (step.meanwhile) meanwhile = asked;
      else answer = await asked;
      if (payload.steps.length > 1) await pause(10); // the connection is back in its pool
    }
    await meanwhile;
    if (tries_left === 1 || count(answer.text, team).foreign > 0) return answer;
  }
}

async function is_slow(way, payload, team, other) {
  for (let i = 0; i < slow_tries; ++i) {
    const begin = performance.now();
    await send(way, payload, team, other);
    if (performance.now() - begin < slow_ms) return false;
  }
  return true;
}

function shown_in_files(way, team) {
  const texts = fs.readdirSync(way.files).map((file) => fs.readFileSync(`${way.files}/${file}`, 'utf8'));
  return count(texts.join('\n'), team).foreign;
}

// {status, own, foreign} of one payload; what is learned without a row counts as a row.
async function attack(way, payload, team, other) {
  fs.rmSync(way.files, { recursive: true, force: true });
  fs.mkdirSync(way.files);
  fs.chmodSync(way.files, 0o777); // the database's user writes there, if it can
  const { status, text } = await send(way, payload, team, other);
  const seen = { status, ...count(text, team) };
  switch (payload.judge) {
    case 'oracle': seen.foreign += Number(seen.own > 0); break;
    case 'slow': seen.foreign += Number(await is_slow(way, payload, team, other)); break;
    case 'file': seen.foreign += shown_in_files(way, team); break;
    case 'keys': seen.foreign += Number(text.includes(kept_key)); break;
    case 'writes': seen.foreign += await way.changed(team); break;
  }
  if (payload.judge === 'writes' || payload.store) await way.restore();
  if (process.env.VERBOSE) console.error(way.separated, team.id, `${payload.kind}: ${payload.name}`, seen, text.slice(0, 300));
  return seen;
}

// Whatever was sent before, each team sees its own three invoices and their customer.
async function look_around(way, after) {
  await Promise.all(teams.map(async (team) => {
    let answer = await way.request(team, '/invoices');
    // A connection that an injection tied to its team costs the next requests an error, but no row.
    for (let i = 0; i < teams.length * pool_size && answer.text.includes('"25001"'); ++i)
      answer = await way.request(team, '/invoices');
    const { own, foreign } = count(answer.text, team);
    if (answer.status !== 200 || own !== 4 || foreign !== 0)
      throw new Error(`after "${after.kind}: ${after.name}" team ${team.id} sees ${own} of its own four things ` +
        `and ${foreign} of others: ${answer.status} ${answer.text}`);
  }));
}

async function run(way) {
  await way.fill(teams);
  const results = [];
  for (const [i, team] of teams.entries()) {
    const other = teams[(i + 1) % teams.length];
    for (const payload of payloads({ own: team.id, other: other.id, customer: other.customer, claim: forged_claim(other),
      folder: way.files })) {
      results.push({ ...payload, team: team.id, ...await attack(way, payload, team, other) });
      if (way.separated) await look_around(way, payload);
    }
  }
  await way.end();
  return results;
}

const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);

function show(kept, open) {
  const line = (cells) => console.log('  ' + cells.map((cell, i) => i ? String(cell).padStart(14) : cell.padEnd(20)).join(''));
  line(['', '', 'with art32', '', '', 'without it']);
  line(['payload', 'sent', 'own rows', 'foreign rows', 'refused', 'foreign rows']);
  for (const kind of new Set(kept.map((row) => row.kind))) {
    const mine = kept.filter((row) => row.kind === kind);
    line([kind, mine.length, sum(mine, 'own'), sum(mine, 'foreign'), mine.filter(({ status }) => status !== 200).length,
      sum(open.filter((row) => row.kind === kind), 'foreign')]);
  }
}

for (const team of teams) team.customer = `Customer ${secret(team)}`;
const [kept, open] = await Promise.all([
  run(new Way(folder, 'api', 'app', true)), run(new Way(folder, 'control', 'control', false))]);
show(kept, open);
const leaked = kept.filter((row) => row.foreign > 0);
const harmless = open.filter((row) => row.leaks && row.foreign === 0);
for (const row of leaked) console.log(`  LEAKED ${row.kind}: ${row.name}, as team ${row.team}: ${row.foreign} foreign rows`);
for (const row of harmless) console.log(`  NOT PROVEN ${row.kind}: ${row.name}, as team ${row.team}: shows nothing without art32 either`);
console.log(`  ${kept.length} payloads, ${sum(kept, 'foreign')} foreign rows; without art32 ${sum(open, 'foreign')}`);
process.exitCode = leaked.length === 0 && harmless.length === 0 && kept.length > 0 ? 0 : 1;
