-- As an application's own migrations would make it: nothing here knows of art32. Run as the
-- tables' owner; `art32 tenancy apply` separates it afterwards.
create table teams (
  id bigint primary key,
  name text not null
);

create table currency ( -- every team's
  code text primary key,
  name text not null
);

create table customers (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams,
  name text not null,
  unique (team_id, id)
);

create table invoices (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams,
  customer_id bigint not null,
  currency text not null default 'EUR' references currency,
  note text not null,
  foreign key (team_id, customer_id) references customers (team_id, id) -- never another team's
);

create table invoice_lines ( -- an invoice's, so it needs no team of its own
  id bigint generated always as identity primary key,
  invoice_id bigint not null references invoices on delete cascade,
  what text not null,
  cents bigint not null
);
create index on invoice_lines (invoice_id);

grant select on teams, currency to app;
grant select, insert, update, delete on customers, invoices, invoice_lines to app;
