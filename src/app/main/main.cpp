#include "app/commands/command_line.h"
#include "app/main/commit.h"

int main(int argument_count, char** arguments) {
  return art32::app::run(argument_count, arguments, art32::app::source_commit());
}
