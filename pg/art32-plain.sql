-- The functions of the extension art32 once more, in SQL alone: for servers where no extension
-- can be installed. The same entries, the same answers; slower, and with less:
--   - who wrote is said in the write-ahead log by a trigger on each table (art32 trail apply makes them);
--   - an entry that came inside of a transaction goes with its ROLLBACK, and is good again then;
--   - what a team left in the session isn't taken from it, so the application's role must not be
--     able to make temporary objects: revoke temporary on database ... from public;
--   - a session that loses its temporary objects (DISCARD) is another one afterwards;
--   - each entry is an update of a temporary table: a standby takes none, transactions that use
--     it can't be prepared (two-phase commit), and connections shouldn't live for weeks, since
--     nobody freezes such a table;
--   - dumps and publications of the whole database have the keys in them: leave the schema out of dumps,
--     and give nobody but art32 a publication of all tables.
--
-- Run as a role that may create roles, and schemas and temporary tables in this database:
--   psql -v ON_ERROR_STOP=1 --single-transaction -f art32-plain.sql
-- then, for each line of the key file and with log_statement off:
--   select art32.add_key('ID', '64 HEXADECIMAL DIGITS')

do $$
declare
  me text := pg_catalog.quote_ident(current_user);
begin
  if exists (select from pg_catalog.pg_roles where rolname = 'art32_owner' and (rolcanlogin or rolsuper))
    or exists (select from pg_catalog.pg_auth_members
               where roleid = (select oid from pg_catalog.pg_roles where rolname = 'art32_owner')
                 and member <> current_user::pg_catalog.regrole) then
    raise exception 'there is a role art32_owner that somebody may become'
      using hint = 'It must not log in and have no members: alter role art32_owner nologin; revoke art32_owner from ...';
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'art32_owner') then
    create role art32_owner nologin;
  end if;
  execute 'grant art32_owner to ' || me;
  execute pg_catalog.format('grant temporary on database %I to art32_owner', pg_catalog.current_database());
end
$$;

create schema art32 authorization art32_owner;
-- Everything is made by its owner, so that nobody else's default privileges are on it.
set local role art32_owner;
revoke all on schema art32 from public;
grant usage on schema art32 to public;

-- HMAC-SHA-256 (RFC 2104) with what doesn't change of a key computed before: the blocks that
-- the inner and the outer digest begin with.
create table art32.keys (
  id text primary key check (id ~ '^[a-z0-9-]{1,16}$'),
  inner_block bytea not null,
  outer_block bytea not null
);
-- No policy: nobody but the owner, not even with pg_read_all_data.
alter table art32.keys enable row level security;

create function art32.padded(secret bytea, padding int) returns bytea
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  block bytea := secret || decode(repeat('00', 64 - length(secret)), 'hex');
begin
  for i in 0..63 loop
    block := set_byte(block, i, get_byte(block, i) # padding);
  end loop;
  return block;
end
$$;

create function art32.add_key(id text, secret text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if secret !~ '^[0-9a-f]{64}$' then
    raise exception 'a key is 64 hexadecimal digits' using errcode = 'invalid_parameter_value';
  end if;
  insert into art32.keys values (id, art32.padded(decode(secret, 'hex'), 54), art32.padded(decode(secret, 'hex'), 92));
end
$$;

create function art32.remove_key(id text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from art32.keys where keys.id = $1;
$$;

-- Whom a session acts for. Nobody else may use the type, so no column of a table or a view of
-- somebody else's has it, and no cast leads to it (GRANT ... ON TYPE): who reads a column of it
-- reads art32_owner's, without a look at whose table it stands in.
create type art32.entered as (team text, team_bigint bigint, team_uuid uuid, actor text);
revoke all on type art32.entered from public;

create function art32.team_of(entered art32.entered) returns pg_catalog.text
language sql immutable as 'select ($1).team';
create function art32.team_bigint_of(entered art32.entered) returns pg_catalog.int8
language sql immutable as 'select ($1).team_bigint';
create function art32.team_uuid_of(entered art32.entered) returns pg_catalog.uuid
language sql immutable as 'select ($1).team_uuid';
create function art32.actor_of(entered art32.entered) returns pg_catalog.text
language sql immutable as 'select ($1).actor';

-- What this session has entered lies in a temporary table of art32_owner's. A table of that
-- name that somebody else made is refused, and whoever drops it (DISCARD) has no team.
create function art32.has_state() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pg_class
    where oid = to_regclass('pg_temp.art32_state') and relowner = 'art32_owner'::regrole and relpersistence = 't');
$$;

create function art32.session() returns bytea
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  drawn bytea;
begin
  if not art32.has_state() then
    create temporary table art32_state (
      session bytea not null, number bigint not null, entered art32.entered, fault text, author bytea
    ) on commit preserve rows;
    -- Read by all, which saves the functions of the policies a change of role; written by nobody.
    alter table pg_temp.art32_state enable row level security;
    create policy readers on pg_temp.art32_state for select using (true);
    grant select on pg_temp.art32_state to public;
    insert into pg_temp.art32_state values (uuid_send(gen_random_uuid()), 0);
  end if;
  select state.session into strict drawn from pg_temp.art32_state state;
  return drawn;
end
$$;

create function art32.leave() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if art32.has_state() then
    update pg_temp.art32_state set entered = null, fault = null;
  end if;
end
$$;

-- One octet of length, then that many; moves `place` behind it.
create function art32.word(entry bytea, inout place int, out word text)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  size int := get_byte(entry, place);
begin
  if size > 64 or place + 1 + size > length(entry) then
    raise exception 'art32: the entry isn''t one' using errcode = 'invalid_authorization_specification';
  end if;
  word := convert_from(substring(entry from place + 2 for size), 'UTF8');
  place := place + 1 + size;
end
$$;

create function art32.number(entry bytea, inout place int, out number bigint)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select place + 8, ('x' || encode(substring(entry from place + 1 for 8), 'hex'))::bit(64)::bigint;
$$;

-- Why the entry isn't to be believed; null when it is. Like the extension's, in the same order.
create function art32.fault_of(
  entry bytea, out fault text, out number bigint, out team text, out actor text, out author bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  key art32.keys;
  key_id text;
  session bytea;
  expires bigint;
  kind text;
  request text;
  place int := 1;
  signed bytea;
  mac bytea;
  last bigint;
begin
  begin
    if get_byte(entry, 0) <> 1 then
      fault := 'isn''t one';
      return;
    end if;
    select * into place, key_id from art32.word(entry, place);
    session := substring(entry from place + 1 for 16);
    place := place + 16;
    select * into place, number from art32.number(entry, place);
    select * into place, expires from art32.number(entry, place);
    author := substring(entry from place + 1 for length(entry) - place - 32);
    select * into place, team from art32.word(entry, place);
    select * into place, kind from art32.word(entry, place);
    select * into place, actor from art32.word(entry, place);
    select * into place, request from art32.word(entry, place);
    if length(entry) <> place + 32 or key_id = ''
      or (team = '') <> (kind = '') or (team = '') <> (actor = '') or (team = '') <> (request = '')
      or concat(team, kind, actor, request) !~ '^[A-Za-z0-9._:@+-]*$' then
      fault := 'isn''t one';
      return;
    end if;
  exception when others then
    fault := 'isn''t one';
    return;
  end;
  select * into key from art32.keys where id = key_id;
  if not found then
    fault := 'is signed with an unknown key';
    return;
  end if;
  signed := substring(entry from 1 for place);
  mac := sha256(key.outer_block || sha256(key.inner_block || convert_to(E'art32 entry\n', 'UTF8') || signed));
  -- Digests of both, so that the time of the comparison tells nothing of either.
  if sha256(key.outer_block || mac) <> sha256(key.outer_block || substring(entry from place + 1)) then
    fault := 'has a wrong signature';
    return;
  end if;
  if session <> art32.session() then
    fault := 'is for another connection';
    return;
  end if;
  select state.number into strict last from pg_temp.art32_state state;
  if number <= last then
    fault := 'was used before';
  elsif expires <= extract(epoch from clock_timestamp()) then
    fault := 'has expired';
  else
    -- As a context has it (docs/formats/claim.md): who signs, who acts.
    author := case when team <> '' then convert_to(chr(length(key_id)) || key_id, 'UTF8') || author end;
    team := nullif(team, '');
    actor := kind || ':' || actor;
  end if;
end
$$;

-- The team in the types that tables have it in, where it is spelled as the database spells it:
-- rows and records must name one team by one text.
create function art32.team_bigint(team text) returns bigint
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when team !~ '^(0|-?[1-9][0-9]{0,18})$' then null
    when team::numeric between -9223372036854775808 and 9223372036854775807 then team::bigint end
$$;

create function art32.team_uuid(team text) returns uuid
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when team ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then team::uuid end
$$;

-- Never an error: that would undo what it did, and leave the team of before. What was wrong is
-- told by current_team().
create function art32.enter(entry bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  checked record;
  why text := case
    when pg_current_xact_id_if_assigned() is not null then 'comes after changes in the same transaction'
    when exists (select from pg_cursors where name <> '') then 'comes while cursors are open' end;
begin
  perform art32.session();
  select * into checked from art32.fault_of(coalesce(entry, ''));
  why := coalesce(why, checked.fault);
  update pg_temp.art32_state state set
    number = case when why is null then checked.number else state.number end,
    entered = case when why is null then
      row(checked.team, art32.team_bigint(checked.team), art32.team_uuid(checked.team), checked.actor)::art32.entered end,
    fault = why,
    author = case when why is null then checked.author else state.author end;
end
$$;

-- Of a trigger behind each statement that changes a table: who did it, said once in each transaction and
-- signed. Who makes the setting believe that it was said already stays nameless.
create function art32.attribute() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  transaction xid8 := pg_current_xact_id_if_assigned();
  author bytea;
  key art32.keys;
  signed bytea;
begin
  if transaction is null or current_setting('art32.attributed', true) = transaction::text or not art32.has_state() then
    return null;
  end if;
  select state.author into author from pg_temp.art32_state state;
  select * into key from art32.keys where id = convert_from(substring(author from 2 for get_byte(author, 0)), 'UTF8');
  if not found then
    return null;
  end if;
  signed := '\x01'::bytea || substring(author from 1 for 1 + get_byte(author, 0))
    || int8send((select system_identifier from pg_control_system()))
    || int8send((select oid from pg_database where datname = current_database())::bigint)
    || int8send(transaction::text::bigint) || substring(author from 2 + get_byte(author, 0));
  perform pg_logical_emit_message(true, 'art32', signed || sha256(
    key.outer_block || sha256(key.inner_block || convert_to(E'art32 context\n', 'UTF8') || signed)));
  perform set_config('art32.attributed', transaction::text, true);
  return null;
end
$$;

-- The error of whoever has no team, or none of that type.
create function art32.refuse(type text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  entered record;
begin
  if art32.has_state() then
    select (state.entered).team, state.fault into entered from pg_temp.art32_state state;
    if entered.team is not null then
      raise exception 'the team "%" isn''t spelled as a % is', entered.team, type
        using errcode = 'invalid_text_representation';
    end if;
    raise exception 'this session acts for no team%', coalesce(': the entry ' || entered.fault, '')
      using errcode = 'insufficient_privilege',
        hint = 'Connect through art32''s gateway and hand it a claim: SET art32.claim = ''...''';
  end if;
  raise exception 'this session acts for no team'
    using errcode = 'insufficient_privilege',
      hint = 'Connect through art32''s gateway and hand it a claim: SET art32.claim = ''...''';
end
$$;

-- What policies call: one look at the state, whose type says whose it is. They run as whoever
-- calls, with that one's search_path, so every name in them says where it is from; and they name
-- the columns themselves, since `state.entered` of a table without that column would call a
-- function of the name.
create function art32.current_team() returns pg_catalog.text
language plpgsql stable as $$
declare
  entered pg_catalog.text;
begin
  if pg_catalog.to_regclass('pg_temp.art32_state') is not null then
    select art32.team_of(state.entered) into entered
    from pg_temp.art32_state as state (session, number, entered, fault);
  end if;
  if entered is null then
    perform art32.refuse('text');
  end if;
  return entered;
end
$$;

create function art32.current_team_bigint() returns pg_catalog.int8
language plpgsql stable as $$
declare
  entered pg_catalog.int8;
begin
  if pg_catalog.to_regclass('pg_temp.art32_state') is not null then
    select art32.team_bigint_of(state.entered) into entered
    from pg_temp.art32_state as state (session, number, entered, fault);
  end if;
  if entered is null then
    perform art32.refuse('bigint');
  end if;
  return entered;
end
$$;

create function art32.current_team_uuid() returns pg_catalog.uuid
language plpgsql stable as $$
declare
  entered pg_catalog.uuid;
begin
  if pg_catalog.to_regclass('pg_temp.art32_state') is not null then
    select art32.team_uuid_of(state.entered) into entered
    from pg_temp.art32_state as state (session, number, entered, fault);
  end if;
  if entered is null then
    perform art32.refuse('uuid');
  end if;
  return entered;
end
$$;

create function art32.current_actor() returns pg_catalog.text
language plpgsql stable as $$
declare
  entered pg_catalog.text;
begin
  if pg_catalog.to_regclass('pg_temp.art32_state') is not null then
    select art32.actor_of(state.entered) into entered
    from pg_temp.art32_state as state (session, number, entered, fault);
  end if;
  if entered is null then
    perform art32.refuse('text');
  end if;
  return entered;
end
$$;

-- Only what a session needs is anybody's. Restricted: a parallel worker has no temporary tables.
do $$
declare
  function regprocedure;
begin
  for function in select oid from pg_proc where pronamespace = 'art32'::regnamespace loop
    execute format('revoke all on function %s from public', function);
    execute format('alter function %s parallel restricted', function);
  end loop;
  for function in
    select oid from pg_proc where pronamespace = 'art32'::regnamespace
      and (proname in ('session', 'enter', 'leave', 'refuse') or proname like 'current\_%' or proname like '%\_of' and proname <> 'fault_of')
  loop
    execute format('grant execute on function %s to public', function);
  end loop;
end
$$;

-- Whoever installs it keeps the keys in order, and can't become their owner any more.
grant execute on function art32.add_key(text, text), art32.remove_key(text) to session_user;
reset role;
revoke art32_owner from current_user;
