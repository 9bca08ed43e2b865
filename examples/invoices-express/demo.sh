#!/usr/bin/env bash
# demo.sh [ART32 [nginx|caddy]]: starts PostgreSQL, art32, a proxy and the application (server.mjs)
# in a scratch folder, makes three teams, lets art32 probe the separation, and attack.mjs go through
# the application's SQL injection. Ends by itself: 0 only if the probe passed, no team saw or changed
# another one's rows, and the same attack on the same application without art32 did; 69 if something
# isn't installed. `./dev demo` and the test of tests/examples run it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
art32=$(readlink -f "${1:-$here/../../build/release/art32}")
proxy=${2:-nginx}
unset ART32_FOLDER PGPASSFILE PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS
umask 022

missing() {
  echo "demo.sh: $1" >&2
  exit 69
}
PATH=$PATH:/usr/sbin # where nginx is
for tool in node "$proxy" psql; do
  command -v "$tool" >/dev/null ||
    missing "$tool is missing: apt-get install nodejs npm nginx-light postgresql"
done
[[ -x $art32 ]] || missing "no program art32 at $art32: ./dev build"
[[ -d $here/node_modules ]] || missing "packages are missing: npm ci --prefix $here"
server_programs=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname)
[[ -n $server_programs ]] || missing "there is no PostgreSQL: apt-get install postgresql"

scratch=$(mktemp -d)
chmod 0711 "$scratch" # the database's user has to come through
processes=()
postgres_runs=

# Nobody is waited for longer than this: what is still there is killed.
end_process() {
  local step
  kill "$1" 2>/dev/null || true
  for ((step = 0; step < 50; step++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
cleanup() {
  local i
  for ((i = ${#processes[@]} - 1; i >= 0; i--)); do end_process "${processes[i]}"; done
  if [[ -n $postgres_runs ]]; then
    as_database "$server_programs/pg_ctl" stop --silent --mode immediate --timeout 20 -D "$scratch/postgres/data" || true
  fi
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# start NAME COMMAND...: in the background, what it says in NAME.log.
start() {
  local name=$1
  shift
  "$@" >"$scratch/$name.log" 2>&1 </dev/null &
  processes+=($!)
}

# wait_for NAME FILE: of the process that was started last.
wait_for() {
  local step
  for ((step = 0; step < 300; step++)); do
    if [[ -e $2 ]]; then return 0; fi
    kill -0 "${processes[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "demo.sh: $1 doesn't come up:" >&2
  tail -n 30 "$scratch/$1.log" >&2
  exit 1
}

# PostgreSQL refuses to run as root.
as_database() {
  if ((EUID == 0)); then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    "$@"
  fi
}

sql() { # DATABASE ROLE, from standard input
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 \
    --host "$scratch/postgres" --username "$2" "$1"
}

# Two databases with the same tables: one that art32 separates, and one as it was before.
start_database() {
  mkdir "$scratch/postgres"
  if ((EUID == 0)); then chown postgres: "$scratch/postgres"; fi
  as_database "$server_programs/initdb" --pgdata "$scratch/postgres/data" --username postgres --no-sync \
    --auth trust --encoding UTF8 --locale C.UTF-8 >"$scratch/initdb.log"
  as_database tee "$scratch/postgres/data/pg_hba.conf" >/dev/null <<'RULES'
local all postgres,owner trust
local all all scram-sha-256
RULES
  as_database "$server_programs/pg_ctl" start --silent --wait --timeout 60 -D "$scratch/postgres/data" \
    --log "$scratch/postgres/log" --options "-c listen_addresses='' -c unix_socket_directories='$scratch/postgres' -c fsync=off" ||
    { cat "$scratch/postgres/log" >&2 && exit 1; }
  postgres_runs=yes
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  sql postgres postgres <<<"create role app login password '$password'; create role owner login superuser;
    create database app owner owner; create database control owner owner;"
  sql app owner <"$here/schema.sql"
  sql control owner <"$here/schema.sql"
}

# As docs/guide/tenants.md says, with the functions in plain SQL.
start_art32() {
  "$art32" init --folder "$scratch/art32" --name localhost --port 0 >"$scratch/init.log"
  sed -i 's/^at_start = .*/at_start = false/' "$scratch/art32/art32.toml"
  cat >>"$scratch/art32/art32.toml" <<TEXT
[identity]
[gateway]
port = 0
[[gateway.database]]
name = "app"
server = "$scratch/postgres"
tenancy = true
pool_size = 4
canary_teams = ["900001", "900002"]
[[gateway.principal]]
name = "app"
password_file = "keys/app.password"
TEXT
  (umask 077 && printf '%s\n' "$password" >"$scratch/art32/keys/app.password")
  local database connection="host=$scratch/postgres user=owner dbname=app"
  for database in app control; do
    "$art32" tenancy functions | (echo 'begin;' && cat && echo 'commit;') | sql "$database" owner
    read -r id key <"$scratch/art32/keys/entry.keys"
    sql "$database" owner <<<"select art32.add_key('$id', '$key')" >/dev/null
    sql "$database" owner <<<"revoke temporary on database $database from public"
  done
  (cd "$scratch" && "$art32" tenancy apply --role app --connection "$connection" --global public.currency) \
    >"$scratch/apply.log"
  sql app owner <"$here/hardening.sql"
  "$art32" tenancy verify --role app --connection "$connection" \
    --leave-out "public.currency=the same for every team" >"$scratch/verify.log" ||
    { cat "$scratch/verify.log" >&2 && exit 1; }
  start art32 "$art32" serve --folder "$scratch/art32"
  wait_for art32 "$scratch/art32/run/listeners.json"
}

# Three teams, each with a user and a token.
make_teams() {
  local team token teams=()
  for team in 1 2 3; do
    "$art32" --folder "$scratch/art32" team add "$team" --name "Team $team"
    "$art32" --folder "$scratch/art32" user add "user$team@example.com" --team "$team"
    token=$("$art32" --folder "$scratch/art32" token issue --team "$team" --user "user$team@example.com")
    teams+=("{\"id\": $team, \"token\": \"$token\"}")
    sql app postgres <<<"insert into teams values ($team, 'Team $team')" >&2
    sql control postgres <<<"insert into teams values ($team, 'Team $team')" >&2
  done >"$scratch/teams.log"
  # Nobody's: the application may found no team, so the probe of separation acts for these.
  sql app postgres <<<"insert into teams values (900001, 'canary'), (900002, 'canary')"
  sql app postgres <<<"insert into currency values ('EUR', 'Euro')"
  sql control postgres <<<"insert into currency values ('EUR', 'Euro')"
  (umask 077 && printf '[%s]\n' "$(IFS=,; echo "${teams[*]}")" >"$scratch/teams.json")
}

# The files of this folder with the paths of the scratch folder, for a proxy that listens at NAME.sock.
with_paths() { # NAME FILE
  sed -e "s|/run/art32/|$scratch/art32/run/|; s|/run/invoices/api.sock|$scratch/$1.application.sock|" \
    -e "s|listen 127.0.0.1:8080|listen unix:$scratch/$1.sock|; s|bind 127.0.0.1|bind unix/$scratch/$1.sock|" "$here/$2"
}

start_nginx() {
  {
    if ((EUID == 0)); then echo "user root;"; fi # who else comes into the scratch folder
    echo "daemon off; worker_processes 1; pid $scratch/$1.pid; events {}"
    echo "http { access_log off; error_log stderr;"
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $scratch/nginx-$kind;"; done
    with_paths "$1" nginx-site.conf
    echo "}"
  } >"$scratch/$1.conf"
  start "$1.proxy" nginx -e stderr -c "$scratch/$1.conf"
}

start_caddy() {
  { echo "{ admin off" && echo "}" && with_paths "$1" Caddyfile; } >"$scratch/$1.conf"
  XDG_DATA_HOME=$scratch XDG_CONFIG_HOME=$scratch \
    start "$1.proxy" caddy run --adapter caddyfile --config "$scratch/$1.conf"
}

# start_application NAME DATABASE_URL: behind a proxy of its own.
start_application() {
  SOCKET=$scratch/$1.application.sock DATABASE_URL=$2 NODE_ENV=production start "$1" node "$here/server.mjs"
  wait_for "$1" "$scratch/$1.application.sock"
  "start_$proxy" "$1"
  wait_for "$1.proxy" "$scratch/$1.sock"
}

start_database
start_art32
make_teams
port=$(grep -o '"name":"gateway"[^}]*' "$scratch/art32/run/listeners.json" | grep -o '"port":[0-9]*' | cut -d: -f2)
authority=$scratch/art32/keys/authority.crt
start_application api "postgres://app:$password@127.0.0.1:$port/app?sslmode=verify-full&sslrootcert=$authority"
start_application control "postgres://owner@/control?host=$scratch/postgres"
echo "The separation of the database, as art32 probes it every day (database.separation)"
"$art32" --folder "$scratch/art32" audit --only database.separation
echo "Three teams at an API with an SQL injection ($proxy, art32, Express, PostgreSQL)"
timeout 180 node "$here/attack.mjs" "$scratch" &
processes+=($!)
wait $! # rather than in the foreground, so that a signal ends it at once
