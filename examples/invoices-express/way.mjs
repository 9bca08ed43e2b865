// One of the attack's two ways to the application: through art32's gateway, or to a database
// without policies. With a look into its database that no policy narrows, for attack.mjs.
import http from 'node:http';
import pg from 'pg';

const answer_wait_ms = 10_000;
const tables = ['customers', 'invoices', 'invoice_lines'];
const markers = /secret-of-team-(\d)-[0-9a-f]{8}/g;

// Each thing that a team has is marked as its own.
export function secret(team) {
  return `secret-of-team-${team.id}-${Math.random().toString(16).slice(2, 10).padEnd(8, '0')}`;
}

// {own, foreign}: how many marked things of the team, and of others, a text shows.
export function count(text, team) {
  const seen = [...new Set(text.match(markers) ?? [])];
  const own = seen.filter((one) => one.startsWith(`secret-of-team-${team.id}-`)).length;
  return { own, foreign: seen.length - own };
}

export class Way {
  constructor(folder, name, database, separated) {
    this.separated = separated;
    this.files = `${folder}/files-${name}`;
    this.socket = `${folder}/${name}.sock`;
    this.agent = new http.Agent({ keepAlive: true });
    this.observer = new pg.Client({ host: `${folder}/postgres`, user: 'postgres', database });
  }

  request(team, path, body) {
    const headers = { Authorization: `Bearer ${team.token}` };
    if (body) headers['Content-Type'] = 'application/json';
    const options = { socketPath: this.socket, path, headers, agent: this.agent, method: body ? 'POST' : 'GET' };
    return new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; });
        response.on('end', () => resolve({ status: response.statusCode, text })).on('error', reject);
      });
      request.setTimeout(answer_wait_ms, () => request.destroy(new Error(`no answer to ${path}`)));
      request.on('error', reject).end(body && JSON.stringify(body));
    });
  }

  search(team, customer) {
    return this.request(team, `/invoices?customer=${encodeURIComponent(customer)}`);
  }

  async prepared_search(team, customer) {
    const answer = await this.request(team, `/customers/${encodeURIComponent(customer)}/invoices`);
    if (answer.status !== 200) throw new Error(`nothing is prepared: ${answer.status} ${answer.text}`);
    return answer;
  }

  async create(team, invoice) {
    const { status, text } = await this.request(team, '/invoices', invoice);
    if (status !== 201) throw new Error(`an invoice can't be created: ${status} ${text}`);
    return JSON.parse(text).id;
  }

  // Three invoices of each team, each with a line.
  async fill(teams) {
    await this.observer.connect();
    for (const team of teams)
      for (let i = 1; i <= 3; ++i)
        await this.create(team, { customer: team.customer, note: secret(team), lines: [{ what: secret(team), cents: 100 * i }] });
    await this.observer.query('analyze');
    this.filled = await this.rows();
  }

  async rows() {
    const all = {};
    for (const table of tables)
      all[table] = (await this.observer.query(`select to_jsonb(t) as row from ${table} t`)).rows.map(({ row }) => row);
    return all;
  }

  // How many rows of others are gone, new or different.
  async changed(team) {
    const foreign = (all) => new Set(tables.flatMap((table) => all[table]
      .filter((row) => (row.team_id ?? all.invoices.find(({ id }) => id === row.invoice_id)?.team_id) !== team.id)
      .map((row) => table + JSON.stringify(row))));
    const [before, now] = [foreign(this.filled), foreign(await this.rows())];
    return [...before].filter((row) => !now.has(row)).length + [...now].filter((row) => !before.has(row)).length;
  }

  async restore() {
    await this.observer.query('begin; truncate customers cascade');
    for (const table of tables)
      await this.observer.query(
        `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(this.filled[table])]);
    await this.observer.query('commit');
  }

  async end() {
    this.agent.destroy();
    await this.observer.end();
  }
}
