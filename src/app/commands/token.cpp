// art32 token ...: customers' API tokens
#include "app/commands/asking.h"
#include "app/commands/token_import.h"
#include "base/text.h"

namespace art32::app {
namespace {

struct IssueOptions {
  std::string team, user, name = "default", expires;
  std::vector<std::string> abilities;
};

void add_issue(CLI::App& token, Context& context) {
  auto options = std::make_shared<IssueOptions>();
  auto& issue = add_command(token, "issue", "Issue an API token; it is shown this once",
                            "art32 token issue --team 42 --user erika@example.com --expires 2027-12-31");
  issue.add_option("--team", options->team, "The team it acts for")->required();
  issue.add_option("--user", options->user, "Whose it is: number or e-mail address")->required();
  issue.add_option("--name", options->name, "What it is for")->capture_default_str();
  issue.add_option("--ability", options->abilities, "What it may do; may be repeated; else everything");
  issue.add_option("--expires", options->expires, "The day it ends, YYYY-MM-DD; else never");
  issue.callback([&context, options] {
    context.action = [&context, options] {
      json::array abilities(options->abilities.begin(), options->abilities.end());
      if (abilities.empty()) abilities.emplace_back("*");
      json::object arguments{{"team", options->team},
                             {"user", options->user},
                             {"name", options->name},
                             {"abilities", std::move(abilities)}};
      if (!options->expires.empty()) arguments["expires"] = options->expires;
      return ask_and_print(context, "token issue", arguments,
                           [](const json::value& answer) { return text_of(answer.at("token")) + "\n"; });
    };
  });
}

base::Result<int> list_tokens(const Context& context, const std::string& team, const std::string& user) {
  if (team.empty() == user.empty())
    return base::failure(base::ErrorCode::invalid_argument, "whose tokens?",
                         "say --team ID or --user NUMBER-OR-ADDRESS");
  json::object arguments;
  (team.empty() ? arguments["user"] : arguments["team"]) = team.empty() ? user : team;
  return print_pages(context, "token list", std::move(arguments),
                     {"id", "team", "user", "name", "abilities", "created", "last_used", "expires"});
}

void add_list(CLI::App& token, Context& context) {
  auto team = std::make_shared<std::string>();
  auto user = std::make_shared<std::string>();
  auto& list = add_command(token, "list", "List the tokens of a team or a user, without their secrets",
                           "art32 token list --team 42 --json");
  list.add_option("--team", *team, "The team that they act for");
  list.add_option("--user", *user, "Whose they are: number or e-mail address");
  list.callback([&context, team, user] {
    context.action = [&context, team, user] { return list_tokens(context, *team, *user); };
  });
}

void add_revoke(CLI::App& token, Context& context) {
  auto id = std::make_shared<std::uint64_t>(0);
  auto& revoke = add_command(token, "revoke", "Revoke a token", "art32 token revoke 3");
  revoke.add_option("id", *id, "Its id, the digits before the pipe")
      ->required()
      ->check(refuse_other_than_digits);
  revoke.callback([&context, id] {
    context.action = [&context, id] {
      return ask_and_print(context, "token revoke", {{"id", *id}},
                           [id](const json::value&) { return fmt::format("Token {} is revoked.\n", *id); });
    };
  });

  auto user = std::make_shared<std::string>();
  auto& all = add_command(token, "revoke-all", "Revoke every token of a user",
                          "art32 token revoke-all --user erika@example.com");
  all.add_option("--user", *user, "Number or e-mail address")->required();
  all.callback([&context, user] {
    context.action = [&context, user] {
      return ask_and_print(context, "token revoke-all", {{"user", *user}}, [](const json::value& answer) {
        return fmt::format("{} tokens are revoked.\n", text_of(answer.at("revoked")));
      });
    };
  });

  auto& found =
      add_command(token, "found", "Revoke a token that was found in public, read from standard input",
                  "art32 token found --where paste < token.txt");
  auto where = std::make_shared<std::string>("command");
  found.add_option("--where", *where, "Where it was found, for the record")->capture_default_str();
  found.callback([&context, where] {
    context.action = [&context, where]() -> base::Result<int> {
      ART32_ASSIGN(const std::string shown, read_secret("token"));
      return ask_and_print(context, "token found", {{"token", shown}, {"source", *where}},
                           [](const json::value& answer) -> std::string {
                             const std::string what = text_of(answer.at("found"));
                             return what == "unknown" ? "It is no token of ours.\n"
                                    : what == "live"  ? "It was valid, and is revoked now.\n"
                                                      : "It had ended already, and is removed now.\n";
                           });
    };
  });
}

void add_end(CLI::App& token, Context& context) {
  auto id = std::make_shared<std::uint64_t>(0);
  auto day = std::make_shared<std::string>();
  auto& expire =
      add_command(token, "expire", "Let a token end sooner", "art32 token expire 3 --on 2027-01-31");
  expire.add_option("id", *id, "Its id, the digits before the pipe")
      ->required()
      ->check(refuse_other_than_digits);
  expire.add_option("--on", *day, "The day it ends, YYYY-MM-DD; else now");
  expire.callback([&context, id, day] {
    context.action = [&context, id, day] {
      json::object arguments{{"id", *id}};
      if (!day->empty()) arguments["at"] = *day;
      return ask_and_print(context, "token expire", arguments, [id, day](const json::value&) {
        return fmt::format("Token {} ends {}.\n", *id, day->empty() ? "now" : *day);
      });
    };
  });

  auto age = std::make_shared<std::string>("24h");
  auto& prune = add_command(token, "prune", "Remove tokens that have expired", "art32 token prune --for 30d");
  prune.add_option("--for", *age, "How long ago at least, such as 24h or 30d")->capture_default_str();
  prune.callback([&context, age] {
    context.action = [&context, age]() -> base::Result<int> {
      const auto parsed = base::parse_duration(*age);
      if (!parsed)
        return base::failure(base::ErrorCode::invalid_argument, fmt::format("\"{}\" is no duration", *age),
                             "write one such as 24h or 30d");
      const auto hours = std::chrono::ceil<std::chrono::hours>(*parsed).count();
      return ask_and_print(context, "token prune", {{"hours", hours}}, [](const json::value& answer) {
        return fmt::format("{} tokens are removed.\n", text_of(answer.at("pruned")));
      });
    };
  });
}

}  // namespace

void add_token_commands(CLI::App& root, Context& context) {
  CLI::App& token = add_command(root, "token", "Customers' API tokens", "art32 token list --team 42");
  token.require_subcommand(1);
  add_issue(token, context);
  add_list(token, context);
  add_revoke(token, context);
  add_end(token, context);
  add_token_import(token, context);
}

}  // namespace art32::app
