#include "app/commands/completion.h"

#include "audit/probe_table.h"
#include "base/text.h"

namespace art32::app {
namespace {

std::vector<const CLI::App*> children(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

// Its own options, then the root's, which may stand anywhere.
std::vector<const CLI::Option*> options_of(const CLI::App& root, const CLI::App& command) {
  std::vector<const CLI::Option*> all;
  for (const CLI::Option* option : command.get_options())
    all.push_back(option);
  if (&command == &root) return all;
  for (const CLI::Option* option : root.get_options())
    if (option->get_single_name() != "help") all.push_back(option);
  return all;
}

// What may follow an option or stand as an argument: the words themselves, @path,
// @folder, or nothing that could be guessed.
std::string values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type == "FOLDER") return "@folder";
  if (type.find("PATH") != std::string::npos) return "@path";
  if (type == "PROBE") {
    std::vector<std::string> ids;
    for (const audit::Probe& probe : audit::probes())
      ids.push_back(probe.id);
    return base::join(ids, " ");
  }
  // CLI11 says of a value with fixed choices "TEXT:{de,en}".
  const std::size_t begin = type.find('{'), end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "";
  return base::replace_all(type.substr(begin + 1, end - begin - 1), ",", " ");
}

// `path what) value=...`: one row of _art32_value.
std::string value_row(const std::string& path, const std::string& what, const CLI::Option& option) {
  return fmt::format("    \"{} {}\") value=\"{}\"{} ;;\n", path, what, values_of(option),
                     option.get_items_expected_max() > 1 ? " many=1" : "");
}

// _art32_value PATH WHAT: sets `value` to what the option WHAT takes, or the argument
// "#0", "#1" and so on; its status is 1 where that takes nothing. Both shells read it.
std::string value_table(const CLI::App& root) {
  std::string rows;
  each_command(root, "", [&](const CLI::App& command, const std::string& path) {
    int position = 0;
    for (const CLI::Option* option : options_of(root, command)) {
      if (option->get_items_expected_max() == 0) continue;  // a flag
      for (const std::string& name : option->get_lnames())
        rows += value_row(path, "--" + name, *option);
      for (const std::string& name : option->get_snames())
        rows += value_row(path, "-" + name, *option);
      if (!option->nonpositional()) rows += value_row(path, fmt::format("#{}", position++), *option);
    }
  });
  return "_art32_value() {\n  value=\"\" many=\"\"\n  case \"$1 $2\" in\n" + rows +
         "    *) return 1 ;;\n  esac\n}\n";
}

std::vector<std::string> command_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* child : children(command))
    names.push_back(child->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& root, const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options_of(root, command))
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

// 'name:what it is', as _describe of zsh wants it.
std::string described(const std::string& name, const std::string& description) {
  return fmt::format(" '{}:{}'", name, base::replace_all(description, "'", "'\\''"));
}

enum class Words { plain, described };

// _art32_words PATH: sets `commands` and `options` to what may follow there.
std::string word_table(const CLI::App& root, Words words) {
  std::string rows;
  each_command(root, "", [&](const CLI::App& command, const std::string& path) {
    rows +=
        fmt::format("    \"{}\") commands=\"{}\" options=\"{}\"", path,
                    base::join(command_names(command), " "), base::join(option_names(root, command), " "));
    if (words == Words::described) {
      rows += " described=(";
      for (const CLI::App* child : children(command))
        rows += described(child->get_name(), child->get_description());
      rows += " ) described_options=(";
      for (const CLI::Option* option : options_of(root, command))
        for (const std::string& name : option->get_lnames())
          rows += described("--" + name, option->get_description());
      rows += " )";
    }
    rows += " ;;\n";
  });
  return "_art32_words() {\n  commands=\"\" options=\"\"\n  case \"$1\" in\n" + rows + "  esac\n}\n";
}

constexpr std::string_view bash_head =
    "# bash completion of art32: source it, or put it in /usr/share/bash-completion/completions/art32\n";

// "--lang=de" comes as three words, since = is in COMP_WORDBREAKS.
constexpr std::string_view bash_driver = R"(_art32() {
  local cur=${COMP_WORDS[COMP_CWORD]} chosen="" option="" many="" value="" commands options word
  local -i i position=0
  [[ $cur == "=" ]] && cur=""
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    [[ $word == "=" ]] && continue
    if [[ -n $option && $word != -* ]]; then
      [[ -n $many ]] || option=""
      continue
    fi
    option=""
    if [[ $word == -* ]]; then
      _art32_value "$chosen" "$word" && option=$word
      continue
    fi
    _art32_words "$chosen"
    if [[ " $commands " == *" $word "* ]]; then
      chosen="${chosen:+$chosen }$word"
    else
      position+=1
    fi
  done
  _art32_words "$chosen"
  COMPREPLY=()
  if [[ $cur == -* ]]; then
    value=$options
  elif [[ -n $option ]]; then
    _art32_value "$chosen" "$option"
  elif [[ -n $commands ]]; then
    value=$commands
  elif ! _art32_value "$chosen" "#$position"; then
    value=$options
  fi
  case $value in
    @path) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    @folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$value" -- "$cur") ;;
  esac
}
complete -F _art32 art32
)";

constexpr std::string_view zsh_head =
    "#compdef art32\n# zsh completion of art32: put it in a folder of $fpath as _art32\n";

constexpr std::string_view zsh_driver = R"(_art32() {
  local chosen="" option="" many="" value="" commands="" options="" word
  local -a described described_options
  local -i i position=0
  for ((i = 2; i < CURRENT; ++i)); do
    word=${words[i]}
    if [[ -n $option && $word != -* ]]; then
      [[ -n $many ]] || option=""
      continue
    fi
    option=""
    if [[ $word == -* ]]; then
      [[ $word != *=* ]] && _art32_value "$chosen" "$word" && option=$word
      continue
    fi
    _art32_words "$chosen"
    if [[ " $commands " == *" $word "* ]]; then
      chosen="${chosen:+$chosen }$word"
    else
      position+=1
    fi
  done
  _art32_words "$chosen"
  if [[ $PREFIX == --*=* ]]; then
    option=${PREFIX%%=*}
    compset -P "*="
  elif [[ $PREFIX == -* ]]; then
    _describe option described_options
    return
  elif [[ -z $option && -n $commands ]]; then
    _describe command described
    return
  fi
  if ! _art32_value "$chosen" "${option:-#$position}"; then
    _describe option described_options
    return
  fi
  case $value in
    @path) _files ;;
    @folder) _files -/ ;;
    *) compadd -- ${=value} ;;
  esac
}
)";

}  // namespace

void each_command(const CLI::App& command, const std::string& path,
                  const std::function<void(const CLI::App&, const std::string&)>& visit) {
  visit(command, path);
  for (const CLI::App* child : children(command))
    each_command(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), visit);
}

std::string bash_completion(const CLI::App& root) {
  return std::string(bash_head) + value_table(root) + word_table(root, Words::plain) +
         std::string(bash_driver);
}

std::string zsh_completion(const CLI::App& root) {
  return std::string(zsh_head) + value_table(root) + word_table(root, Words::described) +
         std::string(zsh_driver) + "_art32 \"$@\"\n";
}

}  // namespace art32::app
