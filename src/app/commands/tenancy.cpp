// art32 tenancy functions | claim | keys: what a database that is separated by team needs
#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "app/commands/posture.h"
#include "app/commands/separation.h"
#include "app/commands/tenancy_keys.h"
#include "app/entrance.h"
#include "app/server_commands.h"
#include "base/text.h"
#include "tenancy/plain_functions.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

void add_functions(CLI::App& tenancy, Context& context) {
  auto& functions =
      add_command(tenancy, "functions",
                  "Print the database's functions in plain SQL, where no extension can be installed",
                  "art32 tenancy functions | psql -v ON_ERROR_STOP=1 --single-transaction app");
  functions.callback([&context] {
    context.action = []() -> Result<int> {
      print(tenancy::plain_functions());
      return 0;
    };
  });
}

struct ClaimOptions {
  std::string team, actor, kind = "user", life = "60s";
  bool is_for_trail = false;
};

// The gateway would refuse it. Teams that are kept elsewhere are unknown here, and nobody removes them.
base::Status refuse_removed(const Context& context, const std::string& team) {
  ART32_ASSIGN(const json::value found, ask(context.folder(), "team find", {{"team", team}}));
  const json::value* const removed = found.is_object() ? found.get_object().if_contains("removed") : nullptr;
  if (removed == nullptr || !removed->is_string()) return {};
  return failure(ErrorCode::not_found,
                 fmt::format("team {} was removed at {}: the gateway takes no claim for it", team,
                             std::string_view(removed->get_string())),
                 "name another one: art32 team list shows those there are");
}

Result<int> print_claim(const Context& context, const ClaimOptions& options) {
  const auto kind = model::parse_actor_kind(options.kind);
  if (!kind || *kind == model::ActorKind::principal)
    return failure(ErrorCode::invalid_argument, fmt::format("there is no kind \"{}\"", options.kind),
                   "write user, token, staff, job or system");
  const auto life = base::parse_duration(options.life);
  if (!life || *life < std::chrono::seconds(1))
    return failure(ErrorCode::invalid_argument, "a claim lives for a second at least",
                   "write a duration, such as \"60s\" or \"10m\"");
  ART32_CHECKED(refuse_removed(context, options.team));
  ART32_ASSIGN(const Configuration configuration, load_configuration(context.folder()));
  ART32_ASSIGN(const std::string claim,
               sign_claim(context.folder(), configuration, {options.team}, {*kind, options.actor},
                          std::chrono::duration_cast<std::chrono::seconds>(*life),
                          options.is_for_trail ? model::ClaimUse::trail : model::ClaimUse::database));
  print(context.as_json ? pretty(json::object{{"claim", claim}}) : claim + "\n");
  return 0;
}

void add_claim(CLI::App& tenancy, Context& context) {
  auto& claim =
      add_command(tenancy, "claim", "Sign a claim, to try things out: whoever has it acts for the team",
                  "art32 tenancy claim --team 42 --actor erika");
  auto options = std::make_shared<ClaimOptions>();
  claim.add_option("--team", options->team, "The team")->required();
  claim.add_option("--actor", options->actor, "Who acts")->required();
  claim.add_option("--kind", options->kind, "user, token, staff, job or system")->capture_default_str();
  claim.add_option("--life", options->life, "How long it is good, an hour at most")->capture_default_str();
  claim.add_flag("--for-trail", options->is_for_trail,
                 "To read the team's trail by the JSON API, instead of entering a database");
  claim.callback([&context, options] {
    context.action = [&context, options] { return print_claim(context, *options); };
  });
}

}  // namespace

void add_tenancy_commands(CLI::App& root, Context& context) {
  CLI::App& tenancy = add_command(root, "tenancy", "Databases that are separated by team",
                                  "art32 tenancy claim --team 42 --actor erika");
  tenancy.require_subcommand(1);
  add_separation_commands(tenancy, context);
  add_posture_command(tenancy, context);
  add_functions(tenancy, context);
  add_claim(tenancy, context);
  add_tenancy_keys(tenancy, context);
}

}  // namespace art32::app
