// database.posture: what in the schema, roles and settings of a separated database would let a row
// of one team come to another. The instance looks itself, now, past the gateway; what it sees is
// held here against what it must see to be believed.
#include <fmt/format.h>

#include <algorithm>

#include "audit/observe.h"
#include "audit/probes/probes.h"
#include "base/text.h"

namespace art32::audit {
namespace {

constexpr std::size_t most_named = 10;  // the rest is counted

struct Area {
  std::string_view group;
  model::Text tried;
};

const std::vector<Area>& areas() {
  static const std::vector<Area> all{
      {"policies",
       {"Eine Tabelle ohne erzwungene, einschränkende Richtlinie, die das Team vergleicht",
        "A table without an enforced, restrictive policy that compares the team"}},
      {"keys",
       {"Eine Spalte, ein Index oder ein Schlüssel, der Teams nicht auseinanderhält",
        "A column, an index or a key that doesn't keep teams apart"}},
      {"detours",
       {"Ein Umweg an den Richtlinien vorbei: eine Sicht, eine Regel, eine Funktion mit fremden Rechten",
        "A way around the policies: a view, a rule, a function with other rights"}},
      {"grants",
       {"Ein Recht der Anwendung, bei dem keine Richtlinie gefragt wird",
        "A privilege of the application at which no policy is asked"}},
      {"roles",
       {"Eine Rolle der Anwendung, die Richtlinien nicht binden",
        "A role of the application that no policy binds"}},
      {"functions",
       {"Funktionen und Schlüssel von art32, die andere ändern oder lesen können",
        "Functions and keys of art32 that others can change or read"}}};
  return all;
}

std::string words_of(const std::vector<std::string>& found) {
  if (found.size() <= most_named) return base::join(found, "; ");
  std::vector<std::string> first(found.begin(), found.begin() + most_named);
  first.push_back(fmt::format("and {} more", found.size() - most_named));
  return base::join(first, "; ");
}

void see(const PostureView& view, Observations& observations) {
  const model::Text control{"Die Prüfung sieht Tabellen mit Teams und erkennt, dass eine Rolle alles darf",
                            "The check sees tables of teams, and notices that a role may do everything"};
  if (!view.error.empty())
    return observations.control(view.database, control, Outcome::undecided, view.error);
  observations.control(view.database, control, worked_if(view.tables > 0 && view.sees_trouble),
                       fmt::format("{} tables; a superuser is {}", view.tables,
                                   view.sees_trouble ? "noticed" : "not noticed"));
  std::vector<PostureFinding> rest = view.findings;
  for (const Area& area : areas()) {
    std::vector<std::string> found;
    std::erase_if(rest, [&](const PostureFinding& finding) {
      if (finding.group != area.group) return false;
      found.push_back(finding.check + " " + finding.object);
      return true;
    });
    observations.attack(view.database, area.tried, worked_if(!found.empty()),
                        found.empty() ? "nothing is found" : words_of(found));
  }
  // A check of a newer program is a check all the same.
  for (const PostureFinding& finding : rest)
    observations.attack(view.database, {"Ein anderer Fund", "Another finding"}, Outcome::worked,
                        finding.check + " " + finding.object);
}

}  // namespace

std::vector<model::Observation> probe_posture(const ProbeContext& context) {
  Observations observations;
  const auto views = context.target.gateway->look_at_postures();
  const model::Text tried{"Die getrennten Datenbanken werden geprüft", "The separated databases are checked"};
  if (!views) {
    observations.control("gateway", tried, Outcome::undecided, views.error().message());
    return observations.take();
  }
  if (views->empty()) observations.control("gateway", tried, Outcome::undecided, "there is none");
  for (const PostureView& view : *views)
    see(view, observations);
  return observations.take();
}

}  // namespace art32::audit
