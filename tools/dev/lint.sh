# shellcheck shell=bash
# Format, shell scripts, the repository's own rules (tests/tidy) and clang-tidy.

clang_format() {
  if have clang-format-14; then echo clang-format-14; else echo clang-format; fi
}

check_format() {
  local files
  mapfile -t files < <(source_files '*.cpp' '*.h')
  say "+ $(clang_format) --dry-run -Werror (${#files[@]} files)"
  "$(clang_format)" --dry-run -Werror "${files[@]}" ||
    { say "dev: ./dev format mends this" && return 1; }
}

format_command() {
  install_packages build
  local files
  mapfile -t files < <(source_files '*.cpp' '*.h')
  say "+ $(clang_format) -i (${#files[@]} files)"
  "$(clang_format)" -i "${files[@]}"
}

# lint_command [--all | FILES...]: clang-tidy looks at the named files, or at all,
# or at what differs from origin/main (without it: from the commit before).
lint_command() {
  install_packages build test lint
  local files
  mapfile -t files < <(files_to_lint "$@")
  check_format
  run shellcheck -x dev .ci/run tools/dev/*.sh examples/*/*.sh
  build_target lint tidy_test
  run ctest --test-dir build/lint --output-on-failure --no-tests=error -R '^tidy$' </dev/null
  if ((${#files[@]} > 0)); then
    printf '%s\n' "${files[@]}" |
      run xargs -n 4 -P "$(job_count)" clang-tidy -p build/lint --quiet \
        --extra-arg=-include --extra-arg="$PWD/cmake/precompiled.h"
  fi
}

files_to_lint() {
  if [[ ${1:-} == --all ]]; then
    source_files '*.cpp'
  elif (($# > 0)); then
    printf '%s\n' "$@"
  else
    local base=HEAD~1
    if git rev-parse --verify -q origin/main >/dev/null; then base=$(git merge-base HEAD origin/main); fi
    git diff --name-only --diff-filter=d "$base" -- '*.cpp'
  fi
}
