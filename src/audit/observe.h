// How probes write down what they tried: one Observation per try, gathered in
// order. Plain values; one thread.
#pragma once

#include <string>
#include <vector>

#include "model/verdict.h"

namespace art32::audit {

using Kind = model::Observation::Kind;
using Outcome = model::Observation::Outcome;

constexpr Outcome worked_if(bool worked) {
  return worked ? Outcome::worked : Outcome::refused;
}

model::Observation undecided(Kind kind, std::string target, model::Text tried, std::string seen);

// Cuts over-long texts, replaces octets that aren't UTF-8 and control characters:
// what a hostile peer sent may stand in `seen`, and goes to JSON, pages, terminals.
void make_presentable(model::Observation& observation);

class Observations {
 public:
  // What must work: `worked` is what is hoped for.
  void control(std::string target, model::Text tried, Outcome outcome, std::string seen);
  // What must not work: `refused` is what is hoped for.
  void attack(std::string target, model::Text tried, Outcome outcome, std::string seen);

  std::vector<model::Observation> take() { return std::move(list_); }

 private:
  std::vector<model::Observation> list_;
};

}  // namespace art32::audit
