-- The extension art32, version 1.0. What each function does: docs/formats/claim.md.
\echo Use "CREATE EXTENSION art32" to load this file. \quit

-- Whoever may make functions in this schema could put one before art32.enter.
DO $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_namespace
    WHERE nspname = '@extschema@' AND (nspowner <> current_user::pg_catalog.regrole OR EXISTS (
      SELECT FROM pg_catalog.aclexplode(nspacl) WHERE grantee <> nspowner)))
  THEN
    RAISE EXCEPTION 'the schema @extschema@ is, or may be used by, somebody else'
      USING HINT = 'Drop it, or give it to yourself and revoke every privilege on it.';
  END IF;
END
$$;

-- Anybody may call everything here: what isn't signed enters nothing.
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;

CREATE FUNCTION session() RETURNS bytea
  AS 'MODULE_PATHNAME', 'art32_session' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION session() IS 'What names this server connection in an entry. No secret.';

CREATE FUNCTION enter(entry bytea) RETURNS void
  AS 'MODULE_PATHNAME', 'art32_enter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION enter(bytea) IS 'Acts for the entry''s team from now on, or for none where it isn''t to be believed.';

CREATE FUNCTION leave() RETURNS void
  AS 'MODULE_PATHNAME', 'art32_leave' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION leave() IS 'Acts for no team from now on.';

-- Restricted: a parallel worker knows nothing of what its leader has entered.
CREATE FUNCTION current_team() RETURNS text
  AS 'MODULE_PATHNAME', 'art32_current_team' LANGUAGE C STABLE PARALLEL RESTRICTED;
CREATE FUNCTION current_team_bigint() RETURNS bigint
  AS 'MODULE_PATHNAME', 'art32_current_team_bigint' LANGUAGE C STABLE PARALLEL RESTRICTED;
CREATE FUNCTION current_team_uuid() RETURNS uuid
  AS 'MODULE_PATHNAME', 'art32_current_team_uuid' LANGUAGE C STABLE PARALLEL RESTRICTED;
CREATE FUNCTION current_actor() RETURNS text
  AS 'MODULE_PATHNAME', 'art32_current_actor' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION current_team() IS 'The team that was entered; an error without one.';
COMMENT ON FUNCTION current_actor() IS 'Who acts, as kind:id; an error without a claim.';
