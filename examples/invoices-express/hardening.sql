-- What `art32 tenancy verify` finds in any fresh database beside its tables: all teams share one
-- role, so whatever PostgreSQL shows a role of itself, a team would see of another. As a superuser.
revoke execute on function pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),
  pg_catalog.lo_from_bytea(oid, bytea), pg_catalog.lo_get(oid), pg_catalog.lo_get(oid, bigint, integer),
  pg_catalog.lo_open(oid, integer), pg_catalog.lo_put(oid, bigint, bytea), pg_catalog.lo_unlink(oid)
  from public;
revoke execute on function pg_catalog.pg_stat_get_activity(integer),
  pg_catalog.pg_stat_get_backend_activity(integer) from public;
grant execute on function pg_catalog.pg_stat_get_activity(integer),
  pg_catalog.pg_stat_get_backend_activity(integer) to pg_monitor;
revoke execute on function pg_catalog.pg_terminate_backend(integer, bigint),
  pg_catalog.pg_cancel_backend(integer) from public;
grant execute on function pg_catalog.pg_terminate_backend(integer, bigint),
  pg_catalog.pg_cancel_backend(integer) to pg_signal_backend;
revoke execute on function pg_catalog.pg_prepared_statement() from public;
grant execute on function pg_catalog.pg_prepared_statement() to pg_monitor;
