// art32 tenancy posture: what the running server finds in its separated databases
#include "app/commands/posture.h"

#include "app/commands/output.h"
#include "app/server_commands.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;

std::string text_of(const json::value& object, std::string_view key) {
  return std::string(object.at(json::string_view(key.data(), key.size())).as_string());
}

Colour colour_of_state(std::string_view state) {
  if (state == "kept") return Colour::green;
  return state == "broken" ? Colour::red : Colour::yellow;
}

// The server looks before it answers.
Result<int> show(const Context& context) {
  ART32_ASSIGN(const json::value postures, ask_server(context.folder(), "tenancy posture", {}));
  bool are_kept = true;
  std::string text;
  for (const json::value& posture : postures.as_array()) {
    are_kept = are_kept && text_of(posture, "state") == "kept";
    text += posture_line(posture);
    if (const json::value& error = posture.at("error"); !error.is_null()) {
      text += fmt::format("    {}\n", text_of(error, "what"));
      if (const std::string mend = text_of(error, "mend"); !mend.empty())
        text += fmt::format("    {}\n", mend);
    }
    for (const json::value& finding : posture.at("findings").as_array())
      text += finding_text({text_of(finding, "check"), text_of(finding, "object"), text_of(finding, "risk"),
                            text_of(finding, "mend")});
  }
  if (postures.as_array().empty()) text = "No database is separated by team.\n";
  print(context.as_json ? pretty(postures) : text);
  return are_kept ? 0 : base::describe(ErrorCode::check_failed).exit_code;
}

}  // namespace

std::string finding_text(const tenancy::Finding& finding) {
  return fmt::format("{}  {}\n    {}\n    {}\n", coloured(finding.check, Colour::red, colours_wanted()),
                     finding.object, finding.risk, finding.mend);
}

std::string posture_line(const json::value& posture) {
  const std::string state = text_of(posture, "state");
  const std::size_t findings = posture.at("findings").as_array().size();
  std::string line =
      fmt::format("  posture  {}: {} since {}", text_of(posture, "database"),
                  coloured(state, colour_of_state(state), colours_wanted()), text_of(posture, "since"));
  if (findings > 0) line += fmt::format(", {} to mend", findings);
  if (posture.at("enforced").as_bool())
    line += state == "kept" ? ", enforced" : ", applications may not sign in";
  return line + "\n";
}

void add_posture_command(CLI::App& tenancy, Context& context) {
  auto& command =
      add_command(tenancy, "posture",
                  "Let the running server check its separated databases now, and show what is to mend",
                  "art32 tenancy posture");
  command.callback([&context] { context.action = [&context] { return show(context); }; });
}

}  // namespace art32::app
