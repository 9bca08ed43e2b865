#!/bin/sh
# evidence.sh CACHE PACK VKEY [WITNESS...]: checks an evidence pack with web/verify_evidence.go, which was written
# from docs/formats alone. Builds it first, offline; CACHE takes the program and Go's cache.
set -eu

cache=$1
shift
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/golang.org/x/mod/sumdb ]; then
  echo "evidence.sh: Go or its sumdb packages are missing: apt-get install golang-go golang-golang-x-mod-dev" >&2
  exit 3
fi

mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
(
  flock 9
  GO111MODULE=off GOFLAGS='' GOPROXY=off GOPATH=/usr/share/gocode GOCACHE=$cache/cache CGO_ENABLED=0 \
    go build -o "$cache/verify_evidence" "$here/../../web/verify_evidence.go"
) 9>"$cache/lock"

exec "$cache/verify_evidence" "$@"
