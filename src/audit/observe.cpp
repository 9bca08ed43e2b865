#include "audit/observe.h"

#include "base/limits.h"
#include "base/text.h"

namespace art32::audit {
namespace {

unsigned octet_at(const std::string& text, std::size_t place) {
  return place < text.size() ? static_cast<unsigned char>(text[place]) : 0U;
}

// C0 but for line feed and tab, DEL, and C1 (two octets in UTF-8): what would
// steer a terminal.
void replace_controls(std::string& text) {
  for (std::size_t place = 0; place < text.size(); ++place) {
    const unsigned octet = octet_at(text, place);
    if ((octet < 0x20 && octet != '\n' && octet != '\t') || octet == 0x7F) text[place] = '?';
    if (octet == 0xC2 && octet_at(text, place + 1) >= 0x80 && octet_at(text, place + 1) < 0xA0)
      text.replace(place, 2, "?");
  }
}

std::string presentable(std::string text) {
  if (!base::is_utf8(text))
    for (char& octet : text)
      if (static_cast<unsigned char>(octet) >= 0x80) octet = '?';
  replace_controls(text);
  if (text.size() > base::limits::probe_observation_octets) {
    std::size_t end = base::limits::probe_observation_octets;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
      --end;
    text.resize(end);
    text += "...";
  }
  return text;
}

}  // namespace

model::Observation undecided(Kind kind, std::string target, model::Text tried, std::string seen) {
  return {kind, std::move(target), std::move(tried), Outcome::undecided, std::move(seen)};
}

void make_presentable(model::Observation& observation) {
  observation.target = presentable(std::move(observation.target));
  observation.tried.german = presentable(std::move(observation.tried.german));
  observation.tried.english = presentable(std::move(observation.tried.english));
  observation.seen = presentable(std::move(observation.seen));
}

void Observations::control(std::string target, model::Text tried, Outcome outcome, std::string seen) {
  list_.push_back({Kind::positive_control, std::move(target), std::move(tried), outcome, std::move(seen)});
}

void Observations::attack(std::string target, model::Text tried, Outcome outcome, std::string seen) {
  list_.push_back({Kind::attack, std::move(target), std::move(tried), outcome, std::move(seen)});
}

}  // namespace art32::audit
