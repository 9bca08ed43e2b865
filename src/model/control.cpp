#include "model/control.h"

#include <fmt/core.h>

#include <algorithm>

namespace art32::model {
namespace {

// As an annex writes it.
std::string written(std::chrono::milliseconds duration) {
  return canonical({"", PromiseType::duration, duration});
}

struct Type {
  PromiseType operator()(const DurationRange&) const { return PromiseType::duration; }
  PromiseType operator()(const CountRange&) const { return PromiseType::count; }
  PromiseType operator()(const TextChoice&) const { return PromiseType::text; }
};

struct Keeps {
  const Promise& promise;

  bool operator()(const DurationRange& range) const {
    const auto value = std::get<std::chrono::milliseconds>(promise.value);
    return value >= range.least && value <= range.greatest && value % range.step == value.zero();
  }
  bool operator()(const CountRange& range) const {
    const auto value = std::get<std::int64_t>(promise.value);
    return value >= range.least && value <= range.greatest;
  }
  bool operator()(const TextChoice& texts) const {
    return std::find(texts.begin(), texts.end(), std::get<std::string>(promise.value)) != texts.end();
  }
};

struct Describe {
  std::string operator()(const DurationRange& range) const {
    return fmt::format("a duration from {} to {} in steps of {}", written(range.least),
                       written(range.greatest), written(range.step));
  }
  std::string operator()(const CountRange& range) const {
    return fmt::format("a number from {} to {}", range.least, range.greatest);
  }
  std::string operator()(const TextChoice& texts) const {
    std::string all;
    for (const std::string_view text : texts)
      all += fmt::format("{}\"{}\"", all.empty() ? "" : " or ", text);
    return all;
  }
};

}  // namespace

PromiseType type_of(const KeptValues& values) {
  return std::visit(Type{}, values);
}

bool keeps(const KeptValues& values, const Promise& promise) {
  return promise.type == type_of(values) && std::visit(Keeps{promise}, values);
}

std::string describe(const KeptValues& values) {
  return std::visit(Describe{}, values);
}

}  // namespace art32::model
