// The completion scripts of bash and zsh, printed from the tree of commands, so
// that they know what the parser knows: commands, options, which options take a
// value, and the fixed choices of a value. Pure.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace art32::app {

std::string bash_completion(const CLI::App& root);
std::string zsh_completion(const CLI::App& root);

// Every command of the tree with its path, such as "ledger verify"; the root's is empty.
void each_command(const CLI::App& command, const std::string& path,
                  const std::function<void(const CLI::App&, const std::string&)>& visit);

}  // namespace art32::app
