#include <array>

#include <fmt/core.h>

#include "annex/difference.h"
#include "annex/json_writer.h"

namespace art32::annex {
namespace {

using model::Language;

struct ChangeName {
  Change change;
  std::string_view name;
  std::string_view german;
};
constexpr std::array change_names{ChangeName{Change::added, "added", "hinzugefügt"},
                                  ChangeName{Change::removed, "removed", "entfernt"},
                                  ChangeName{Change::changed, "changed", "geändert"}};

std::string_view name(Change change, Language language) {
  for (const ChangeName& row : change_names)
    if (row.change == change) return language == Language::german ? row.german : row.name;
  return {};
}

struct SubjectName {
  std::string_view begins;
  std::string_view german;
};
// The longer before the shorter that begins it.
constexpr std::array subject_names{SubjectName{"order of sections", "Reihenfolge der Abschnitte"},
                                   SubjectName{"order of measures in ", "Reihenfolge der Maßnahmen in "},
                                   SubjectName{"order of paragraphs", "Reihenfolge der Absätze"},
                                   SubjectName{"introduction of section ", "Einleitung des Abschnitts "},
                                   SubjectName{"section ", "Abschnitt "},
                                   SubjectName{"measure", "Maßnahme"},
                                   SubjectName{"promise ", "Zusage "},
                                   SubjectName{"text", "Text"},
                                   SubjectName{"placeholders", "Platzhalter"},
                                   SubjectName{"proof", "Nachweis"},
                                   SubjectName{"controls", "Kontrollen"},
                                   SubjectName{"probes", "Prüfungen"},
                                   SubjectName{"title", "Titel"},
                                   SubjectName{"subtitle", "Untertitel"},
                                   SubjectName{"version", "Version"},
                                   SubjectName{"date", "Stand"},
                                   SubjectName{"effective date", "Geltung ab"},
                                   SubjectName{"binding language", "Verbindliche Sprache"},
                                   SubjectName{"translation notice", "Hinweis zur Übersetzung"},
                                   SubjectName{"preamble", "Vorbemerkung"},
                                   SubjectName{"company", "Unternehmen"},
                                   SubjectName{"website", "Website"},
                                   SubjectName{"data protection contact", "Stelle für Datenschutz"},
                                   SubjectName{"security contact", "Stelle für Informationssicherheit"}};

std::string runs_text(const std::vector<WordRun>& runs, bool colour) {
  std::string text;
  for (const WordRun& run : runs) {
    if (run.kind == WordRun::Kind::common)
      text += run.text;
    else if (colour)
      text += fmt::format("\x1b[{}m{}\x1b[0m", run.kind == WordRun::Kind::removed ? "31;9" : "32", run.text);
    else if (run.kind == WordRun::Kind::removed)
      text += "[-" + run.text + "-]";
    else
      text += "{+" + run.text + "+}";
  }
  return text;
}

void write(JsonWriter& json, std::string_view key, const std::vector<WordRun>& runs) {
  static constexpr std::array<std::string_view, 3> kinds{"common", "removed", "added"};
  json.key(key).open('[');
  for (const WordRun& run : runs)
    json.open('{').field("kind", kinds[static_cast<std::size_t>(run.kind)]).field("text", run.text).close();
  json.close();
}

}  // namespace

std::string subject_name(const Difference& difference, Language language) {
  if (language == Language::english) return difference.subject;
  for (const SubjectName& row : subject_names)
    if (difference.subject.starts_with(row.begins))
      return std::string(row.german) + difference.subject.substr(row.begins.size());
  return difference.subject;
}

std::string change_name(const Difference& difference, Language language) {
  return std::string(name(difference.change, language));
}

std::string to_text(const std::vector<Difference>& differences, Language language, bool colour) {
  if (differences.empty()) return language == Language::german ? "Keine Änderungen.\n" : "No changes.\n";
  std::string text;
  for (const Difference& difference : differences) {
    std::string place = difference.measure;
    if (!difference.paragraph.empty()) place += "/" + difference.paragraph;
    if (!place.empty()) place += ": ";
    const std::string head =
        fmt::format("{}{} {}", place, subject_name(difference, language), change_name(difference, language));
    text += colour ? fmt::format("\x1b[1m{}\x1b[0m\n", head) : head + "\n";
    text += "  " + runs_text(language == Language::german ? difference.german : difference.english, colour) +
            "\n";
  }
  return text;
}

std::string to_json(const std::vector<Difference>& differences) {
  JsonWriter json;
  json.open('[');
  for (const Difference& difference : differences) {
    json.open('{')
        .field("change", name(difference.change, Language::english))
        .field("measure", difference.measure)
        .field("paragraph", difference.paragraph)
        .field("subject", difference.subject);
    write(json, "de", difference.german);
    write(json, "en", difference.english);
    json.close();
  }
  json.close();
  return json.take();
}

}  // namespace art32::annex
