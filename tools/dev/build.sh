# shellcheck shell=bash
# Configuring and building a CMake preset (CMakePresets.json).

configure() {
  local preset=$1
  if [[ ! -f build/$preset/build.ninja ]]; then
    run cmake --preset "$preset" >&2
  fi
}

# build_target PRESET [TARGET...]: everything where no target is named.
build_target() {
  local preset=$1
  shift
  configure "$preset"
  if (($# > 0)); then
    run cmake --build "build/$preset" -j "$(job_count)" --target "$@" >&2
  else
    run cmake --build "build/$preset" -j "$(job_count)" >&2
  fi
}

build_command() {
  local preset=${1:-release}
  case $preset in
    release | dev | asan | tsan | fuzz) ;;
    *) wrong_usage "no such preset: $preset (release, dev, asan, tsan, fuzz)" ;;
  esac
  install_packages build
  build_target "$preset"
}

# fuzz_command NAME [SECONDS]: findings and new inputs stay in build/fuzz/; a
# finding that is mended leaves its input in fuzz/corpus/NAME/.
fuzz_command() {
  local name=${1:-} seconds=${2:-60} names
  names=$(find fuzz -maxdepth 1 -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | sort)
  if [[ -z $name ]]; then
    printf '%s\n' "$names"
    return 0
  fi
  grep -Fqx -- "$name" <<<"$names" || wrong_usage "no such fuzz target: $name. There are: ${names//$'\n'/ }"
  [[ $seconds =~ ^[0-9]+$ ]] || wrong_usage "SECONDS must be a whole number: $seconds"
  install_packages build
  build_target fuzz "fuzz_$name"
  mkdir -p "build/fuzz/corpus/$name" "build/fuzz/found/$name"
  local folders=("build/fuzz/corpus/$name")
  if [[ -d fuzz/corpus/$name ]]; then folders+=("fuzz/corpus/$name"); fi
  run "build/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/found/$name/" "${folders[@]}"
}
