// art32 tenancy verify | plan | apply | undo: the schema of a database that is separated by team
#include "app/commands/separation.h"

#include <algorithm>
#include <functional>

#include "app/commands/output.h"
#include "app/commands/posture.h"
#include "app/sql_connection.h"
#include "base/text.h"
#include "tenancy/plan/apply_plan.h"
#include "tenancy/plan/read_schema.h"
#include "tenancy/plan/render_plan.h"
#include "tenancy/posture/posture.h"
#include "tenancy/sql_name.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::chrono::minutes catalog_limit{5};
constexpr std::chrono::hours step_limit{24};  // the steps have their own, below

struct SchemaOptions {
  std::string connection;
  std::vector<std::string> roles, schemas, global, left_out;
  std::string team_column = "team_id";
  std::string file;
  bool accepts_undecided = false;
  bool only_sql = false;
  bool checks = false;  // exit status says whether anything is to be done
};

// "public.invoice=why": what stands before and behind the first sign.
Result<std::pair<std::string, std::string>> with_reason(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == text.npos || at == 0 || at + 1 == text.size())
    return failure(ErrorCode::invalid_argument, fmt::format("\"{}\" gives no reason", text),
                   "write --leave-out schema.table=\"why\"");
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

Result<tenancy::ObjectName> object_name(const std::string& text) {
  const std::size_t dot = text.find('.');
  if (dot == text.npos || dot == 0 || dot + 1 == text.size())
    return failure(ErrorCode::invalid_argument, fmt::format("\"{}\" names no schema", text),
                   "write schema.table");
  return tenancy::ObjectName{text.substr(0, dot), text.substr(dot + 1)};
}

void add_connection(CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
  command.add_option(
      "--connection", options->connection,
      "How to reach the database, past the gateway, as libpq reads it, but for the password, which "
      "everybody could see: PGPASSFILE. What is left out comes from PGHOST and the like");
}

void add_schema(CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
  add_connection(command, options);
  command.add_option("--role", options->roles, "The application's role; verify takes several")->required();
  command.add_option("--schema", options->schemas, "A schema to look at; several times for several");
  command.add_option("--team-column", options->team_column, "The column that says whose a row is")
      ->capture_default_str();
  command.add_option("--leave-out", options->left_out,
                     "schema.table=REASON: stays as it is, and people know why");
}

json::object to_json(const tenancy::Finding& finding) {
  return {
      {"check", finding.check}, {"object", finding.object}, {"risk", finding.risk}, {"mend", finding.mend}};
}

// Where no SQL can know what is meant, the mend is a sentence.
std::string finding_sql(const tenancy::Finding& finding) {
  const bool is_sql = finding.mend.ends_with(';');
  return fmt::format("{}\n{}\n\n",
                     tenancy::sql_comment(finding.check + ", " + finding.object + ": " + finding.risk),
                     is_sql ? finding.mend : tenancy::sql_comment(finding.mend));
}

Result<int> verify(const Context& context, const SchemaOptions& options) {
  tenancy::PostureOptions posture;
  posture.schemas = options.schemas;
  posture.team_column = options.team_column;
  posture.application_roles = options.roles;
  for (const std::string& text : options.left_out) {
    ART32_ASSIGN(auto left, with_reason(text));
    posture.left_out.push_back({std::move(left.first), std::move(left.second), ""});
  }
  ART32_ASSIGN(const auto session, SqlConnection::open(options.connection, catalog_limit));
  ART32_ASSIGN(const auto findings, tenancy::check_posture(*session, posture));
  if (context.as_json) {
    json::array list;
    for (const tenancy::Finding& finding : findings)
      list.push_back(to_json(finding));
    print(pretty(list));
  } else if (options.only_sql) {
    for (const tenancy::Finding& finding : findings)
      print(finding_sql(finding));
  } else if (findings.empty()) {
    print("Nothing is found that would let a row of one team come to another.\n");
  } else {
    for (const tenancy::Finding& finding : findings)
      print(finding_text(finding));
    print(fmt::format("{} to mend. SQL ends in a semicolon.\n", findings.size()));
  }
  return findings.empty() ? 0 : base::describe(ErrorCode::check_failed).exit_code;
}

Result<tenancy::Plan> make_plan(net::SqlSession& session, const SchemaOptions& options) {
  tenancy::SeparationOptions separation;
  if (!options.schemas.empty()) separation.schemas = options.schemas;
  separation.team_column = options.team_column;
  for (const std::string& text : options.left_out) {
    ART32_ASSIGN(auto left, with_reason(text));
    ART32_ASSIGN(auto object, object_name(left.first));
    separation.left_out.push_back({std::move(object), std::move(left.second)});
  }
  for (const std::string& text : options.global) {
    ART32_ASSIGN(auto object, object_name(text));
    separation.global_tables.push_back(std::move(object));
  }
  if (options.roles.size() != 1)
    return failure(ErrorCode::invalid_argument, "a plan is for one role of the application",
                   "name one --role, and plan again for another");
  ART32_ASSIGN(const auto schema, tenancy::read_schema(session, {separation.schemas, options.roles.front()}));
  return tenancy::plan_separation(schema, separation);
}

bool is_undecided(const tenancy::Note& note) {
  return note.kind == tenancy::NoteKind::undecided;
}

bool has_undecided(const tenancy::Plan& plan) {
  return std::any_of(plan.notes.begin(), plan.notes.end(), is_undecided);
}

Result<int> plan(const Context& context, const SchemaOptions& options) {
  ART32_ASSIGN(const auto session, SqlConnection::open(options.connection, catalog_limit));
  ART32_ASSIGN(const tenancy::Plan made, make_plan(*session, options));
  print(context.as_json ? tenancy::to_json(made) : tenancy::to_sql(made));
  const bool is_done = made.is_empty() && !has_undecided(made);
  return options.checks && !is_done ? base::describe(ErrorCode::check_failed).exit_code : 0;
}

// Policies call these; without them the first one fails, after every index was built.
base::Status check_functions(net::SqlSession& session) {
  ART32_ASSIGN(const auto rows,
               session.query("select pg_catalog.to_regprocedure('art32.current_team()') is not null", {}));
  if (!rows.empty() && rows.front().front() == "t") return {};
  return failure(
      ErrorCode::configuration, "the database doesn't have the functions of art32",
      "run \"create extension art32\" there, or: art32 tenancy functions | psql -v ON_ERROR_STOP=1 "
      "--single-transaction DATABASE");
}

base::Status refuse_undecided(const tenancy::Plan& plan, const SchemaOptions& options) {
  if (options.accepts_undecided || !has_undecided(plan)) return {};
  std::string text;
  for (const tenancy::Note& note : plan.notes)
    if (is_undecided(note)) text += fmt::format("\n  {}: {}", tenancy::quote(note.object), note.text);
  return failure(
      ErrorCode::conflict, "the plan leaves undecided:" + text,
      "declare each with --global or --leave-out schema.table=REASON, or give it the team's column; "
      "or take them as the plan does, with --accept-undecided");
}

std::string usual_file() {
  std::string name = "separation-" + base::rfc3339_seconds(base::SystemClock().now()) + ".json";
  std::erase_if(name, [](char letter) { return letter == ':'; });
  return name;
}

// A line a step, and what it waits for.
void tell(const tenancy::Progress& progress) {
  switch (progress.stage) {
    case tenancy::Stage::begins:
      break;
    case tenancy::Stage::waits:
      print(fmt::format("{}/{}  {}: {}; again in {} ms\n", progress.number, progress.total, progress.step.id,
                        progress.said, progress.pause.count()));
      break;
    case tenancy::Stage::done:
      print(fmt::format("{}/{}  {}\n", progress.number, progress.total, progress.step.id));
      break;
    case tenancy::Stage::failed:
      break;  // the error says it
  }
}

tenancy::OnProgress teller(const Context& context) {
  return context.as_json ? tenancy::OnProgress() : tenancy::OnProgress(tell);
}

// Kept before anything is done, since it is what undoes it.
Result<int> apply(const Context& context, const SchemaOptions& options) {
  ART32_ASSIGN(const auto session, SqlConnection::open(options.connection, step_limit));
  ART32_ASSIGN(const tenancy::Plan made, make_plan(*session, options));
  ART32_CHECKED(refuse_undecided(made, options));
  if (made.is_empty()) {
    print(context.as_json ? pretty(json::object{{"steps", 0}}) : "Nothing is to be done in these schemas.\n");
    return 0;
  }
  ART32_CHECKED(check_functions(*session));
  const std::string file = options.file.empty() ? usual_file() : options.file;
  if (base::file_facts(file).has_value())
    return failure(ErrorCode::already_exists,
                   fmt::format("{} exists, and may be what undoes a plan of before", file),
                   "name another file with --keep");
  ART32_CHECKED(base::replace_file(file, base::as_bytes(tenancy::to_json(made))));
  ART32_CHECKED(tenancy::apply_plan(*session, made, {}, teller(context)));
  print(context.as_json ? pretty(json::object{{"steps", made.steps.size()}, {"kept", file}})
                        : fmt::format("{} steps are done. To take them back: art32 tenancy undo {}\n",
                                      made.steps.size(), file));
  return 0;
}

Result<int> undo(const Context& context, const SchemaOptions& options) {
  ART32_ASSIGN(const std::string text, base::read_text_file(options.file));
  const auto read = tenancy::plan_from_json(text);
  if (!read) return tl::unexpected<base::Error>(read.error().within(options.file));
  const tenancy::Plan& made = *read;
  ART32_ASSIGN(const auto session, SqlConnection::open(options.connection, step_limit));
  ART32_CHECKED(tenancy::undo_plan(*session, made, {}, teller(context)));
  print(context.as_json ? pretty(json::object{{"steps", made.steps.size()}})
                        : fmt::format("{} steps are taken back.\n", made.steps.size()));
  return 0;
}

using Act = Result<int> (*)(const Context&, const SchemaOptions&);
using AddOptions = std::function<void(CLI::App&, const std::shared_ptr<SchemaOptions>&)>;

}  // namespace

void add_separation_commands(CLI::App& tenancy, Context& context) {
  const auto add = [&](const char* name, const char* summary, const char* example, Act act,
                       const AddOptions& options_of) {
    auto& command = add_command(tenancy, name, summary, example);
    auto options = std::make_shared<SchemaOptions>();
    options_of(command, options);
    command.callback([&context, options, act] {
      context.action = [&context, options, act] { return act(context, *options); };
    });
  };
  const auto with_plan = [](CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
    add_schema(command, options);
    command.add_option("--global", options->global,
                       "schema.table: the same rows for every team, written by none");
  };
  add("verify", "Find what would let a row of one team come to another, and the SQL that mends it",
      "art32 tenancy verify --role app --connection \"host=db.example.com dbname=app user=owner\"", verify,
      [&](CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
        add_schema(command, options);
        command.add_flag("--sql", options->only_sql,
                         "Print what mends it, to review and to run, and nothing else");
      });
  add("plan", "Print the SQL that separates the database by team, with a reason for each step",
      "art32 tenancy plan --role app --connection \"host=db.example.com dbname=app user=owner\" > plan.sql",
      plan, [&](CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
        with_plan(command, options);
        command.add_flag("--check", options->checks, "End with 1 where something is to be done or decided");
      });
  add("apply", "Plan and do it, as the tables' owner, while the application runs on",
      "art32 tenancy apply --role app --connection \"host=db.example.com dbname=app user=owner\"", apply,
      [&](CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
        with_plan(command, options);
        command.add_option("--keep", options->file,
                           "Where the plan is kept, to be undone; else separation-TIME.json");
        command.add_flag("--accept-undecided", options->accepts_undecided,
                         "Take what nobody has decided as the plan does: written by none");
      });
  add("undo", "Take back what a plan did", "art32 tenancy undo separation.json", undo,
      [](CLI::App& command, const std::shared_ptr<SchemaOptions>& options) {
        add_connection(command, options);
        command.add_option("plan", options->file, "The plan that was kept")->required();
      });
}

}  // namespace art32::app
