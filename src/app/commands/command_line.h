// The command line: one tree of commands, from which --help, the completions and
// the manual page are printed too.
//
// Each *_command.cpp adds its commands to the tree; a command's callback leaves
// an Action in the Context, which run() carries out after parsing.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/folder.h"
#include "base/result.h"

namespace art32::app {

// What a command does: its exit code, or the error to print.
using Action = std::function<base::Result<int>()>;

struct Context {
  std::string folder_option;
  bool as_json = false;
  std::string commit;  // that this program was built from; empty where nobody knows
  Action action;

  Folder folder() const {
    return Folder{folder_option.empty() ? default_folder() : base::Path(folder_option)};
  }
};

// Adds a command below `parent`: one line of summary, and an example to copy.
CLI::App& add_command(CLI::App& parent, std::string name, std::string summary, std::string example);

// For ->check(): digits alone. CLI11 reads -1 as the greatest number there is.
std::string refuse_other_than_digits(const std::string& text);

void add_server_commands(CLI::App& root, Context& context);     // init, serve, upgrade, demo, check, status
void add_audit_command(CLI::App& root, Context& context);       // audit
void add_ledger_commands(CLI::App& root, Context& context);     // ledger ...
void add_annex_commands(CLI::App& root, Context& context);      // annex ...
void add_account_commands(CLI::App& root, Context& context);    // account ...
void add_principal_commands(CLI::App& root, Context& context);  // principal ...
void add_customer_commands(CLI::App& root, Context& context);   // team ..., user ...
void add_token_commands(CLI::App& root, Context& context);      // token ...
void add_tenancy_commands(CLI::App& root, Context& context);    // tenancy ...
void add_trail_commands(CLI::App& root, Context& context);      // trail ...
void add_witness_commands(CLI::App& root, Context& context);    // witness ...
void add_manual_commands(CLI::App& root, Context& context);     // completion, man, version

// The whole tree; `context` outlives it.
std::unique_ptr<CLI::App> make_command_line(Context& context);

// "art32 0.1.0 (commit 83141bd0f2c4)"
std::string version_text(const Context& context);

// main, but for its arguments: parses, acts, prints errors; returns the exit code.
int run(int argument_count, char** arguments, std::string commit);

}  // namespace art32::app
