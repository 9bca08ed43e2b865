// art32 team ... and art32 user ...: customers' teams, and who is in them
#include "app/commands/asking.h"

namespace art32::app {
namespace {

void add_team_changes(CLI::App& team, Context& context) {
  auto id = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  auto& add = add_command(team, "add", "Add a team", "art32 team add 42 --name \"Muster GmbH\"");
  add.add_option("team", *id, "Its id, as rows have it: 1 to 64 of A-Z a-z 0-9 . _ : @ + -")->required();
  add.add_option("--name", *name, "Its name, for people; else its id");
  add.callback([&context, id, name] {
    context.action = [&context, id, name] {
      return ask_and_print(context, "team add", {{"team", *id}, {"name", name->empty() ? *id : *name}},
                           [id](const json::value&) {
                             return fmt::format(
                                 "Team {0} is added. Its people: art32 user add ADDRESS --team {0}\n", *id);
                           });
    };
  });

  auto& rename =
      add_command(team, "rename", "Give a team another name", "art32 team rename 42 --name \"Muster SE\"");
  rename.add_option("team", *id, "Which")->required();
  rename.add_option("--name", *name, "Its new name")->required();
  rename.callback([&context, id, name] {
    context.action = [&context, id, name] {
      return ask_and_print(
          context, "team rename", {{"team", *id}, {"name", *name}},
          [id, name](const json::value&) { return fmt::format("Team {} is called {} now.\n", *id, *name); });
    };
  });

  auto& remove = add_command(team, "remove", "Remove a team: its tokens end, and its id never comes back",
                             "art32 team remove 42");
  remove.add_option("team", *id, "Which")->required();
  remove.callback([&context, id] {
    context.action = [&context, id] {
      return ask_and_print(context, "team remove", {{"team", *id}},
                           [id](const json::value&) { return fmt::format("Team {} is removed.\n", *id); });
    };
  });
}

void add_team_lists(CLI::App& team, Context& context) {
  auto removed = std::make_shared<bool>(false);
  auto& list = add_command(team, "list", "List the teams", "art32 team list --json");
  list.add_flag("--removed", *removed, "Those that were removed instead");
  list.callback([&context, removed] {
    context.action = [&context, removed] {
      json::object arguments;
      if (*removed) arguments["removed"] = true;
      return print_pages(context, "team list", std::move(arguments),
                         *removed ? std::vector<std::string>{"id", "name", "created", "removed"}
                                  : std::vector<std::string>{"id", "name", "created"});
    };
  });

  auto id = std::make_shared<std::string>();
  auto& members = add_command(team, "members", "List who is in a team", "art32 team members 42");
  members.add_option("team", *id, "Which")->required();
  members.callback([&context, id] {
    context.action = [&context, id] {
      return print_pages(context, "team members", {{"team", *id}}, {"id", "login"});
    };
  });
}

void add_user_add(CLI::App& user, Context& context) {
  auto login = std::make_shared<std::string>();
  auto teams = std::make_shared<std::vector<std::string>>();
  auto& add = add_command(user, "add", "Add a user", "art32 user add erika@example.com --team 42");
  add.add_option("login", *login, "The e-mail address to sign in with")->required();
  add.add_option("--team", *teams, "A team that the user is in; may be repeated");
  add.callback([&context, login, teams] {
    context.action = [&context, login, teams] {
      return ask_and_print(context, "user add",
                           {{"login", *login}, {"teams", json::array(teams->begin(), teams->end())}},
                           [login](const json::value& answer) {
                             return fmt::format("{} is user {}.\n", *login, text_of(answer.at("id")));
                           });
    };
  });
  auto& list = add_command(user, "list", "List the users", "art32 user list --json");
  list.callback([&context] {
    context.action = [&context] {
      return print_pages(context, "user list", {},
                         {"id", "login", "teams", "has_password", "created", "disabled"});
    };
  });
}

// A command about one user, without more to say.
struct UserChange {
  const char *name, *summary, *done;
};

void add_user_changes(CLI::App& user, Context& context) {
  static constexpr UserChange changes[] = {
      {"remove", "Remove a user with memberships and tokens", "is removed"},
      {"disable", "Let a user in no more; tokens are refused until enabled again", "is disabled"},
      {"enable", "Let a disabled user in again", "is enabled"}};
  for (const UserChange& change : changes) {
    auto who = std::make_shared<std::string>();
    auto& command = add_command(user, change.name, change.summary,
                                fmt::format("art32 user {} erika@example.com", change.name));
    command.add_option("user", *who, "Number or e-mail address")->required();
    command.callback([&context, who, &change] {
      context.action = [&context, who, &change] {
        return ask_and_print(
            context, fmt::format("user {}", change.name), {{"user", *who}},
            [who, &change](const json::value&) { return fmt::format("{} {}.\n", *who, change.done); });
      };
    });
  }
  auto who = std::make_shared<std::string>();
  auto& password = add_command(user, "password", "Set a user's password, read from standard input",
                               "art32 user password erika@example.com < password.txt");
  password.add_option("user", *who, "Number or e-mail address")->required();
  password.callback([&context, who] {
    context.action = [&context, who]() -> base::Result<int> {
      ART32_ASSIGN(const std::string typed, read_secret("password"));
      return ask_and_print(
          context, "user password", {{"user", *who}, {"password", typed}},
          [who](const json::value&) { return fmt::format("{} has a new password.\n", *who); });
    };
  });
}

void add_memberships(CLI::App& user, Context& context) {
  static constexpr UserChange changes[] = {
      {"join", "Put a user into a team", "is in team"},
      {"leave", "Take a user out of a team; tokens for it end", "is no longer in team"}};
  for (const UserChange& change : changes) {
    auto who = std::make_shared<std::string>();
    auto team = std::make_shared<std::string>();
    auto& command = add_command(user, change.name, change.summary,
                                fmt::format("art32 user {} erika@example.com 42", change.name));
    command.add_option("user", *who, "Number or e-mail address")->required();
    command.add_option("team", *team, "The team's id")->required();
    command.callback([&context, who, team, &change] {
      context.action = [&context, who, team, &change] {
        return ask_and_print(context, fmt::format("user {}", change.name), {{"user", *who}, {"team", *team}},
                             [who, team, &change](const json::value&) {
                               return fmt::format("{} {} {}.\n", *who, change.done, *team);
                             });
      };
    });
  }
}

}  // namespace

void add_customer_commands(CLI::App& root, Context& context) {
  CLI::App& team = add_command(root, "team", "Customers' teams: the tenants", "art32 team list");
  team.require_subcommand(1);
  add_team_changes(team, context);
  add_team_lists(team, context);
  CLI::App& user = add_command(root, "user", "Customers' users, and their teams", "art32 user list");
  user.require_subcommand(1);
  add_user_add(user, context);
  add_user_changes(user, context);
  add_memberships(user, context);
}

}  // namespace art32::app
