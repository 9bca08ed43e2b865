# shellcheck shell=bash
# ./dev test: named stages one after the other, each with its time; a table and
# the plain line "N passed, N failed" at the end. What can't run is a failure.

stage_rows=() # "name|result|seconds|passed|failed|skipped"
failures=()   # single tests, each with its stage
passed=0
failed=0
exit_status=0
stage_status=0

test_command() {
  unset ART32_FOLDER
  case ${1:-} in
    --quick) test_quick ;;
    -*) wrong_usage "no such option: $1 (--quick or a pattern of test names)" ;;
    "") test_all ;;
    *) test_matching "$1" ;;
  esac
  summary
}

test_all() {
  stage "install" install_for_tests
  if ((stage_status != 0)); then return; fi
  stage "format" check_format
  stage "build, g++" build_target release
  if ((stage_status == 0)); then test_stage "tests, g++" release; fi
  stage "build, sanitizers" build_target asan unit_tests gateway_fault_test gateway_login_test gateway_tenants_test
  if ((stage_status == 0)); then test_stage "tests, sanitizers" asan -L '^(unit|sanitized)$'; fi
  stage "build, threads" build_target tsan gateway_fault_test gateway_tenants_test art32_gateway_test \
    art32_identity_test
  if ((stage_status == 0)); then test_stage "tests, threads" tsan -R '^(gateway|identity|integration\.gateway_(fault|tenants))$'; fi
}

test_quick() {
  stage "install" install_for_tests
  if ((stage_status != 0)); then return; fi
  stage "format" check_format
  stage "build, g++" build_target release unit_tests
  if ((stage_status == 0)); then test_stage "unit tests, g++" release -L '^unit$'; fi
}

test_matching() {
  stage "install" install_for_tests
  if ((stage_status == 0)); then stage "build, g++" build_target release; fi
  if ((stage_status == 0)); then test_stage "tests named $1" release -R "$1"; fi
}

install_for_tests() {
  install_packages build run demo test
  install_npm
}

# in_subshell FUNCTION [ARGUMENTS...]: its status is in stage_status afterwards.
# Never inside a condition: bash would ignore set -e in all that it calls.
in_subshell() {
  set +e
  (
    set -e
    "$@"
  )
  stage_status=$?
  set -e
}

# stage NAME FUNCTION [ARGUMENTS...]
stage() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s ==\n' "$name" >&2
  in_subshell "$@"
  if ((stage_status == 0)); then
    stage_rows+=("$name|ok|$((SECONDS - start))|||")
  else
    stage_rows+=("$name|FAILED|$((SECONDS - start))||1|")
    failed=$((failed + 1))
    exit_status=$((stage_status == 69 ? 69 : 1)) # 69: something can't be installed
  fi
}

# test_stage NAME PRESET [CTEST ARGUMENTS...]
test_stage() {
  local name=$1 preset=$2 start=$SECONDS counts result=ok
  shift 2
  printf '\n== %s ==\n' "$name" >&2
  in_subshell run_ctest "$preset" "$@"
  if ((stage_status != 0)); then
    mapfile -t -O "${#failures[@]}" failures < <(failed_tests "build/$preset/results" "$name")
  fi
  read -r -a counts < <(count_results "build/$preset/results")
  if ((counts[1] == 0 && (stage_status != 0 || counts[0] == 0))); then counts[1]=1; fi
  if ((counts[1] > 0)); then
    result=FAILED
    exit_status=1
  fi
  stage_rows+=("$name|$result|$((SECONDS - start))|${counts[0]}|${counts[1]}|${counts[2]}")
  passed=$((passed + counts[0]))
  failed=$((failed + counts[1]))
}

run_ctest() {
  local preset=$1 results=$PWD/build/$1/results
  shift
  rm -rf "$results"
  mkdir -p "$results"
  export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
  run ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure --no-tests=error \
    --output-junit "$results/ctest.xml" "$@" </dev/null >&2
}

# failed_tests FOLDER STAGE: "STAGE: Suite.test: the first line of what it said", a line each.
failed_tests() {
  local file
  for file in "$1"/*.xml; do
    if [[ ${file##*/} == ctest.xml ]]; then continue; fi
    awk -v stage="$2" '
      function attribute(line, key) {
        if (!match(line, "[ \t]" key "=\"[^\"]*")) return ""
        return substr(line, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
      }
      /<testcase / { test = attribute($0, "classname") "." attribute($0, "name") }
      /<failure / && test != "" {
        said = attribute($0, "message")
        gsub("&#x0A;|&#10;", " ", said)
        printf "%s: %s: %s\n", stage, test, substr(said, 1, 300)
        test = ""
      }' "$file"
  done
}

# count_results FOLDER: "PASSED FAILED SKIPPED". ctest knows test programs; each
# of ours leaves its single tests in FOLDER/<program's test name>.xml. A program
# that failed without leaving a failed test (crash, leak, time limit) is one failure.
count_results() {
  local folder=$1
  if [[ ! -f $folder/ctest.xml ]]; then
    echo 0 0 0
    return
  fi
  awk -v folder="$folder" '
    function attribute(line, key) {
      if (!match(line, "[ \t]" key "=\"[^\"]*\"")) return ""
      return substr(line, RSTART + length(key) + 3, RLENGTH - length(key) - 4)
    }
    function finish(   file, line, single, single_failed, single_skipped) {
      if (name == "") return
      file = folder "/" name ".xml"
      while ((getline line < file) > 0) {
        if (line !~ /<testsuite /) continue
        single += attribute(line, "tests")
        single_failed += attribute(line, "failures") + attribute(line, "errors")
        single_skipped += attribute(line, "skipped") + attribute(line, "disabled")
      }
      close(file)
      if (single == 0) {
        single = 1
        single_skipped = skip
      }
      if (state != "run" && !skip && single_failed == 0) {
        single += 1
        single_failed = 1
        if (single == 2) single = 1
      }
      passed += single - single_failed - single_skipped
      failed += single_failed
      skipped += single_skipped
      name = ""
    }
    /<testcase / { finish(); name = attribute($0, "name"); state = attribute($0, "status"); skip = (state == "disabled") }
    /<skipped message="SKIP_/ { skip = 1 }
    END { finish(); print passed + 0, failed + 0, skipped + 0 }
  ' "$folder/ctest.xml"
}

summary() {
  local row fields
  {
    printf '\n%-26s %-8s %8s %8s %8s %8s\n' stage result seconds passed failed skipped
    for row in "${stage_rows[@]}"; do
      IFS='|' read -r -a fields <<<"$row|"
      printf '%-26s %-8s %8s %8s %8s %8s\n' "${fields[@]:0:6}"
    done
    if ((${#failures[@]} > 0)); then printf '\nfailed:\n' && printf '  %s\n' "${failures[@]}"; fi
    printf '\n'
  } >&2
  printf '%s passed, %s failed\n' "$passed" "$failed"
  if ((passed == 0 && exit_status == 0)); then exit_status=1; fi
  return "$exit_status"
}
