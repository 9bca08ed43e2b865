#!/usr/bin/env bash
# run.sh [ART32] [OPTIONS of run.mjs...]: starts art32 on a scratch folder, audits
# once, looks at every page with a real browser, ends art32. Needs Chromium,
# node, and the packages of package-lock.json (./dev installs all three).
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
"$art32" init --folder "$folder" --name localhost --port 0 >/dev/null
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
"$art32" --folder "$folder" audit >/dev/null
"$art32" --folder "$folder" audit >/dev/null

cd "$here"
node run.mjs --base "https://localhost:$port" "$@"
