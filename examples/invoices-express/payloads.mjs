// What is sent through the injection, for an attacker of team `own` who is after the rows of team
// `other`. Each is the text behind `customer=`, or a list of them, of which the last one is judged;
// `as: 'other'` sends one as the other team, `meanwhile` doesn't wait for it; `prepares` is no
// injection but a name that is asked for as the application means it. The search has four columns: a
// number and three texts.
//
// `leaks: false`: it needs what even the application without art32 hasn't got, so it proves
// nothing there. `judge` says how a payload that shows no rows could still have told something:
// `oracle`: rows come only if the answer is yes; `slow`: the answer takes time only then;
// `file`: rows are in a file; `writes`: rows of others are changed afterwards; `keys`: art32's own
// keys come.

const union = (columns, from) => `' UNION SELECT ${columns} FROM ${from} --`;
const union_text = (text) => `' UNION SELECT 1, (${text})::text, '', '' --`;
const stacked = (statements) => `'; ${statements}; --`;
const read = 'SELECT id, note FROM invoices';

const boolean = ({ own, other }) => ({
  "everything": `' OR 1=1 --`,
  "everything, no comment": `' OR '1'='1`,
  "one other team": `' OR i.team_id = ${other} --`,
  "every team but one": `' OR i.team_id <> ${own} --`,
  "a word of the rows": `' OR i.note LIKE 'secret%' --`,
  "through the lines": `' OR EXISTS (SELECT FROM invoice_lines l WHERE l.invoice_id = i.id) --`,
  "whether there is a row": {
    send: `' OR i.team_id = ${own} AND EXISTS (SELECT FROM invoices WHERE team_id = ${other}) --`, judge: 'oracle' },
  "whether a row begins so": {
    send: `' OR i.team_id = ${own} AND EXISTS (SELECT FROM invoices WHERE note LIKE 'secret-of-team-${other}%') --`,
    judge: 'oracle' },
  "how many rows there are": {
    send: `' OR i.team_id = ${own} AND (SELECT count(*) > count(*) FILTER (WHERE team_id = ${own}) FROM invoices) --`,
    judge: 'oracle' },
});

const unions = ({ other, customer }) => ({
  "invoices": union('id, note, note, note', 'invoices'),
  "lines": union('id, what, what, what', 'invoice_lines'),
  "joined": union('i.id, t.name, c.name, i.note', `invoices i JOIN teams t ON t.id = i.team_id
    JOIN customers c ON c.id = i.customer_id WHERE t.id = ${other}`),
  "added up": union_text(`SELECT string_agg(note, ',') FROM invoices`),
  "as JSON": union_text(`SELECT json_agg(i) FROM invoices i`),
  "as XML": union_text(`query_to_xml('SELECT * FROM invoices', true, false, '')`),
  "a schema as XML": union_text(`table_to_xml('customers', true, false, '')`),
  "words of the rows": union('nentry, word, word, word', `ts_stat('SELECT array_to_tsvector(array[note]) FROM invoices')`),
  "information_schema": { send: union('1, table_name::text, table_schema::text, \'\'', 'information_schema.tables'), leaks: false },
  "pg_catalog": { send: union('oid::int, relname::text, relkind::text, \'\'', 'pg_catalog.pg_class'), leaks: false },
  "statistics of columns": union(`1, tablename::text, attname::text, coalesce(histogram_bounds::text, '') || coalesce(most_common_vals::text, '')`,
    'pg_catalog.pg_stats'),
  "statistics, the table": union(`1, coalesce(stavalues1::text, ''), coalesce(stavalues2::text, ''), coalesce(stavalues3::text, '')`,
    'pg_catalog.pg_statistic'),
  "statements of others": [{ as: 'other', meanwhile: true, text: `${customer}'; SELECT pg_sleep(0.3); --` },
    union('pid, query, usename::text, state', 'pg_catalog.pg_stat_activity')],
  "prepared statements": [{ as: 'other', prepares: customer },
    union('1, statement, name, \'\'', 'pg_catalog.pg_prepared_statements')],
  "art32.keys": { send: union(`1, id, encode(inner_block, 'hex'), ''`, 'art32.keys'), judge: 'keys' },
});

const stacks = ({ own, other, claim }) => ({
  "SELECT": stacked(read),
  "TABLE": stacked('TABLE customers'),
  "UPDATE": { send: stacked(`UPDATE invoices SET note = 'changed' WHERE team_id = ${other}`), judge: 'writes' },
  "UPDATE of everything": { send: stacked(`UPDATE customers SET name = 'changed'`), judge: 'writes' },
  "rows made one's own": { send: stacked(`UPDATE invoice_lines SET invoice_id = (SELECT min(id) FROM invoices WHERE team_id = ${own}); ${read}`), judge: 'writes' },
  "INSERT for another": { send: stacked(`INSERT INTO customers (team_id, name) VALUES (${other}, 'planted')`), judge: 'writes' },
  "DELETE": { send: stacked('DELETE FROM invoices'), judge: 'writes' },
  "TRUNCATE": { send: stacked('TRUNCATE invoices CASCADE'), judge: 'writes' },
  "another claim": stacked(`SET art32.claim = '${claim}'; ${read}`),
  "another claim, alone": [stacked(`SET art32.claim = '${claim}'`), `' OR 1=1 --`],
  "no claim": stacked(`RESET art32.claim; ${read}`),
  "set_config": stacked(`SELECT set_config('art32.team', '${other}', false); ${read}`),
  "set_config of a claim": stacked(`SELECT set_config('art32.claim', '${claim}', false); ${read}`),
  "SET art32.team": stacked(`SET art32.team = '${other}'; ${read}`),
  "RESET ROLE": stacked(`RESET ROLE; ${read}`),
  "SET ROLE": stacked(`SET ROLE postgres; ${read}`),
  "SET SESSION AUTHORIZATION": stacked(`SET SESSION AUTHORIZATION postgres; ${read}`),
  "art32.enter": stacked(`SELECT art32.enter('\\x01026b31'); ${read}`),
  "art32.leave": stacked(`SELECT art32.leave(); ${read}`),
  "art32.add_key": stacked(`SELECT art32.add_key('attacker-${own}', repeat('00', 32)); ${read}`),
  "row_security": stacked(`SET row_security = off; ${read}`),
  "DISABLE ROW LEVEL SECURITY": { send: stacked(`ALTER TABLE invoices DISABLE ROW LEVEL SECURITY; ${read}`), judge: 'writes' },
  "DROP POLICY": stacked(`DROP POLICY IF EXISTS team ON invoices; ${read}`),
  "a transaction ended": stacked(`COMMIT; ${read}; BEGIN`),
  "DO": stacked(`DO $$ BEGIN EXECUTE 'UPDATE invoices SET note = note'; END $$; ${read}`),
  "SECURITY DEFINER": stacked(`CREATE OR REPLACE FUNCTION public.all_notes() RETURNS SETOF text LANGUAGE sql
    SECURITY DEFINER AS 'SELECT note FROM invoices'; SELECT all_notes() AS note`),
  "a view": stacked(`CREATE OR REPLACE VIEW public.all_invoices AS ${read}; SELECT * FROM all_invoices`),
  "COPY TO STDOUT": { send: stacked('COPY invoices TO STDOUT'), leaks: false },
});

const errors = ({ other }) => ({
  "a cast": `' AND 1=CAST((SELECT string_agg(note, ',') FROM invoices) AS int) --`,
  "a cast of one row": `' AND 1=(SELECT note FROM invoices WHERE team_id = ${other} LIMIT 1)::int --`,
  "a cast to an address": `' AND (SELECT string_agg(note, ',') FROM invoices)::inet IS NULL --`,
  "a cast of a line": `' AND (SELECT max(what) FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
    WHERE i.team_id = ${other})::uuid IS NULL --`,
  "RAISE": stacked(`DO $$ BEGIN RAISE '%', (SELECT string_agg(note, ',') FROM invoices); END $$`),
});

const times = ({ other }) => ({
  "a row": { send: `' OR EXISTS (SELECT pg_sleep(0.3) FROM (SELECT FROM invoices WHERE team_id = ${other} LIMIT 1) x) --`, judge: 'slow' },
  "CASE": { send: stacked(`SELECT CASE WHEN (SELECT max(note) FROM invoices WHERE team_id = ${other}) LIKE 'secret%'
    THEN pg_sleep(0.3) END`), judge: 'slow' },
  "each row": { send: `' OR (SELECT count(pg_sleep(0.15)) FROM invoices WHERE team_id = ${other}) > 99 AND '1'='1`,
    judge: 'slow' },
});

const channels = ({ folder }) => ({
  "COPY TO PROGRAM": { send: stacked(`COPY invoices TO PROGRAM 'cat > ${folder}/program'`), judge: 'file' },
  "COPY TO a file": { send: stacked(`COPY invoices TO '${folder}/copy'`), judge: 'file' },
  "lo_export": { send: stacked(`SELECT lo_from_bytea(4711, (SELECT string_agg(note, ',') FROM invoices)::bytea);
    SELECT lo_export(4711, '${folder}/object'); SELECT lo_unlink(4711)`), judge: 'file' },
  "the table's file": stacked(`CHECKPOINT; SELECT encode(pg_read_binary_file(pg_relation_filepath('invoices')), 'escape') AS note`),
  "dblink": stacked(`CREATE EXTENSION IF NOT EXISTS dblink;
    SELECT * FROM dblink('host=' || current_setting('unix_socket_directories') || ' user=owner dbname=' ||
      current_database(), 'SELECT id, note FROM invoices') AS t(id bigint, note text)`),
  "NOTIFY": { send: [{ as: 'other', text: stacked(`SELECT pg_notify('c', string_agg(note, ',')) FROM invoices`) },
    stacked('LISTEN c; SELECT 1 AS id')], leaks: false },
});

const variants = ({ other }) => ({
  "comments for blanks": `'/**/OR/**/1=1/**/--`,
  "comments in words": { send: `' UN/**/ION SE/**/LECT id, note, note, note FROM invoices --`, leaks: false },
  "mixed case": `' uNiOn SeLeCt id, note, note, note fRoM invoices --`,
  "line breaks for blanks": `'\r\nUNION\tSELECT\nid,note,note,note\fFROM\ninvoices\n--`,
  "nested comments": `' /* /* */ */ OR true /* -- */ --`,
  "dollar quotes": `' UNION SELECT id, note, $$$$, $q$$q$ FROM invoices WHERE note LIKE $$secret%$$ --`,
  "letters by number": union_text(`query_to_xml('SELECT note FROM ' || chr(105) || chr(110) || 'voices', true, false, '')`),
  "escapes": union_text(`query_to_xml(E'\\x53ELECT note FROM \\151nvoices', true, false, '')`),
  "names in Unicode": `' UNION SELECT id, note, note, note FROM U&"\\0069nvoices" --`,
  "encoded": union_text(`query_to_xml(convert_from('\\x53454c454354206e6f74652046524f4d20696e766f69636573', 'UTF8'), true, false, '')`),
  "percent signs twice": { send: `%2527%20OR%201%3D1%20--`, leaks: false },
  "a wide apostrophe": { send: '\uff07 OR 1=1 --', leaks: false },
  "an octet of zero": { send: `\u0000' OR 1=1 --`, leaks: false },
  "other tables' schema": union('id, note, note, note', 'public . invoices'),
  "scientific numbers": `' OR 1e0=1.0e0 OR i.team_id = ${other}e0 --`,
});

// The plans of whatever is prepared under a name that can be guessed, as an error: the application's
// own names, and short ones of a pooler that counts.
const explain_guesses = `DO $$ DECLARE name text; line text; shown text = ''; BEGIN
  FOR i IN 0..4095 LOOP
    FOR name IN SELECT unnest(ARRAY['statement-' || i, 'art32:' || to_hex(i)]) LOOP
      BEGIN
        FOR line IN EXECUTE format('EXPLAIN (VERBOSE) EXECUTE %I', name) LOOP shown = shown || line; END LOOP;
      EXCEPTION WHEN invalid_sql_statement_name THEN NULL;
      END;
    END LOOP;
  END LOOP;
  RAISE 'shown: %', shown; END $$`;

// What a request leaves in its session isn't the next one's.
const left = ({ other, customer }) => ({
  "a cursor": [{ as: 'other', text: stacked(`DECLARE kept CURSOR WITH HOLD FOR ${read}`) }, stacked('FETCH ALL FROM kept')],
  "a temporary table": [{ as: 'other', text: stacked(`CREATE TEMPORARY TABLE kept AS ${read}`) }, stacked('SELECT * FROM kept')],
  "a setting": [{ as: 'other', text: stacked(`SELECT set_config('my.note', string_agg(note, ','), false) FROM invoices`) },
    union_text(`current_setting('my.note')`)],
  "the application's name": [{ as: 'other', text: stacked(`SELECT set_config('application_name', note, false)
    FROM invoices WHERE team_id = ${other}`) },
    union_text(`current_setting('application_name')`)],
  "a prepared statement": [{ as: 'other', text: stacked(`PREPARE p AS ${read}`) }, stacked('EXECUTE p')],
  "a driver's prepared statement": [{ as: 'other', prepares: customer }, stacked(explain_guesses)],
});

// Stored as a customer's name, which the application trusts afterwards (GET /invoices/:id/similar).
const second_order = ({ other }) => ({
  "everything": { store: `' OR 1=1 --` },
  "UNION": { store: union('id, note, note, note', 'invoices') },
  "stacked": { store: stacked(read) },
  "UPDATE": { store: stacked(`UPDATE invoices SET note = 'changed' WHERE team_id = ${other}`), judge: 'writes' },
  "error": { store: `' AND 1=(SELECT max(note) FROM invoices WHERE team_id = ${other})::int --` },
});

const kinds = {
  'boolean': boolean,
  'UNION': unions,
  'stacked statements': stacks,
  'errors': errors,
  'time': times,
  'out of band': channels,
  'spelt otherwise': variants,
  'left behind': left,
  'second order': second_order,
};

// payloads(target): every payload as {kind, name, steps or store, judge, leaks}.
export function payloads(target) {
  return Object.entries(kinds).flatMap(([kind, list]) => Object.entries(list(target)).map(([name, given]) => {
    const row = typeof given === 'string' || Array.isArray(given) ? { send: given } : given;
    return { kind, name, judge: 'rows', leaks: true, ...row, steps: [row.send ?? []].flat() };
  }));
}
