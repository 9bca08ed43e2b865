// art32 completion | man | version: printed from the tree of commands
#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "base/text.h"

namespace art32::app {
namespace {

std::vector<const CLI::App*> children(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

// "ledger verify" for the tree's inner names; empty for the root.
void each_command(const CLI::App& command, const std::string& path,
                  const std::function<void(const CLI::App&, const std::string&)>& visit) {
  visit(command, path);
  for (const CLI::App* child : children(command))
    each_command(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), visit);
}

// Every long option and subcommand that may follow.
std::vector<std::string> words_after(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::App* child : children(command))
    words.push_back(child->get_name());
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      words.push_back("--" + name);
  return words;
}

std::string bash_completion(const CLI::App& root) {
  std::string cases;
  each_command(root, "", [&](const CLI::App& command, const std::string& path) {
    cases += fmt::format("    \"{}\") words=\"{} --folder --json\" ;;\n", path,
                         base::join(words_after(command), " "));
  });
  return fmt::format(
      R"(# bash completion of art32: source it, or put it in /usr/share/bash-completion/completions/art32
_art32() {{
  local words path="" word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in -*) ;; *) path="${{path:+$path }}$word" ;; esac
  done
  case "$path" in
{}    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
  [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -F _art32 art32
)",
      cases);
}

std::string zsh_completion(const CLI::App& root) {
  std::string cases;
  each_command(root, "", [&](const CLI::App& command, const std::string& path) {
    std::string described;
    for (const CLI::App* child : children(command))
      described += fmt::format(" '{}:{}'", child->get_name(),
                               base::replace_all(child->get_description(), "'", "'\\''"));
    for (const CLI::Option* option : command.get_options())
      for (const std::string& name : option->get_lnames())
        described +=
            fmt::format(" '--{}:{}'", name, base::replace_all(option->get_description(), "'", "'\\''"));
    cases += fmt::format("    \"{}\") candidates=({}) ;;\n", path, described);
  });
  return fmt::format(R"(#compdef art32
# zsh completion of art32: put it in a folder of $fpath as _art32
_art32() {{
  local chosen="" word
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$word" in -*) ;; *) chosen="${{chosen:+$chosen }}$word" ;; esac
  done
  local -a candidates
  case "$chosen" in
{}  esac
  if (( $#candidates )); then _describe art32 candidates; else _files; fi
}}
_art32 "$@"
)",
                     cases);
}

std::string roff(std::string_view text) {
  std::string escaped = base::replace_all(std::string(text), "\\", "\\e");
  escaped = base::replace_all(escaped, "-", "\\-");
  // A line that begins with a dot or quote would be a request.
  if (!escaped.empty() && (escaped[0] == '.' || escaped[0] == '\'')) escaped.insert(0, "\\&");
  return base::replace_all(base::replace_all(escaped, "\n.", "\n\\&."), "\n'", "\n\\&'");
}

std::string manual(const CLI::App& root) {
  std::string page = fmt::format(
      ".TH ART32 1 \"\" \"art32 {}\" \"User Commands\"\n.SH NAME\nart32 \\- the Article 32 GDPR annex, "
      "running\n"
      ".SH SYNOPSIS\n.B art32\n[\\fB\\-\\-folder\\fR PATH] [\\fB\\-\\-json\\fR] COMMAND ...\n.SH "
      "DESCRIPTION\n{}\n"
      ".SH COMMANDS\n",
      ART32_VERSION, roff(root.get_description()));
  each_command(root, "", [&](const CLI::App& command, const std::string& path) {
    if (path.empty()) return;
    page += fmt::format(".SS art32 {}\n{}\n", roff(path), roff(command.get_description()));
    for (const CLI::Option* option : command.get_options()) {
      if (option->get_name().find("help") != std::string::npos) continue;
      page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(option->get_name()), roff(option->get_description()));
    }
    page += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(command.get_footer()));
  });
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
      print(context.as_json ? pretty(json::object{{"version", ART32_VERSION}}) : "art32 " ART32_VERSION "\n");
      return 0;
    };
  });
}

}  // namespace art32::app
