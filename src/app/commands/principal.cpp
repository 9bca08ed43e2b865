// art32 principal ...: who signs in at the gateway, beside art32.toml
#include "app/commands/asking.h"

namespace art32::app {
namespace {

void add_principal(CLI::App& principal, Context& context) {
  auto& add = add_command(principal, "add",
                          "Let somebody sign in at the gateway; the password is read from standard input",
                          "art32 principal add erika --through support");
  auto name = std::make_shared<std::string>();
  auto kind = std::make_shared<std::string>("staff");
  auto through = std::make_shared<std::string>();
  add.add_option("name", *name, "Who signs in")->required();
  add.add_option("--kind", *kind, "staff (every statement is sealed), app or analytics")
      ->capture_default_str();
  add.add_option("--through", *through,
                 "The principal of art32.toml whose role and password the server gets; else the server must "
                 "know the same verifier");
  add.callback([&context, name, kind, through] {
    context.action = [&context, name, kind, through]() -> base::Result<int> {
      ART32_ASSIGN(const std::string password, read_secret("password"));
      return ask_and_print(
          context, "principal add",
          {{"name", *name}, {"kind", *kind}, {"through", *through}, {"password", password}},
          [name](const json::value&) { return fmt::format("{} may sign in at the gateway.\n", *name); });
    };
  });

  auto& remove = add_command(principal, "remove", "Let somebody in no more, and end the sessions they have",
                             "art32 principal remove erika");
  remove.add_option("name", *name, "Who")->required();
  remove.callback([&context, name] {
    context.action = [&context, name] {
      return ask_and_print(context, "principal remove", {{"name", *name}},
                           [name](const json::value&) { return fmt::format("{} is removed.\n", *name); });
    };
  });

  auto& password = add_command(principal, "password", "Set somebody's password, read from standard input",
                               "art32 principal password erika");
  password.add_option("name", *name, "Whose")->required();
  password.callback([&context, name] {
    context.action = [&context, name]() -> base::Result<int> {
      ART32_ASSIGN(const std::string typed, read_secret("password"));
      return ask_and_print(
          context, "principal password", {{"name", *name}, {"password", typed}},
          [name](const json::value&) { return fmt::format("{} has a new password.\n", *name); });
    };
  });

  auto& list = add_command(principal, "list", "List them; those of art32.toml stand there",
                           "art32 principal list --json");
  list.callback([&context] {
    context.action = [&context] {
      return ask_and_print(context, "principal list", {}, [](const json::value& all) {
        return list_text(all, {"name", "kind", "through", "created"});
      });
    };
  });
}

}  // namespace

void add_principal_commands(CLI::App& root, Context& context) {
  CLI::App& principal = add_command(root, "principal", "Who signs in at the gateway, beside art32.toml",
                                    "art32 principal list");
  principal.require_subcommand(1);
  add_principal(principal, context);
}

}  // namespace art32::app
