# shellcheck shell=bash
# Words that every part of ./dev uses.

# Prints a command as it could be typed, then runs it.
run() {
  local words=("$@")
  if [[ ${words[0]} == exec ]]; then
    words=("${words[@]:1}")
  fi
  printf '+ %s\n' "$(quoted "${words[@]}")" >&2
  "$@"
}

quoted() {
  local word line=""
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=,+@%-]+$ ]]; then
      line+="$word "
    else
      line+="'${word//\'/\'\\\'\'}' "
    fi
  done
  printf '%s' "${line% }"
}

say() { printf '%s\n' "$*" >&2; }

wrong_usage() {
  say "dev: $*"
  exit 2
}

# 69 is EX_UNAVAILABLE of sysexits.h.
can_not_install() {
  say "dev: $*"
  exit 69
}

have() { command -v "$1" >/dev/null 2>&1; }

# As many compilers as there are cores, but no more than fit into memory: the
# largest translation units take about 700 MiB.
job_count() {
  local cores memory_mib fit
  cores=$(nproc)
  memory_mib=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  fit=$((memory_mib / 700))
  if ((fit < 1)); then fit=1; fi
  printf '%s' "${ART32_JOBS:-$((cores < fit ? cores : fit))}"
}

# source_files GLOB...: files of the repository, sorted; what git ignores is left out.
source_files() {
  if have git && git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
      if [[ -f $file ]]; then printf '%s\n' "$file"; fi
    done
    return
  fi
  local glob names=()
  for glob in "$@"; do
    names+=(-o -name "$glob")
  done
  find . \( -name .git -o -name build -o -name node_modules -o -name .run \) -prune -o -type f \
    \( "${names[@]:1}" \) -print | sed 's|^\./||' | sort
}
