// art32 account ...: machine accounts and their tokens
#include "app/commands/asking.h"

namespace art32::app {
namespace {

void add_account(CLI::App& account, Context& context) {
  auto& add = add_command(account, "add", "Add a machine account, such as a monitoring system's",
                          "art32 account add prometheus");
  auto name = std::make_shared<std::string>();
  auto may = std::make_shared<std::string>("metrics");
  add.add_option("name", *name, "Its name")->required();
  add.add_option(
         "--may", *may,
         "What it may do: metrics (read /metrics), customers (teams, users, their tokens and their trail, "
         "by the JSON API), or trail (read it there, and on the operators' pages)")
      ->capture_default_str()
      ->check(CLI::IsMember({"metrics", "customers", "trail"}));
  add.callback([&context, name, may] {
    context.action = [&context, name, may] {
      return ask_and_print(
          context, "account add", {{"name", *name}, {"may", *may}}, [name, may](const json::value&) {
            return fmt::format("{0} is added. Give it a token: art32 account token issue {0} --name {1}\n",
                               *name, *may == "metrics" ? "scrape" : "api");
          });
    };
  });

  auto& remove =
      add_command(account, "remove", "Remove an account and its tokens", "art32 account remove prometheus");
  remove.add_option("name", *name, "Its name")->required();
  remove.callback([&context, name] {
    context.action = [&context, name] {
      return ask_and_print(context, "account remove", {{"name", *name}},
                           [name](const json::value&) { return fmt::format("{} is removed.\n", *name); });
    };
  });

  auto& password = add_command(account, "password", "Set an account's password, read from standard input",
                               "art32 account password prometheus < password.txt");
  password.add_option("name", *name, "Its name")->required();
  password.callback([&context, name] {
    context.action = [&context, name]() -> base::Result<int> {
      ART32_ASSIGN(const std::string typed, read_secret("password"));
      return ask_and_print(
          context, "account password", {{"name", *name}, {"password", typed}},
          [name](const json::value&) { return fmt::format("{} has a new password.\n", *name); });
    };
  });
}

void add_lists(CLI::App& account, CLI::App& token, Context& context) {
  auto& accounts = add_command(account, "list", "List the accounts", "art32 account list --json");
  accounts.callback([&context] {
    context.action = [&context] {
      return ask_and_print(context, "account list", {}, [](const json::value& list) {
        return list_text(list, {"name", "may", "has_password", "created"});
      });
    };
  });
  auto& tokens =
      add_command(token, "list", "List the tokens, without their secrets", "art32 account token list --json");
  tokens.callback([&context] {
    context.action = [&context] {
      return ask_and_print(context, "account token list", {}, [](const json::value& list) {
        return list_text(list, {"id", "account", "name", "created", "expires"});
      });
    };
  });
}

void add_token(CLI::App& token, Context& context) {
  auto& issue = add_command(token, "issue", "Issue an API token; it is shown this once",
                            "art32 account token issue prometheus --name scrape --expires 2027-12-31");
  auto account = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>("default");
  auto expires = std::make_shared<std::string>();
  issue.add_option("account", *account, "Whose it is")->required();
  issue.add_option("--name", *name, "What it is for")->capture_default_str();
  issue.add_option("--expires", *expires, "The day it ends, YYYY-MM-DD; else never");
  issue.callback([&context, account, name, expires] {
    context.action = [&context, account, name, expires] {
      json::object arguments{{"account", *account}, {"name", *name}};
      if (!expires->empty()) arguments["expires"] = *expires;
      return ask_and_print(context, "account token issue", arguments,
                           [](const json::value& answer) { return text_of(answer.at("token")) + "\n"; });
    };
  });

  auto& revoke = add_command(token, "revoke", "Revoke a token", "art32 account token revoke 3");
  auto id = std::make_shared<std::uint64_t>(0);
  revoke.add_option("id", *id, "Its id, the digits before the pipe")
      ->required()
      ->check(refuse_other_than_digits);
  revoke.callback([&context, id] {
    context.action = [&context, id] {
      return ask_and_print(context, "account token revoke", {{"id", *id}},
                           [id](const json::value&) { return fmt::format("Token {} is revoked.\n", *id); });
    };
  });
}

}  // namespace

void add_account_commands(CLI::App& root, Context& context) {
  CLI::App& account =
      add_command(root, "account", "Machine accounts: programs that read /metrics or manage customers",
                  "art32 account list");
  account.require_subcommand(1);
  add_account(account, context);
  CLI::App& token = add_command(account, "token", "Their API tokens", "art32 account token list");
  token.require_subcommand(1);
  add_token(token, context);
  add_lists(account, token, context);
}

}  // namespace art32::app
