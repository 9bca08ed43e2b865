#include <fmt/format.h>

#include <boost/json.hpp>

#include "tenancy/plan/render_plan.h"

namespace art32::tenancy {

using base::ErrorCode;
using base::failure;

namespace {

namespace json = boost::json;

constexpr std::int64_t version = 1;
constexpr Run runs[] = {Run::in_transaction, Run::own_transaction, Run::alone};
constexpr NoteKind note_kinds[] = {NoteKind::left_out, NoteKind::undecided, NoteKind::advice};

json::object json_of(const ObjectName& object) {
  return {{"schema", object.schema}, {"name", object.name}};
}

auto corrupt(std::string_view what) {
  return failure(ErrorCode::corrupt, fmt::format("this is no plan of version {}: {}", version, what),
                 "give the file that `art32 tenancy plan` wrote");
}

base::Result<std::string> text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return corrupt(fmt::format("no text \"{}\"", key));
  return std::string(value->get_string());
}

base::Result<ObjectName> object_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_object()) return corrupt(fmt::format("no object \"{}\"", key));
  ObjectName named;
  ART32_ASSIGN(named.schema, text_at(value->get_object(), "schema"));
  ART32_ASSIGN(named.name, text_at(value->get_object(), "name"));
  return named;
}

template <class Kind, std::size_t count>
base::Result<Kind> kind_at(const json::object& object, std::string_view key, const Kind (&kinds)[count]) {
  ART32_ASSIGN(const std::string word, text_at(object, key));
  for (const Kind kind : kinds)
    if (name(kind) == word) return kind;
  return corrupt(fmt::format("\"{}\" is none of \"{}\"", word, key));
}

base::Result<Step> step_of(const json::object& object) {
  Step step;
  ART32_ASSIGN(step.id, text_at(object, "id"));
  ART32_ASSIGN(step.object, object_at(object, "object"));
  ART32_ASSIGN(step.reason, text_at(object, "reason"));
  ART32_ASSIGN(step.sql, text_at(object, "sql"));
  ART32_ASSIGN(step.undo, text_at(object, "undo"));
  ART32_ASSIGN(step.run, kind_at(object, "run", runs));
  return step;
}

base::Result<Note> note_of(const json::object& object) {
  Note note;
  ART32_ASSIGN(note.kind, kind_at(object, "kind", note_kinds));
  ART32_ASSIGN(note.object, object_at(object, "object"));
  ART32_ASSIGN(note.text, text_at(object, "text"));
  return note;
}

template <class Item>
base::Status read_list(const json::object& plan, std::string_view key,
                       base::Result<Item> (*read)(const json::object&), std::vector<Item>& items) {
  const json::value* list = plan.if_contains(key);
  if (list == nullptr || !list->is_array()) return corrupt(fmt::format("no list \"{}\"", key));
  for (const json::value& value : list->get_array()) {
    if (!value.is_object()) return corrupt(fmt::format("in \"{}\" is something else than an object", key));
    ART32_ASSIGN(Item item, read(value.get_object()));
    items.push_back(std::move(item));
  }
  return {};
}

}  // namespace

std::string to_json(const Plan& plan) {
  json::array steps, notes;
  for (const Step& step : plan.steps)
    steps.push_back(json::object{{"id", step.id},
                                 {"object", json_of(step.object)},
                                 {"reason", step.reason},
                                 {"sql", step.sql},
                                 {"undo", step.undo},
                                 {"run", name(step.run)}});
  for (const Note& note : plan.notes)
    notes.push_back(
        json::object{{"kind", name(note.kind)}, {"object", json_of(note.object)}, {"text", note.text}});
  return json::serialize(
             json::object{{"version", version}, {"steps", std::move(steps)}, {"notes", std::move(notes)}}) +
         '\n';
}

base::Result<Plan> plan_from_json(std::string_view text) {
  json::error_code trouble;
  const json::value value = json::parse(text, trouble);
  if (trouble || !value.is_object()) return corrupt("not a JSON object");
  const json::object& object = value.get_object();
  const json::value* found = object.if_contains("version");
  if (found == nullptr || !found->is_int64() || found->get_int64() != version)
    return corrupt("another version");
  Plan plan;
  ART32_CHECKED(read_list(object, "steps", step_of, plan.steps));
  ART32_CHECKED(read_list(object, "notes", note_of, plan.notes));
  return plan;
}

}  // namespace art32::tenancy
