// The commands of the admin console and their answers, as PgBouncer's users know them
// (its documentation, "Admin console"), for the databases `pgbouncer` and `art32`.
//
// Pure: takes a report, makes the octets that answer. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "gateway/report.h"

namespace art32::gateway {

struct ConsoleCommand {
  enum class Kind { show, pause, resume, reload, none, unknown, excess };
  Kind kind = Kind::unknown;
  // Of SHOW, in lower case; of PAUSE and RESUME a database, empty for all; of `excess` what
  // stands after the command.
  std::string subject;
};
// One command, with or without a semicolon; `none` for an empty text. What clients send of
// themselves (SET, BEGIN ...) is `none` too.
ConsoleCommand parse_console_command(std::string_view text);

inline constexpr const char* console_database = "art32";  // and "pgbouncer"
bool is_console_database(std::string_view name);

// The answer up to ReadyForQuery, which isn't in it. An unknown subject is answered with an
// error that names those there are.
void put_show(base::Bytes& target, std::string_view subject, const GatewayReport& report,
              const Settings& settings);
void put_done(base::Bytes& target, std::string_view tag);
void put_console_error(base::Bytes& target, std::string_view what, std::string_view hint);

}  // namespace art32::gateway
