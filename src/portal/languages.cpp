#include "portal/languages.h"

#include <array>

#include "base/text.h"

namespace art32::portal {

namespace {

// A weight in thousandths: "q=0.85" is 850. Malformed ones count as refused.
int weight_of(std::string_view parameter) {
  parameter = base::trim(parameter);
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return 0;
  parameter.remove_prefix(2);
  if (parameter.empty() || (parameter[0] != '0' && parameter[0] != '1')) return 0;
  if (parameter[0] == '1') return 1000;
  int weight = 0;
  int unit = 100;
  for (std::size_t place = 2; place < parameter.size() && place < 5; ++place, unit /= 10) {
    if (parameter[place] < '0' || parameter[place] > '9') return 0;
    weight += (parameter[place] - '0') * unit;
  }
  return weight;
}

bool begins_with_tag(std::string_view range, std::string_view wanted) {
  if (range.size() < wanted.size()) return false;
  for (std::size_t place = 0; place < wanted.size(); ++place)
    if ((range[place] | 0x20) != wanted[place]) return false;
  return range.size() == wanted.size() || range[wanted.size()] == '-';
}

}  // namespace

model::Language preferred_language(std::string_view accept_language) {
  std::array<int, model::languages.size()> weights{};
  for (std::string_view range : base::split(accept_language, ',')) {
    const std::vector<std::string_view> parts = base::split(range, ';');
    const int weight = parts.size() > 1 ? weight_of(parts[1]) : 1000;
    for (std::size_t index = 0; index < model::languages.size(); ++index)
      if (begins_with_tag(base::trim(parts.front()), model::tag(model::languages[index])))
        weights[index] = std::max(weights[index], weight);
  }
  return weights[1] > weights[0] ? model::languages[1] : model::languages[0];
}

model::Language language_of(const net::HttpRequest& request) {
  for (model::Language language : model::languages) {
    const std::string folder = "/" + std::string(model::tag(language));
    if (request.path == folder || request.path.starts_with(folder + "/")) return language;
  }
  return preferred_language(net::find_header(request.headers, "Accept-Language").value_or(""));
}

}  // namespace art32::portal
