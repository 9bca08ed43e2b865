# shellcheck shell=bash
# ./dev doctor [--json]: what this machine has, what is missing, what to do.
# Runs before anything is installed, so it uses bash, coreutils, sed and awk only.

doctor_rows=() # "state|name|value|mend"; state is good, missing or bad

doctor_command() {
  case ${1:-} in
    "") ;;
    --json) ;;
    *) wrong_usage "no such option: $1 (--json)" ;;
  esac
  doctor_machine
  doctor_tools
  doctor_packages
  doctor_ports
  if [[ ${1:-} == --json ]]; then doctor_json; else doctor_table; fi
  local row
  for row in "${doctor_rows[@]}"; do
    if [[ $row == bad* ]]; then return 1; fi
  done
}

# note STATE NAME VALUE [MEND]
note() { doctor_rows+=("$1|$2|$3|${4:-}"); }

# note_if NAME VALUE MEND CONDITION...: good where the condition holds, else bad.
note_if() {
  local name=$1 value=$2 mend=$3
  shift 3
  if "$@"; then note good "$name" "$value"; else note bad "$name" "$value" "$mend"; fi
}

doctor_machine() {
  local system memory disk files
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
  note_if system "$system" "Debian 12 is the reference; elsewhere install the equivalents of tools/packages-*.txt" \
    grep -q '^VERSION_ID="12"' /etc/os-release
  note good kernel "$(uname -sr) $(uname -m)"
  note good cores "$(nproc)"
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  note_if memory "$memory MiB available" "a compiler needs up to 700 MiB" test "$memory" -ge 1024
  disk=$(df -Pm . | awk 'NR == 2 {print $4}')
  note_if disk "$disk MiB free here" "the builds of ./dev test need about 6 GiB" test "$disk" -ge 6144
  files=$(ulimit -n)
  note_if "open files" "$files" "ulimit -n 4096: the tests hold 2,000 connections open" \
    test "$files" = unlimited -o "${files/unlimited/1000000}" -ge 4096
}

doctor_tools() {
  local row tool words
  for row in g++ clang++ cmake ninja ccache mold clang-format weasyprint chromium go node npm; do
    tool=$row
    case $tool in
      go) words="go version" ;;
      *) words="$tool --version" ;;
    esac
    if have "$tool"; then
      note good "$tool" "$($words 2>/dev/null | awk 'NF {print; exit}' | cut -c1-70)"
    else
      note missing "$tool" "-"
    fi
  done
}

doctor_packages() {
  local list packages
  if ! have dpkg-query; then
    note bad packages "dpkg is not here" "tools/packages-*.txt lists what is needed"
    return
  fi
  for list in build run demo test bench lint; do
    mapfile -t packages < <(missing_packages "$list")
    if ((${#packages[@]} == 0)); then
      note good "packages for $list" "all installed"
    else
      note missing "packages for $list" "${packages[*]}" "$(package_mend "${packages[@]}")"
    fi
  done
}

package_mend() {
  if root_words >/dev/null; then
    echo "./dev installs them when they are needed"
  else
    echo "run as root: apt-get update && apt-get install -y --no-install-recommends $*"
  fi
}

# Port 8443 is what `art32 init` writes into the configuration.
doctor_ports() {
  local port=8443 hexadecimal
  hexadecimal=$(printf '%04X' "$port")
  if awk -v port=":$hexadecimal\$" '$2 ~ port && $4 == "0A" {found = 1} END {exit !found}' /proc/net/tcp /proc/net/tcp6; then
    note good "port $port" "in use, perhaps by ./dev run; demo and tests choose free ports themselves"
  else
    note good "port $port" "free"
  fi
}

doctor_table() {
  local row state name value mend
  for row in "${doctor_rows[@]}"; do
    IFS='|' read -r state name value mend <<<"$row"
    printf '%-8s %-20s %s\n' "$state" "$name" "$value"
    if [[ -n $mend ]]; then printf '%-8s %-20s -> %s\n' "" "" "$mend"; fi
  done
}

json_text() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//[[:cntrl:]]/ }"
}

doctor_json() {
  local row state name value mend comma=""
  printf '['
  for row in "${doctor_rows[@]}"; do
    IFS='|' read -r state name value mend <<<"$row"
    printf '%s\n  {"state": %s, "name": %s, "value": %s, "mend": %s}' "$comma" "$(json_text "$state")" \
      "$(json_text "$name")" "$(json_text "$value")" "$(json_text "$mend")"
    comma=","
  done
  printf '\n]\n'
}
