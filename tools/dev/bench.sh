# shellcheck shell=bash
# ./dev bench [NAME]: runs build/release/bench_NAME (bench/NAME_bench.cpp), one after
# the other; their `figure` lines (bench/figure.h) make the table at the end.

bench_command() {
  local name=${1:-} names status=0
  names=$(find bench -maxdepth 1 -name '*_bench.cpp' -printf '%f\n' | sed 's/_bench\.cpp$//' | sort)
  if [[ -n $name ]]; then
    grep -Fqx -- "$name" <<<"$names" || wrong_usage "no such benchmark: $name. There are: ${names//$'\n'/ }"
    names=$name
  fi
  install_packages build run bench
  mapfile -t names <<<"$names"
  build_target release art32 "${names[@]/#/bench_}"
  local figures=build/release/figures.txt
  : >"$figures"
  for name in "${names[@]}"; do
    run "build/release/bench_$name" </dev/null | tee -a "$figures" || status=1
  done
  bench_table "$figures" || status=1
  return "$status"
}

# Fails if a bar was missed or nothing was measured.
bench_table() {
  printf '\n%-44s %14s %-10s %-16s %s\n' figure value unit bar result
  awk '
    $1 == "figure" && $5 == "bar" {
      printf "%-44s %14s %-10s %-16s %s\n", $2, $3, $4, $6 " " $7, $8
      count[$8]++
    }
    END {
      printf "\n%d met, %d missed\n", count["met"], count["missed"]
      exit !(count["met"] > 0 && count["missed"] == 0)
    }' "$1"
}
