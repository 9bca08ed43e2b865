#include "app/commands/command_line.h"

int main(int argument_count, char** arguments) {
  return art32::app::run(argument_count, arguments);
}
