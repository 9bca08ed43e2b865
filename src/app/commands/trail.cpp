// art32 trail status | plan | apply | verify | erase: the record of a database's changes, and what it needs
#include "app/commands/trail.h"

#include <unistd.h>

#include <algorithm>

#include "app/commands/asking.h"
#include "app/commands/trail_filter.h"
#include "app/owner_check.h"
#include "app/server_commands.h"
#include "app/sql_connection.h"
#include "app/trail_source.h"
#include "base/text.h"
#include "tenancy/sql_name.h"
#include "trail/source_check.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using trail::SourceFinding;

constexpr std::chrono::minutes statement_limit{5};

struct SourceCommand {
  std::string database;
  std::string connection;
};

struct Source {
  std::string database;
  TrailConfiguration trail;
  std::unique_ptr<SqlConnection> session;
};

std::string names_of(const std::vector<GatewayDatabase>& databases) {
  std::vector<std::string> names;
  for (const GatewayDatabase& each : databases)
    if (each.trail) names.push_back(each.name);
  return base::join(names, ", ");
}

Result<Source> open_source(const Context& context, const SourceCommand& command) {
  ART32_ASSIGN(const GatewayDatabase database, trail_database(context, command.database));
  ART32_ASSIGN(auto session, SqlConnection::open(command.connection, statement_limit));
  return Source{database.name, *database.trail, std::move(session)};
}

json::array to_json_list(const std::vector<SourceFinding>& findings) {
  json::array list;
  for (const SourceFinding& finding : findings)
    list.push_back(to_json(finding));
  return list;
}

std::string finding_text(const SourceFinding& finding) {
  // What makes the record of schema changes is a page; `plan` prints it.
  const bool is_long = finding.mend.find('\n') != finding.mend.npos;
  return fmt::format("{}  {}\n    {}\n    {}\n", coloured(finding.check, Colour::red, colours_wanted()),
                     finding.object, finding.risk, is_long ? "art32 trail apply mends it." : finding.mend);
}

Result<int> plan(const Context& context, const SourceCommand& command) {
  ART32_ASSIGN(const Source source, open_source(context, command));
  ART32_ASSIGN(const auto findings, check_source(*source.session, source.trail.source_options()));
  if (context.as_json) {
    print(pretty(to_json_list(findings)));
    return 0;
  }
  bool is_empty = true;
  for (const SourceFinding& finding : findings) {
    if (!finding.has_sql()) continue;
    is_empty = false;
    print(fmt::format("{}\n{}\n\n",
                      tenancy::sql_comment(finding.check + ", " + finding.object + ": " + finding.risk),
                      finding.mend));
  }
  if (is_empty) print(tenancy::sql_comment("The database gives the trail all that it needs.") + "\n");
  return 0;
}

Result<int> verify(const Context& context, const SourceCommand& command) {
  ART32_ASSIGN(const Source source, open_source(context, command));
  ART32_ASSIGN(const auto findings, check_source(*source.session, source.trail.source_options()));
  if (context.as_json)
    print(pretty(to_json_list(findings)));
  else if (findings.empty())
    print(fmt::format("The database gives the trail of \"{}\" all that it needs, and its log is read.\n",
                      source.database));
  else
    for (const SourceFinding& finding : findings)
      print(finding_text(finding));
  return findings.empty() ? 0 : base::describe(ErrorCode::check_failed).exit_code;
}

Result<int> apply(const Context& context, const SourceCommand& command) {
  ART32_ASSIGN(const Source source, open_source(context, command));
  ART32_ASSIGN(const PreparedSource prepared,
               prepare_source(context.folder(), source.trail, *source.session));
  if (context.as_json) {
    print(pretty(json::object{{"done", to_json_list(prepared.done)}, {"left", to_json_list(prepared.left)}}));
    return 0;
  }
  for (const SourceFinding& finding : prepared.done)
    print(fmt::format("done  {}  {}\n", finding.check, finding.object));
  if (prepared.has_new_password)
    print(fmt::format("done  password of role {}, kept in {}\n", source.trail.role,
                      source.trail.password_file));
  if (prepared.done.empty()) print("Nothing was to be done.\n");
  for (const SourceFinding& finding : prepared.left)
    print(finding_text(finding));
  return 0;
}

std::string stream_text(const json::value& stream) {
  const bool is_delivering = stream.at("delivering").as_bool();
  std::string text =
      fmt::format("    stream {} to {}: {}, {} sent", text_of(stream.at("name")), text_of(stream.at("url")),
                  coloured(is_delivering ? "delivers" : "doesn't deliver",
                           is_delivering ? Colour::green : Colour::red, colours_wanted()),
                  text_of(stream.at("sent")));
  if (const auto waiting = stream.at("waiting").to_number<std::uint64_t>(); waiting > 0)
    text += fmt::format(", {} wait, the oldest for {:.1f} s", waiting,
                        static_cast<double>(stream.at("lag_ms").to_number<std::int64_t>()) / 1000);
  text += "\n";
  if (const json::value& trouble = stream.at("trouble"); !trouble.is_null())
    text += fmt::format("      {}\n", text_of(trouble));
  return text;
}

Result<int> show(const Context& context) {
  ART32_ASSIGN(const json::value trails, ask_server(context.folder(), "trail status", {}));
  bool is_well = true;
  std::string text;
  for (const json::value& trail : trails.as_array()) {
    is_well = is_well && trail.at("connected").as_bool() && trail.at("findings").as_array().empty();
    text += trail_line(trail);
    for (const json::value& stream : trail.at("streams").as_array()) {
      is_well = is_well && stream.at("trouble").is_null();
      text += stream_text(stream);
    }
    for (const char* const key : {"trouble", "error"})
      if (const json::value& error = trail.at(key); !error.is_null())
        text += fmt::format("    {}\n    {}\n", text_of(error.at("what")), text_of(error.at("mend")));
    for (const json::value& finding : trail.at("findings").as_array())
      text += finding_text({text_of(finding.at("check")), text_of(finding.at("object")),
                            text_of(finding.at("risk")), text_of(finding.at("mend"))});
  }
  if (trails.as_array().empty())
    text = "No database has a trail: docs/guide/trail.md says how one gets it.\n";
  print(context.as_json ? pretty(trails) : text);
  return is_well ? 0 : base::describe(ErrorCode::check_failed).exit_code;
}

struct ErasureCommand {
  std::string database;
  std::string subject;
};

std::string erasure_text(const json::value& answer) {
  const std::string subject = text_of(answer.at("subject"));
  if (answer.at("erased").to_number<int>() == 0)
    return fmt::format("{} was erased before, at {}; nothing was kept of them since.\n", subject,
                       text_of(answer.at("at")));
  const json::value& read_to = answer.at("read_to");
  return fmt::format(
      "{} is erased, and the ledger says so. {}\n", subject,
      read_to.is_null()
          ? "How far the log is read isn't known: what comes of them is kept under a new key."
          : fmt::format("The log is read up to {}: what was, or is, changed of them later is kept under a "
                        "new key, which can be erased too.",
                        text_of(read_to)));
}

Result<int> erase(const Context& context, const ErasureCommand& command) {
  ART32_ASSIGN(const GatewayDatabase database, trail_database(context, command.database));
  const json::object arguments{
      {"database", database.name}, {"subject", command.subject}, {"by", user_name(::getuid())}};
  ART32_ASSIGN(const json::value answer, ask_server(context.folder(), "trail erase", arguments));
  print(context.as_json ? pretty(answer) : erasure_text(answer));
  return 0;
}

void add_erase_command(CLI::App& trail, Context& context) {
  auto& command = add_command(
      trail, "erase", "Destroy a person's key: what the trail keeps of them is gone, every proof stays valid",
      "art32 trail erase --subject customer:7");
  auto options = std::make_shared<ErasureCommand>();
  add_database(command, options->database);
  command
      .add_option("--subject", options->subject,
                  "KIND:VALUE: the kind of persons, as art32.toml says, and what the column that names them "
                  "holds")
      ->required();
  command.callback(
      [&context, options] { context.action = [&context, options] { return erase(context, *options); }; });
}

using Act = Result<int> (*)(const Context&, const SourceCommand&);

void add_source_command(CLI::App& trail, Context& context, const char* name, const char* summary, Act act) {
  auto& command = add_command(trail, name, summary,
                              fmt::format("art32 trail {} --connection \"host=db.example.com dbname=app "
                                          "user=postgres\"",
                                          name));
  auto options = std::make_shared<SourceCommand>();
  add_database(command, options->database);
  command.add_option(
      "--connection", options->connection,
      "How to reach the database, past the gateway, as libpq reads it, but for the password, "
      "which everybody could see: PGPASSFILE. What is left out comes from PGHOST and the like");
  command.callback([&context, options, act] {
    context.action = [&context, options, act] { return act(context, *options); };
  });
}

}  // namespace

Result<GatewayDatabase> trail_database(const Context& context, const std::string& name) {
  ART32_ASSIGN(const Configuration configuration, load_configuration(context.folder()));
  std::vector<GatewayDatabase> all;
  if (configuration.gateway) all = configuration.gateway->databases;
  std::vector<GatewayDatabase> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), [&](const GatewayDatabase& each) {
    return each.trail && (name.empty() || each.name == name);
  });
  if (found.size() == 1) return found.front();
  if (found.empty())
    return failure(ErrorCode::not_found,
                   name.empty() ? "no [[gateway.database]] of art32.toml has a trail"
                                : fmt::format("no [[gateway.database]] named \"{}\" has a trail", name),
                   "write [gateway.database.trail] below it: docs/guide/trail.md");
  return failure(ErrorCode::invalid_argument, "several databases have a trail: " + names_of(all),
                 "name one with --database");
}

std::string trail_line(const json::value& trail) {
  const bool is_connected = trail.at("connected").as_bool();
  const std::size_t findings = trail.at("findings").as_array().size();
  std::string line = fmt::format("  trail    {}: {}", text_of(trail.at("database")),
                                 coloured(is_connected ? "read" : "not read",
                                          is_connected ? Colour::green : Colour::red, colours_wanted()));
  if (const json::value& lag = trail.at("lag_ms"); !lag.is_null())
    line += fmt::format(", {:.1f} s behind", static_cast<double>(lag.to_number<std::int64_t>()) / 1000);
  if (const json::value& sealed = trail.at("sealed"); !sealed.is_null())
    line += ", sealed up to " + text_of(sealed);
  for (const char* const key : {"unattributed", "gaps"})
    if (const auto number = trail.at(key).to_number<std::uint64_t>(); number > 0)
      line += fmt::format(", {} {}", number, key);
  if (findings > 0) line += fmt::format(", {} to mend", findings);
  return line + "\n";
}

void add_trail_commands(CLI::App& root, Context& context) {
  CLI::App& trail =
      add_command(root, "trail", "The record of who changed what in a database", "art32 trail status");
  trail.require_subcommand(1);
  auto& status = add_command(
      trail, "status", "How far the running server has read its databases' changes, and what is to mend",
      "art32 trail status");
  status.callback([&context] { context.action = [&context] { return show(context); }; });
  add_trail_reading(trail, context);
  add_trail_evidence(trail, context);
  add_trail_checks(trail, context);
  add_trail_export(trail, context);
  add_source_command(trail, context, "plan", "Print the SQL that lets a database's changes be recorded",
                     plan);
  add_source_command(trail, context, "apply",
                     "Run that SQL, as a superuser; it makes the reader's role and its password too", apply);
  add_source_command(trail, context, "verify", "Check that a database gives the trail all that it needs",
                     verify);
  add_erase_command(trail, context);
}

}  // namespace art32::app
