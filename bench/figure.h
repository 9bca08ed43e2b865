// One measured number and the bar it must meet, as one line on stdout:
//
//   figure NAME VALUE UNIT bar OP LIMIT met|missed
//
// Used by every program build/<preset>/bench_NAME; `./dev bench` collects the
// lines. A program's main ends with `return art32::bench::exit_status();`, which
// is 1 if a bar was missed or no figure was printed at all. Call from one thread.
// The count lives as long as the process: a benchmark is one process.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace art32::bench {

// Where nothing that follows would mean anything.
[[noreturn]] inline void give_up(std::string_view why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

struct FigureCount {
  int printed = 0;
  int missed = 0;
};

inline FigureCount& figure_count() {
  static FigureCount count;
  return count;
}

inline std::string figure_text(double value) {
  const double size = std::abs(value);
  if (size >= 1000 || value == std::floor(value)) return fmt::format("{:.0f}", value);
  return size >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.3f}", value);
}

inline bool meets(double value, std::string_view op, double limit) {
  if (op == "<") return value < limit;
  if (op == "<=") return value <= limit;
  if (op == ">") return value > limit;
  ART32_ASSERT(op == ">=");
  return value >= limit;
}

// Name and unit are words without spaces ("ledger.append", "entries/s"); op is one of < <= > >=.
// Returns whether the bar was met. NaN meets no bar.
inline bool figure(std::string_view name, double value, std::string_view unit, std::string_view op,
                   double limit) {
  ART32_ASSERT(!name.empty() && name.find(' ') == name.npos);
  ART32_ASSERT(!unit.empty() && unit.find(' ') == unit.npos);
  const bool met = meets(value, op, limit);
  ++figure_count().printed;
  if (!met) ++figure_count().missed;
  fmt::print("figure {} {} {} bar {} {} {}\n", name, figure_text(value), unit, op, figure_text(limit),
             met ? "met" : "missed");
  std::fflush(stdout);
  return met;
}

inline int exit_status() {
  return figure_count().printed > 0 && figure_count().missed == 0 ? 0 : 1;
}

// The middle value; of an even number of values the mean of the middle two.
inline double median(std::vector<double> values) {
  ART32_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

// Seconds that one call takes.
template <class Work>
double seconds_of(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  std::forward<Work>(work)();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Median of the seconds of several calls.
template <class Work>
double median_seconds(int calls, Work&& work) {
  std::vector<double> values;
  for (int call = 0; call < calls; ++call)
    values.push_back(seconds_of(work));
  return median(std::move(values));
}

}  // namespace art32::bench
