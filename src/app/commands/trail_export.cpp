// art32 trail export: a team's changes, or all there are, as a file for other programs
#include <unistd.h>

#include <algorithm>

#include "app/commands/asking.h"
#include "app/commands/progress.h"
#include "app/commands/trail.h"
#include "app/commands/trail_filter.h"
#include "app/server_commands.h"
#include "base/file.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

struct Options {
  TrailFilter filter;
  std::string team, as, output;
  bool all_teams = false, personal = false, statements = false;
  bool is_of_team = false;  // --team was said, be it empty
};

// The running server, or, where none runs, the folder, opened once for all pages.
class Answers {
 public:
  explicit Answers(Folder folder) : folder_(std::move(folder)) {}

  Result<json::value> ask(std::string_view command, const json::object& arguments) {
    if (system_) return run_server_command(*system_, command, arguments);
    auto answer = ask_server(folder_, command, arguments);
    if (answer || answer.error().code != ErrorCode::unavailable || has_answered_) {
      has_answered_ = has_answered_ || answer.has_value();
      return answer;
    }
    ART32_ASSIGN(system_, System::open(folder_));
    return run_server_command(*system_, command, arguments);
  }

 private:
  const Folder folder_;
  std::unique_ptr<System> system_;
  bool has_answered_ = false;
};

// Standard output, or a file that is there once it is whole.
class Target {
 public:
  static Result<Target> open(const std::string& path) {
    Target target;
    if (path.empty()) return target;
    target.path_ = path;
    target.temporary_ = target.path_;
    target.temporary_ += fmt::format(".{}.tmp", ::getpid());
    ART32_ASSIGN(target.file_, base::File::open_write(target.temporary_, base::Visibility::owner_only));
    return target;
  }
  Target(Target&&) = default;
  Target& operator=(Target&&) = delete;
  ~Target() {
    if (file_.is_open()) ::unlink(temporary_.c_str());
  }

  Status put(base::ByteView octets) {
    if (file_.is_open()) ART32_CHECKED(file_.write_at(size_, octets));
    if (!file_.is_open() && std::fwrite(octets.data(), 1, octets.size(), stdout) != octets.size())
      return failure(ErrorCode::unavailable, "standard output takes no more");
    size_ += octets.size();
    return {};
  }
  Status finish() {
    if (!file_.is_open()) return {};
    ART32_CHECKED(file_.sync());
    if (::rename(temporary_.c_str(), path_.c_str()) != 0)
      return failure(ErrorCode::unavailable, fmt::format("cannot rename to {}", path_.string()));
    file_ = base::File();
    return base::sync_folder(path_.parent_path());
  }

 private:
  Target() = default;
  base::Path path_, temporary_;
  base::File file_;
  std::uint64_t size_ = 0;
};

json::object arguments_of(const Options& options) {
  json::object arguments = arguments_of(options.filter);
  arguments["as"] = options.as;
  if (options.statements)
    arguments["statements"] = true;
  else if (options.all_teams)
    arguments["all_teams"] = true;
  else
    arguments["team"] = options.team;
  if (options.personal) arguments["personal"] = true;
  return arguments;
}

struct Team {
  std::string name;
  std::uint64_t records = 0;
};

// Copies one team's records; how many were exported.
Result<std::uint64_t> copy_team(Answers& answers, const json::value& look, const Team& team, Target& target,
                                const std::function<void(std::uint64_t reached)>& tell) {
  json::object arguments{{"look", look}, {"team", team.name}, {"end", team.records}};
  std::uint64_t records = 0;
  while (true) {
    ART32_ASSIGN(const json::value page, answers.ask("trail export page", arguments));
    const auto octets = base::from_base64(std::string_view(page.at("octets").as_string()));
    if (!octets) return failure(ErrorCode::corrupt, "the server's answer is no page of an export");
    ART32_CHECKED(target.put(*octets));
    records += page.at("records").to_number<std::uint64_t>();
    if (!page.at("offset").is_null()) {
      arguments["offset"] = page.at("offset");
      arguments["digest"] = page.at("digest");
      continue;
    }
    if (page.at("next").is_null()) return records;
    tell(page.at("next").to_number<std::uint64_t>() + 1);
    arguments["behind"] = page.at("next");
    arguments["told"] = page.at("told");
    arguments.erase("offset");
  }
}

Result<int> export_trail(const Context& context, const Options& options) {
  const int kinds = (options.all_teams ? 1 : 0) + (options.is_of_team ? 1 : 0) + (options.statements ? 1 : 0);
  if (kinds != 1)
    return failure(ErrorCode::invalid_argument,
                   kinds > 1 ? "one team, all teams, or statements of staff?" : "what is to be exported?",
                   "write --team 42, --all-teams or --statements; what is of no team has --team \"\"");
  Answers answers(context.folder());
  ART32_ASSIGN(const json::value begun, answers.ask("trail export begin", arguments_of(options)));
  std::vector<Team> teams;
  std::uint64_t all = 0, done = 0, records = 0;
  for (const json::value& team : begun.at("teams").as_array()) {
    teams.push_back({text_of(team.at("team")), team.at("records").to_number<std::uint64_t>()});
    all += teams.back().records;
  }
  ART32_ASSIGN(Target target, Target::open(options.output));
  ART32_CHECKED(target.put(base::as_bytes(text_of(begun.at("header")))));
  Progress progress("records");
  for (const Team& team : teams) {
    const auto tell = [&](std::uint64_t reached) { progress.show(done + reached, all); };
    ART32_ASSIGN(const std::uint64_t copied, copy_team(answers, begun.at("look"), team, target, tell));
    records += copied;
    done += team.records;
    progress.show(done, all);
  }
  ART32_CHECKED(target.finish());
  progress.end();
  if (context.as_json && !options.output.empty())
    print(pretty(json::object{{"file", options.output},
                              {"records", records},
                              {"teams", teams.size()},
                              {"look", begun.at("look")}}));
  else
    fmt::print(stderr, "{} {}{}. The ledger's entry {} says that you looked.\n", records,
               options.statements ? "statement" : "change", records == 1 ? "" : "s",
               text_of(begun.at("look")));
  return 0;
}

}  // namespace

void add_trail_export(CLI::App& trail, Context& context) {
  auto options = std::make_shared<Options>();
  auto& command = add_command(
      trail, "export", "Write changes for other programs: as OCSF events, as CSV, or as they are sealed",
      "art32 trail export --team 42 --as ocsf --output trail.ndjson");
  command.add_option("--as", options->as, "ocsf, csv or records")
      ->required()
      ->check(CLI::IsMember({"ocsf", "csv", "records"}));
  add_database(command, options->filter.database);
  auto* const team = command.add_option("--team", options->team, "Whose changes; \"\": those of no team");
  command.add_flag("--all-teams", options->all_teams,
                   "Those of every team, and of none, one team after the other");
  command.add_flag("--statements", options->statements,
                   "Not changes, but what staff said to databases through the gateway");
  command.add_flag("--personal", options->personal, "With the personal values that aren't erased");
  add_changes(command, options->filter);
  command.add_option("--output", options->output, "A file, mode 0600; without it, standard output");
  command.callback([&context, options, team] {
    options->is_of_team = team->count() > 0;
    context.action = [&context, options] { return export_trail(context, *options); };
  });
}

}  // namespace art32::app
