#!/bin/sh
# verify.sh [OPTIONS] BASE VKEY [OLD_CHECKPOINT]: verifies a ledger with Go's
# sumdb packages from Debian (verify.go says what, and which options there are).
# Builds the verifier first, offline; ART32_GO_FOLDER (default: build/go in the
# checkout) takes the program and Go's cache.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${ART32_GO_FOLDER:-$here/../../build/go}

if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/golang.org/x/mod/sumdb ]; then
  echo "verify.sh: Go or its sumdb packages are missing: apt-get install golang-go golang-golang-x-mod-dev" >&2
  exit 3
fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
(
  flock 9
  cd "$here"
  GO111MODULE=off GOFLAGS='' GOPROXY=off GOPATH=/usr/share/gocode GOCACHE=$folder/cache CGO_ENABLED=0 \
    go build -o "$folder/verify" verify.go source.go head.go ledger.go proofs.go
) 9>"$folder/lock"

exec "$folder/verify" "$@"
