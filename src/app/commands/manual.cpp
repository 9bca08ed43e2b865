// art32 completion | man | version: printed from the tree of commands
#include "app/commands/command_line.h"
#include "app/commands/completion.h"
#include "app/commands/output.h"
#include "base/text.h"
#include "base/version.h"

namespace art32::app {
namespace {

std::string roff(std::string_view text) {
  std::string escaped = base::replace_all(std::string(text), "\\", "\\e");
  escaped = base::replace_all(escaped, "-", "\\-");
  // A line that begins with a dot or quote would be a request.
  if (!escaped.empty() && (escaped[0] == '.' || escaped[0] == '\'')) escaped.insert(0, "\\&");
  return base::replace_all(base::replace_all(escaped, "\n.", "\n\\&."), "\n'", "\n\\&'");
}

// Tagged paragraphs: a bold name, and what it is.
std::string tagged(std::string_view name, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(name), roff(text));
}

std::string options_text(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : command.get_options())
    if (option->get_single_name() != "help")
      text += tagged(option->get_name(false, true), option->get_description());
  return text;
}

std::string manual(const CLI::App& root) {
  std::string page = fmt::format(
      ".TH ART32 1 \"\" \"art32 {}\" \"User Commands\"\n.SH NAME\nart32 \\- the Article 32 GDPR annex, "
      "running\n.SH SYNOPSIS\n.B art32\n[\\fB\\-\\-folder\\fR FOLDER] [\\fB\\-\\-json\\fR] COMMAND ...\n"
      ".SH DESCRIPTION\n{}\n",
      base::version(), roff(root.get_description()));
  page += ".SH OPTIONS\nThese may stand before or after any command.\n" + options_text(root) +
          tagged("--help, -h", "Print the help of a command, with an example, and end");
  page += ".SH COMMANDS\n";
  each_command(root, "", [&](const CLI::App& command, const std::string& path) {
    if (path.empty()) return;
    page += fmt::format(".SS art32 {}\n{}\n{}", roff(path), roff(command.get_description()),
                        options_text(command));
    page += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(command.get_footer()));
  });
  page += ".SH ENVIRONMENT\n" +
          tagged("ART32_FOLDER", "The installation's folder where --folder isn't given") +
          tagged("XDG_DATA_HOME",
                 "Where neither is given, the folder is art32 below this one; for root it is "
                 "/var/lib/art32") +
          tagged("NO_COLOR", "Not empty: no colours on a terminal");
  page += ".SH EXIT STATUS\n.TP\n0\nit worked, and what was checked holds\n";
  for (const base::ErrorCodeRow& row : base::error_codes())
    page += fmt::format(".TP\n{}\n{}\n", row.exit_code, roff(row.meaning));
  return page;
}

}  // namespace

void add_manual_commands(CLI::App& root, Context& context) {
  auto& completion = add_command(root, "completion", "Print the completion script of a shell",
                                 "source <(art32 completion bash)");
  auto shell = std::make_shared<std::string>();
  completion.add_option("shell", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  completion.callback([&root, &context, shell] {
    context.action = [&root, &context, shell]() -> base::Result<int> {
      const std::string script = *shell == "bash" ? bash_completion(root) : zsh_completion(root);
      print(context.as_json ? pretty(json::object{{"shell", *shell}, {"script", script}}) : script);
      return 0;
    };
  });

  auto& man = add_command(root, "man", "Print the manual page", "art32 man | man -l -");
  man.callback([&root, &context] {
    context.action = [&root, &context]() -> base::Result<int> {
      print(context.as_json ? pretty(json::object{{"manual", manual(root)}}) : manual(root));
      return 0;
    };
  });

  auto& version = add_command(root, "version", "Print the version", "art32 version --json");
  version.callback([&context] {
    context.action = [&context]() -> base::Result<int> {
      print(context.as_json
                ? pretty(json::object{
                      {"version", base::version()},
                      {"commit", context.commit.empty() ? json::value() : json::value(context.commit)}})
                : version_text(context) + "\n");
      return 0;
    };
  });
}

}  // namespace art32::app
