// art32 init | serve | upgrade | check | status | demo
#include "app/check.h"
#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "app/commands/posture.h"
#include "app/commands/trail.h"
#include "app/commands/witness.h"
#include "app/demo.h"
#include "app/initialize.h"
#include "app/serve.h"
#include "app/server_commands.h"
#include "net/socket_address.h"

#include <cerrno>
#include <csignal>
#include <thread>

namespace art32::app {
namespace {

using base::Result;

Result<int> init(const Context& context, const Configuration& configuration) {
  const Folder folder = context.folder();
  ART32_CHECKED(initialize(folder, configuration, base::SystemClock()));
  if (context.as_json) {
    print(pretty(json::object{{"folder", folder.root.string()}, {"name", configuration.name}}));
    return 0;
  }
  print(
      fmt::format("{0} is ready: configuration, annex, keys, an empty ledger and a development certificate.\n"
                  "  1. put your company's data into {1}\n"
                  "  2. see that it holds together:  art32 check --folder {0}\n"
                  "  3. start it:                    art32 serve --folder {0}\n",
                  folder.root.string(), (folder.annex() / "document.toml").string()));
  return 0;
}

Result<int> serve_folder(const Context& context, LostState lost) {
  const Folder folder = context.folder();
  ART32_ASSIGN(const Configuration configuration, load_configuration(folder));
  base::set_log_level(configuration.log_level);
  ART32_CHECKED(serve(folder, lost));
  return 0;
}

constexpr auto upgrade_wait = std::chrono::seconds(120);
constexpr auto upgrade_look = std::chrono::milliseconds(50);

// The running server says who takes over; done is it when that process answers.
Result<int> upgrade(const Context& context) {
  const Folder folder = context.folder();
  ART32_ASSIGN(const json::value asked, ask(folder, "upgrade", {}));
  const auto process = asked.at("process").to_number<int>();
  const auto until = std::chrono::steady_clock::now() + upgrade_wait;
  while (std::chrono::steady_clock::now() < until) {
    const auto status = ask_server(folder, "status", {});
    if (status && status->at("process") == process) {
      print(context.as_json ? pretty(json::object{{"process", process}, {"version", status->at("version")}})
                            : fmt::format("art32 {} runs as process {}\n",
                                          std::string_view(status->at("version").as_string()), process));
      return 0;
    }
    if (::kill(process, 0) != 0 && errno == ESRCH) break;
    std::this_thread::sleep_for(upgrade_look);
  }
  return base::failure(base::ErrorCode::unavailable,
                       fmt::format("process {} was to take over and didn't; the old one goes on", process),
                       "the server's log says why");
}

Result<int> check(const Context& context) {
  const std::vector<CheckItem> items = check_installation(context.folder(), base::SystemClock());
  json::array list;
  std::string text;
  int exit_code = 0;
  for (const CheckItem& item : items) {
    json::object row{{"subject", item.subject}, {"holds", !item.error.has_value()}, {"found", item.found}};
    row["error"] = item.error ? to_json(*item.error) : json::value(nullptr);
    list.push_back(std::move(row));
    const bool wanted = colours_wanted();
    if (!item.error) {
      text +=
          fmt::format("{}  {:<14} {}\n", coloured("ok  ", Colour::green, wanted), item.subject, item.found);
      continue;
    }
    text +=
        fmt::format("{}  {:<14} {}\n", coloured("FAIL", Colour::red, wanted), item.subject, item.error->what);
    if (!item.error->mend.empty()) text += fmt::format("                      {}\n", item.error->mend);
    if (exit_code == 0) exit_code = base::describe(item.error->code).exit_code;
  }
  print(context.as_json ? pretty(list) : text);
  return exit_code;
}

std::string status_text(const json::value& status) {
  const auto text = [&](const char* key) { return std::string(status.at(key).as_string()); };
  const bool running = status.at("running").as_bool();
  std::string out = fmt::format(
      "art32 {}, {}\n  folder   {}\n  url      {}\n  annex    version {}\n  ledger   {} entries\n",
      text("version"), running ? "running since " + text("started") : std::string("not running"),
      text("folder"), text("url"), text("annex_version"),
      status.at("ledger").at("size").to_number<std::uint64_t>());
  if (const json::value& trouble = status.at("ledger").at("trouble"); trouble.is_string())
    out += fmt::format("  TROUBLE  {}\n", std::string_view(trouble.as_string()));
  if (const json::value& witnesses = status.at("witnesses"); witnesses.is_object())
    out += witness_lines(witnesses);
  for (const json::value& posture : status.at("postures").as_array())
    out += posture_line(posture);
  for (const json::value& trail : status.at("trails").as_array())
    out += trail_line(trail);
  const json::value& audit = status.at("last_audit");
  out += fmt::format("  audit    {}\n\n", audit.is_null() ? "none yet: run `art32 audit`"
                                                          : std::string(audit.at("started").as_string()));
  Table table({"measure", "state", "title"});
  for (const json::value& measure : status.at("measures").as_array()) {
    const std::string state(measure.at("state").as_string());
    table.add({{std::string(measure.at("measure").as_string())},
               {state, colour_of_word(state)},
               {std::string(measure.at("title").at("en").as_string())}});
  }
  return out + table.text(colours_wanted());
}

void add_init(CLI::App& root, Context& context) {
  auto& command = add_command(root, "init", "Make an installation: configuration, annex, keys, ledger",
                              "art32 init --folder /srv/art32 --name annex.example.com");
  auto values = std::make_shared<Configuration>();
  command.add_option("--name", values->name, "The host name that customers use")->capture_default_str();
  command.add_option("--address", values->address, "The numeric address to listen on")
      ->check([](const std::string& address) {
        return net::parse_socket_address(address, 0) ? std::string()
                                                     : address + " is not a numeric IP address";
      })
      ->capture_default_str();
  command.add_option("--port", values->port, "The port; 0 for any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  command.callback([&context, values] {
    context.action = [&context, values] {
      values->ledger.origin = values->name + "/ledger";
      return init(context, *values);
    };
  });
}

void add_demo(CLI::App& root, Context& context) {
  auto& command =
      add_command(root, "demo", "Show the whole chain on a scratch installation", "art32 demo --once");
  auto once = std::make_shared<bool>(false);
  command.add_flag("--once", *once,
                   "End by itself; exit code 0 only if every probe passed and the ledger verifies");
  command.callback([&context, once] {
    context.action = [&context, once] {
      return run_demo(*once ? DemoEnd::by_itself : DemoEnd::by_signal,
                      context.as_json ? DemoForm::json : DemoForm::text);
    };
  });
}

}  // namespace

void add_server_commands(CLI::App& root, Context& context) {
  add_init(root, context);
  auto& serving = add_command(root, "serve", "Run the server until SIGTERM; SIGHUP reloads, SIGUSR2 upgrades",
                              "art32 serve");
  auto accepts_loss = std::make_shared<bool>(false);
  serving.add_flag("--accept-lost-state", *accepts_loss,
                   "Begin a new state.db beside a ledger that has entries; the ledger records it");
  serving.callback([&context, accepts_loss] {
    context.action = [&context, accepts_loss] {
      return serve_folder(context, *accepts_loss ? LostState::accept : LostState::refuse);
    };
  });
  auto& upgrading =
      add_command(root, "upgrade", "Let the program that is installed now take over from the running one",
                  "art32 upgrade");
  upgrading.callback([&context] { context.action = [&context] { return upgrade(context); }; });
  add_demo(root, context);
  auto& checking = add_command(
      root, "check", "Check configuration, annex, keys, certificate, state and ledger", "art32 check --json");
  checking.callback([&context] { context.action = [&context] { return check(context); }; });
  auto& asking =
      add_command(root, "status", "Print what runs and the state of every measure", "art32 status --json");
  asking.callback([&context] {
    context.action = [&context]() -> Result<int> {
      ART32_ASSIGN(const json::value status, ask(context.folder(), "status", {}));
      print(context.as_json ? pretty(status) : status_text(status));
      return 0;
    };
  });
}

}  // namespace art32::app
