#!/usr/bin/env bash
# run.sh [ART32] [OPTIONS of run.mjs...]: starts art32 on a scratch folder, publishes a
# second version, audits it whole and audits it broken, looks at every page with a real
# browser, ends art32. Needs Chromium, node, pdfinfo, and the packages of
# package-lock.json (./dev installs all of them).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
art32=$here/../../build/release/art32
if [[ $# -gt 0 && $1 != --* ]]; then
  art32=$(readlink -f "$1")
  shift
fi
if [[ ! -d $here/node_modules ]]; then
  echo "run.sh: packages are missing: npm ci --prefix tests/browser" >&2
  exit 3
fi

scratch=$(mktemp -d)
server=
cleanup() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}
trap cleanup EXIT

unset ART32_FOLDER
folder=$scratch/art32

# expect STATUS COMMAND...: runs it; prints what it said if it ends with another status.
expect() {
  local wanted=$1 status=0
  shift
  "$@" >"$scratch/output" 2>&1 || status=$?
  if [[ $status -eq $wanted ]]; then return 0; fi
  {
    echo "run.sh: exit status $status instead of $wanted: $*"
    cat "$scratch/output"
    if [[ -s $scratch/log ]]; then tail -n 40 "$scratch/log"; fi
  } >&2
  exit 1
}

# set_dates DAY DAY: of the annex on disk: as of, effective from.
set_dates() {
  sed -i -E "s/^(as_of) = .*/\1 = $1/; s/^(effective) = .*/\1 = $2/" "$folder/annex/document.toml"
}

expect 0 "$art32" init --folder "$folder" --name localhost --port 0
# No audit but those below: a date that exists every fourth year.
sed -i -E 's/^schedule = .*/schedule = "0 0 29 2 *"/; s/^at_start = .*/at_start = false/' "$folder/art32.toml"
set_dates "$(date -u +%F)" "$(date -u +%F)"

"$art32" serve --folder "$folder" >"$scratch/log" 2>&1 &
server=$!
for ((step = 0; step < 200; step++)); do
  if [[ -s $folder/run/listeners.json ]]; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then
    cat "$scratch/log" >&2
    exit 1
  fi
  sleep 0.1
done
port=$(node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1]))[0].port)' \
  "$folder/run/listeners.json")

# A second version that isn't in force yet. The server audits it by itself.
set_dates "$(date -u +%F)" "$(date -u -d '+30 days' +%F)"
sed -i -E 's/^(version) = "[^"]*"/\1 = "1.1.0"/' "$folder/annex/document.toml"
sed -i -E 's/^(hsts_max_age = .*value = )"[^"]*"/\1"400d"/' "$folder"/annex/*.toml
expect 0 "$art32" --folder "$folder" annex publish
for ((step = 0; step < 600; step++)); do
  if "$art32" --folder "$folder" status --json | grep -q '"trigger": "publish"'; then break; fi
  sleep 0.1
done
expect 0 "$art32" --folder "$folder" audit
expect 0 "$art32" --folder "$folder" audit
# A promise is broken for the newest audit, which the pages then show.
chmod 0644 "$folder/keys/record.key"
expect 1 "$art32" --folder "$folder" audit
chmod 0600 "$folder/keys/record.key"

cd "$here"
node run.mjs --base "https://localhost:$port" "$@"
