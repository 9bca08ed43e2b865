// art32 audit: run the probes, or prove that each can turn red
#include <unistd.h>

#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "app/controls.h"
#include "app/server_commands.h"
#include "audit/probe_table.h"

namespace art32::app {
namespace {

struct AuditArguments {
  std::vector<std::string> only;
  bool mutate = false;
  bool list = false;
};

json::value probe_json(const audit::Probe& probe) {
  const auto both = [](const model::Text& text) {
    return json::object{{"de", text.german}, {"en", text.english}};
  };
  json::array attacks;
  for (const model::Text& attack : probe.attacks)
    attacks.push_back(both(attack));
  json::array mutations;
  for (const audit::Mutation& mutation : probe.mutations)
    mutations.push_back(both(mutation.text));
  return json::object{{"id", probe.id},
                      {"measure", probe.measure},
                      {"title", both(probe.title)},
                      {"severity", json::string(model::name(probe.severity))},
                      {"positive_control", both(probe.positive_control)},
                      {"attacks", std::move(attacks)},
                      {"mutations", std::move(mutations)},
                      {"limit_milliseconds", probe.limit.count()},
                      {"period_seconds", probe.period.count()}};
}

base::Result<int> list_probes(const Context& context) {
  json::array list;
  Table table({"probe", "measure", "severity", "what it attacks"});
  for (const audit::Probe& probe : audit::probes()) {
    list.push_back(probe_json(probe));
    table.add(
        {{probe.id}, {probe.measure}, {std::string(model::name(probe.severity))}, {probe.title.english}});
  }
  print(context.as_json ? pretty(list) : table.text(colours_wanted()));
  return 0;
}

std::string_view member(const json::value& object, const char* key) {
  return object.at(key).as_string();
}

// The observations that explain why a probe isn't green.
std::string explain(const json::value& probe) {
  std::string text;
  for (const json::value& observation : probe.at("observations").as_array()) {
    const bool control = member(observation, "kind") == "positive-control";
    const std::string_view outcome = member(observation, "outcome");
    if (outcome == (control ? "worked" : "refused")) continue;
    text += fmt::format("    {} {}: {} [{}] {}\n", control ? "control" : "attack", outcome,
                        std::string_view(observation.at("tried").at("en").as_string()),
                        member(observation, "target"), member(observation, "seen"));
  }
  return text;
}

base::Result<int> run_probes(const Context& context, const AuditArguments& arguments) {
  json::array only;
  for (const std::string& probe : arguments.only)
    only.emplace_back(probe);
  ART32_ASSIGN(const json::value run, ask(context.folder(), "audit", {{"only", std::move(only)}}));
  bool all_pass = true;
  Table table({"probe", "verdict", "time", "evidence"});
  std::string explanations;
  for (const json::value& probe : run.at("probes").as_array()) {
    const std::string verdict(member(probe, "verdict"));
    all_pass = all_pass && verdict == "pass";
    const json::value& evidence = probe.at("evidence");
    table.add(
        {{std::string(member(probe, "probe"))},
         {verdict, colour_of_word(verdict)},
         {fmt::format("{:.0f} ms", probe.at("milliseconds").to_number<double>())},
         {evidence.is_null() ? "not sealed" : fmt::format("leaf {}", evidence.to_number<std::uint64_t>())}});
    if (verdict != "pass") explanations += fmt::format("\n{}\n{}", member(probe, "probe"), explain(probe));
  }
  print(context.as_json ? pretty(run) : table.text(colours_wanted()) + explanations);
  return all_pass ? 0 : base::describe(base::ErrorCode::check_failed).exit_code;
}

base::Result<int> prove(const Context& context, const AuditArguments& arguments) {
  const auto load_annex = [](const base::Path& folder) { return annex::load(folder, annex_vocabulary()); };
  std::error_code trouble;
  const base::Path program = std::filesystem::read_symlink("/proc/self/exe", trouble);
  if (trouble) return base::failure(base::ErrorCode::unavailable, "this program's own path can't be read");
  const bool wanted = colours_wanted();
  if (!context.as_json) print("probe                 untouched  broken     shown red  what was broken\n");
  const auto results =
      audit::prove_mutations(program, load_annex, arguments.only, [&](const audit::MutationResult& result) {
        if (context.as_json) return;
        print(fmt::format(
            "{:<21} {} {} {:<10} {}{}\n", result.probe,
            coloured(fmt::format("{:<10}", model::name(result.healthy)), colour_of(result.healthy), wanted),
            coloured(fmt::format("{:<10}", model::name(result.broken)), colour_of(result.broken), wanted),
            result.proven() ? "yes" : "NO", result.mutation.english,
            result.proven() ? "" : "\n    " + result.trouble));
      });
  json::array list;
  bool all = !results.empty();
  for (const audit::MutationResult& result : results) {
    list.push_back(to_json(result));
    all = all && result.proven();
  }
  if (context.as_json) print(pretty(list));
  return all ? 0 : base::describe(base::ErrorCode::check_failed).exit_code;
}

}  // namespace

void add_audit_command(CLI::App& root, Context& context) {
  auto& command =
      add_command(root, "audit", "Run the probes now, seal and print what they saw",
                  "art32 audit\n  art32 audit --only tls.versions --json\n  art32 audit --mutate");
  auto arguments = std::make_shared<AuditArguments>();
  command.add_option("--only", arguments->only, "Only these probes")->type_name("PROBE");
  command.add_flag("--mutate", arguments->mutate,
                   "Prove on scratch instances that each probe turns red when what it watches is broken");
  command.add_flag("--list", arguments->list, "List the probes");
  command.callback([&context, arguments] {
    context.action = [&context, arguments]() -> base::Result<int> {
      for (const std::string& id : arguments->only)
        if (audit::find_probe(id) == nullptr)
          return base::failure(base::ErrorCode::not_found, fmt::format("there is no probe \"{}\"", id),
                               "see `art32 audit --list`");
      if (arguments->list) return list_probes(context);
      return arguments->mutate ? prove(context, *arguments) : run_probes(context, *arguments);
    };
  });
}

}  // namespace art32::app
