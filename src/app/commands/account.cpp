// art32 account ..., art32 token ... and art32 principal ...: which programs read /metrics or manage
// customers, and who signs in at the gateway
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "app/server_commands.h"

namespace art32::app {
namespace {

// One line of standard input, not echoed on a terminal: passwords never stand
// on a command line, where every process could read them.
base::Result<std::string> read_password() {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  termios before{};
  if (terminal) {
    std::fputs("Password: ", stderr);
    ::tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  if (!read || line.empty())
    return base::failure(base::ErrorCode::invalid_argument, "no password came on standard input",
                         "type it, or pipe it in: one line");
  return line;
}

base::Result<int> ask_and_print(const Context& context, std::string_view command,
                                const json::object& arguments,
                                const std::function<std::string(const json::value&)>& as_text) {
  ART32_ASSIGN(const json::value answer, ask(context.folder(), command, arguments));
  print(context.as_json ? pretty(answer) : as_text(answer));
  return 0;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? std::string("-") : json::serialize(value);
}

// A list of objects as a table with these members as columns.
std::string list_text(const json::value& list, const std::vector<std::string>& members) {
  Table table(members);
  for (const json::value& row : list.as_array()) {
    std::vector<Cell> cells;
    for (const std::string& member : members)
      cells.push_back({text_of(row.at(member)), Colour::none});
    table.add(std::move(cells));
  }
  return table.text(colours_wanted());
}

void add_account(CLI::App& account, Context& context) {
  auto& add = add_command(account, "add", "Add a machine account, such as a monitoring system's",
                          "art32 account add prometheus");
  auto name = std::make_shared<std::string>();
  auto may = std::make_shared<std::string>("metrics");
  add.add_option("name", *name, "Its name")->required();
  add.add_option("--may", *may,
                 "What it may do: metrics (read /metrics), or customers (teams, users and their tokens, by "
                 "the JSON API)")
      ->capture_default_str()
      ->check(CLI::IsMember({"metrics", "customers"}));
  add.callback([&context, name, may] {
    context.action = [&context, name, may] {
      return ask_and_print(
          context, "account add", {{"name", *name}, {"may", *may}}, [name, may](const json::value&) {
            return fmt::format("{0} is added. Give it a token: art32 token issue {0} --name {1}\n", *name,
                               *may == "metrics" ? "scrape" : "api");
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
      ART32_ASSIGN(const std::string typed, read_password());
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
      add_command(token, "list", "List the tokens, without their secrets", "art32 token list --json");
  tokens.callback([&context] {
    context.action = [&context] {
      return ask_and_print(context, "token list", {}, [](const json::value& list) {
        return list_text(list, {"id", "account", "name", "created", "expires"});
      });
    };
  });
}

void add_token(CLI::App& token, Context& context) {
  auto& issue = add_command(token, "issue", "Issue an API token; it is shown this once",
                            "art32 token issue prometheus --name scrape --expires 2027-12-31");
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
      return ask_and_print(context, "token issue", arguments,
                           [](const json::value& answer) { return text_of(answer.at("token")) + "\n"; });
    };
  });

  auto& revoke = add_command(token, "revoke", "Revoke a token", "art32 token revoke 3");
  auto id = std::make_shared<std::uint64_t>(0);
  revoke.add_option("id", *id, "Its id, the digits before the pipe")
      ->required()
      ->check(refuse_other_than_digits);
  revoke.callback([&context, id] {
    context.action = [&context, id] {
      return ask_and_print(context, "token revoke", {{"id", *id}},
                           [id](const json::value&) { return fmt::format("Token {} is revoked.\n", *id); });
    };
  });
}

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
      ART32_ASSIGN(const std::string password, read_password());
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
      ART32_ASSIGN(const std::string typed, read_password());
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

void add_account_commands(CLI::App& root, Context& context) {
  CLI::App& account =
      add_command(root, "account", "Machine accounts: programs that read /metrics or manage customers",
                  "art32 account list");
  CLI::App& token = add_command(root, "token", "API tokens of machine accounts", "art32 token list");
  account.require_subcommand(1);
  token.require_subcommand(1);
  add_account(account, context);
  add_token(token, context);
  add_lists(account, token, context);
  CLI::App& principal = add_command(root, "principal", "Who signs in at the gateway, beside art32.toml",
                                    "art32 principal list");
  principal.require_subcommand(1);
  add_principal(principal, context);
}

}  // namespace art32::app
