#include "app/commands/command_line.h"

#include "app/commands/output.h"
#include "app/serve.h"
#include "base/version.h"

namespace art32::app {
namespace {

std::string exit_code_table() {
  std::string text = "Exit codes:\n  0   it worked, and what was checked holds\n";
  for (const base::ErrorCodeRow& row : base::error_codes())
    text += fmt::format("  {:<3} {}\n", row.exit_code, row.meaning);
  return text;
}

// CLI11 says only that a subcommand is missing; people want to know which word it didn't know.
base::Error usage_error(const CLI::App& root, const CLI::ParseError& error, int count, char** arguments) {
  const CLI::App* command = &root;
  std::string path = "art32";
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (word == "--folder" || word == "-f") ++i;
    if (word[0] == '-') continue;
    const auto children = command->get_subcommands([](const CLI::App*) { return true; });
    const auto child = std::find_if(children.begin(), children.end(),
                                    [&](const CLI::App* each) { return each->get_name() == word; });
    if (child != children.end()) {
      command = *child;
      path += " " + word;
    } else if (!children.empty()) {
      return {base::ErrorCode::invalid_argument, fmt::format("there is no command \"{} {}\"", path, word),
              fmt::format("see `{} --help`", path)};
    }
  }
  return {base::ErrorCode::invalid_argument, error.what(), fmt::format("see `{} --help`", path)};
}

}  // namespace

CLI::App& add_command(CLI::App& parent, std::string name, std::string summary, std::string example) {
  CLI::App& command = *parent.add_subcommand(std::move(name), std::move(summary));
  command.footer(fmt::format("Example:\n  {}\n", example));
  return command;
}

std::string refuse_other_than_digits(const std::string& text) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) return {};
  return text + " is not a whole number";
}

std::string version_text(const Context& context) {
  const std::string commit = context.commit.empty() ? "" : fmt::format(" (commit {})", context.commit);
  return fmt::format("art32 {}{}", base::version(), commit);
}

std::unique_ptr<CLI::App> make_command_line(Context& context) {
  auto root = std::make_unique<CLI::App>(
      "art32 keeps, attacks, proves and publishes the technical and organisational measures\n"
      "of an Article 32 GDPR annex.",
      "art32");
  root->require_subcommand(1);
  root->fallthrough();
  root->set_help_flag("--help,-h", "Print this help and end");
  root->add_option("--folder,-f", context.folder_option,
                   "The installation's folder; else $ART32_FOLDER, else " + default_folder().string())
      ->type_name("FOLDER")
      ->take_last();
  root->add_flag("--json", context.as_json, "Print JSON instead of text");
  root->set_version_flag("--version", version_text(context), "Print the version and end");
  add_server_commands(*root, context);
  add_audit_command(*root, context);
  add_annex_commands(*root, context);
  add_ledger_commands(*root, context);
  add_account_commands(*root, context);
  add_principal_commands(*root, context);
  add_customer_commands(*root, context);
  add_token_commands(*root, context);
  add_tenancy_commands(*root, context);
  add_trail_commands(*root, context);
  add_witness_commands(*root, context);
  add_manual_commands(*root, context);
  root->footer("Start with:\n  art32 init && art32 serve\n\n" + exit_code_table());
  return root;
}

int run(int argument_count, char** arguments, std::string commit) {
  block_signals();
  Context context;
  context.commit = std::move(commit);
  const std::unique_ptr<CLI::App> root = make_command_line(context);
  try {  // CLI11 reports by exceptions; they end here, at the library's border
    root->parse(argument_count, arguments);
  } catch (const CLI::Success& help) {
    return root->exit(help);
  } catch (const CLI::ParseError& error) {
    return print_error(usage_error(*root, error, argument_count, arguments), context.as_json);
  }
  const base::Result<int> outcome = context.action ? context.action()
                                                   : base::failure(base::ErrorCode::invalid_argument,
                                                                   "the command is incomplete", "see --help");
  return outcome ? *outcome : print_error(outcome.error(), context.as_json);
}

}  // namespace art32::app
