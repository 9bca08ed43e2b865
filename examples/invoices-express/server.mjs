// Invoices of teams, behind a proxy that asked art32 who a request comes from (nginx-site.conf or
// Caddyfile). The database is reached through art32's gateway, which shows each request the
// rows of its team. DATABASE_URL and SOCKET come from the environment; see README.md.
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
pool.on('error', (error) => console.error(error.message)); // of a connection that nobody uses
const application = express();
application.use(express.json());

// The lines that art32 needs. While a request runs it has a connection to itself: its claim comes
// first, and is gone before the next one. A connection on which something failed is closed.
const asTeam = (work) => async (request, response) => {
  const client = await pool.connect();
  let failure;
  try {
    await client.query(`SET art32.claim = ${client.escapeLiteral(request.get('X-Art32-Claim') ?? '')}`);
    await work(client, request, response);
    await client.query('RESET art32.claim');
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    client.release(failure);
  }
};

const team = (request) => request.get('X-Art32-Team');
const selectInvoices =
  'select i.id, c.name as customer, i.currency, i.note from invoices i join customers c on c.id = i.customer_id';

// DELIBERATELY WRONG: values are pasted into the SQL, so a name can be SQL as well, and what it
// finds is shown. The attack of this example goes through here; never copy this function.
async function search(client, team, customer) {
  const results = await client.query(`${selectInvoices} where i.team_id = ${team} and c.name = '${customer}'`);
  return [results].flat().flatMap((result) => result.rows ?? []);
}

application.get('/invoices', asTeam(async (client, request, response) => {
  const { customer } = request.query;
  if (customer !== undefined) return response.json(await search(client, team(request), customer));
  const { rows } = await client.query(`${selectInvoices} where i.team_id = $1 order by i.id`, [team(request)]);
  response.json(rows);
}));

// Escaped, and wrong all the same: what is prepared by name stays in the connection with its text,
// values included. Names are counted, as some drivers do. Write values as parameters ($1).
const statements = new Map();
application.get('/customers/:name/invoices', asTeam(async (client, request, response) => {
  const name = client.escapeLiteral(request.params.name);
  const text = `${selectInvoices} where i.team_id = ${team(request)} and c.name = ${name}`;
  if (!statements.has(text)) statements.set(text, `statement-${statements.size}`);
  const { rows } = await client.query({ name: statements.get(text), text });
  response.json(rows);
}));

async function find(client, request, response) {
  const { rows: [invoice] } = await client.query(
    `${selectInvoices} where i.team_id = $1 and i.id = $2`, [team(request), request.params.id]);
  if (!invoice) response.status(404).json({ error: 'no such invoice' });
  return invoice;
}

application.get('/invoices/:id', asTeam(async (client, request, response) => {
  const invoice = await find(client, request, response);
  if (!invoice) return;
  const { rows: lines } = await client.query(
    'select what, cents from invoice_lines where invoice_id = $1 order by id', [invoice.id]);
  response.json({ ...invoice, lines });
}));

// Wrong in a way that is easier to miss: the name comes from the database, where a team put it.
application.get('/invoices/:id/similar', asTeam(async (client, request, response) => {
  const invoice = await find(client, request, response);
  if (invoice) response.json(await search(client, team(request), invoice.customer));
}));

application.post('/invoices', asTeam(async (client, request, response) => {
  const { customer, note, lines = [] } = request.body;
  await client.query('begin');
  try {
    const { rows: [{ id }] } = await client.query(
      `with made as (insert into customers (team_id, name) values ($1, $2) returning id)
       insert into invoices (team_id, customer_id, note) select $1, id, $3 from made returning id`,
      [team(request), customer, note]);
    for (const { what, cents } of lines)
      await client.query('insert into invoice_lines (invoice_id, what, cents) values ($1, $2, $3)', [id, what, cents]);
    await client.query('commit');
    response.status(201).json({ id });
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}));

// Deliberate, too: the database's own words are shown, as many do while they look for a mistake.
application.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(error.status ?? 500).json({ error: error.message, code: error.code });
});

const server = application.listen(process.env.SOCKET); // a unix socket: only the proxy comes here
process.on('SIGTERM', () => server.close(() => pool.end()));
