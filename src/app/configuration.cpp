#include "app/configuration.h"

#include "app/configuration_section.h"
#include "base/text.h"
#include "crypto/api_token.h"
#include "net/socket_address.h"

namespace art32::app {
namespace {

using annex::TableReader;

void read_server(Section& server, Configuration& values) {
  server.allow_only({"name", "address", "port", "threads", "base_url"});
  server.text("name", values.name);
  server.text("address", "write a numeric IPv4 or IPv6 address, such as 127.0.0.1 or ::",
              [&](const std::string& address) {
                values.address = address;
                return net::parse_socket_address(address, 0).has_value();
              });
  server.number("port", 65'535, [&](std::int64_t port) { values.port = static_cast<std::uint16_t>(port); });
  server.number("threads", 256,
                [&](std::int64_t threads) { values.threads = std::max(1U, static_cast<unsigned>(threads)); });
  server.text("base_url", "write https://NAME or https://NAME:PORT, without a slash at the end",
              [&](const std::string& url) {
                values.base_url = url;
                return url.substr(0, 8) == "https://" && url.size() > 8 && url.back() != '/';
              });
}

void read_tls(Section& tls, Configuration& values) {
  tls.allow_only({"certificate", "key", "backup_key", "next_key"});
  tls.text("certificate", values.certificate);
  tls.text("key", values.key);
  tls.text("backup_key", values.backup_key);
  tls.text("next_key", values.next_key);
}

void read_audit(Section& audit, Configuration& values) {
  audit.allow_only({"schedule", "time_zone", "at_start"});
  audit.text("time_zone", "write a name of the IANA time zone database, such as Europe/Berlin",
             [&](const std::string& zone) {
               values.time_zone = zone;
               return workers::Schedule::parse("0 0 * * *", zone).has_value();
             });
  audit.text("schedule",
             "write five fields: minute hour day-of-month month day-of-week, such as \"15 3 * * *\"",
             [&](const std::string& expression) {
               values.audit_schedule = expression;
               return workers::Schedule::parse(expression, "UTC").has_value();
             });
  audit.boolean("at_start", values.audit_at_start);
}

void read_waiver(Section& waiver, Configuration& values) {
  model::Waiver read;
  waiver.allow_only({"probe", "by", "reason", "until"});
  waiver.text("probe", read.probe, Need::required);
  waiver.text("by", read.by, Need::required);
  waiver.text("reason", read.reason, Need::required);
  waiver.text(
      "until", "write the last day it is valid, as \"YYYY-MM-DD\"",
      [&](const std::string& date) {
        const auto day = base::parse_iso_date(date);
        if (day) read.until = *day + std::chrono::days(1);
        return day.has_value();
      },
      Need::required);
  values.waivers.push_back(std::move(read));
}

constexpr std::pair<std::string_view, base::LogLevel> log_levels[] = {{"debug", base::LogLevel::debug},
                                                                      {"info", base::LogLevel::info},
                                                                      {"warning", base::LogLevel::warning},
                                                                      {"error", base::LogLevel::error}};

std::string_view name_of(base::LogLevel level) {
  for (const auto& [name, value] : log_levels)
    if (value == level) return name;
  return "info";
}

bool read_log_level(std::string_view level, Configuration& values) {
  for (const auto& [name, value] : log_levels) {
    if (name != level) continue;
    values.log_level = value;
    return true;
  }
  return false;
}

// What one [table] of the file says.
struct SectionRow {
  std::string_view name;
  void (*read)(Section&, Configuration&);
};

void read_operators(Section& operators, Configuration& values) {
  OperatorsConfiguration& read = values.operators.emplace();
  operators.allow_only({"address", "port"});
  operators.text(
      "address",
      "write 127.0.0.1 or ::1: nobody signs in there, so it must not be reached from elsewhere; from "
      "afar use ssh -L",
      [&](const std::string& address) {
        read.address = address;
        return address == "127.0.0.1" || address == "::1";
      });
  operators.number("port", 65'535, [&](std::int64_t port) { read.port = static_cast<std::uint16_t>(port); });
}

void read_identity(Section& identity, Configuration& values) {
  IdentityConfiguration& read = values.identity.emplace();
  identity.allow_only({"socket", "address", "port", "threads", "token_prefix", "token_life", "scanner_keys"});
  identity.text("socket", read.socket);
  identity.text("scanner_keys", read.scanner_keys);
  identity.text("address", "write a numeric IPv4 or IPv6 address, such as 127.0.0.1 or ::",
                [&](const std::string& address) {
                  read.address = address;
                  return net::parse_socket_address(address, 0).has_value();
                });
  identity.number("port", 65'535, [&](std::int64_t port) { read.port = static_cast<std::uint16_t>(port); });
  identity.number("threads", 256,
                  [&](std::int64_t threads) { read.threads = std::max(1U, static_cast<unsigned>(threads)); });
  identity.text("token_prefix", "write at most 32 of A-Z a-z 0-9 _ -, such as \"acme_\"",
                [&](const std::string& prefix) {
                  read.token_prefix = prefix;
                  return crypto::is_api_token_prefix(prefix);
                });
  identity.text("token_life", "write a duration from a minute to a hundred years, such as \"90d\" or \"12h\"",
                [&](const std::string& text) {
                  const auto life = base::parse_duration(text);
                  if (!life || *life < std::chrono::minutes(1) || *life > base::limits::token_life)
                    return false;
                  read.token_life = std::chrono::floor<std::chrono::minutes>(*life);
                  return true;
                });
}

void read_log(Section& log, Configuration& values) {
  log.allow_only({"level"});
  log.text("level", "write debug, info, warning or error",
           [&](const std::string& level) { return read_log_level(level, values); });
}

constexpr SectionRow sections[] = {{"server", read_server},       {"tls", read_tls},
                                   {"audit", read_audit},         {"log", read_log},
                                   {"operators", read_operators}, {"identity", read_identity}};

// What `art32 init` offers and leaves out.
constexpr std::string_view optional_sections =
    R"(# The PostgreSQL gateway before the database; docs/guide/gateway.md. Password files: mode 0600.
# [gateway]
# port = 6432
# [[gateway.database]]
# name = "app"
# server = "db.example.com"
# server_authority = "keys/database-authority.crt"
# trail = { keep_wal = "64GB" }           # records every change of it; docs/guide/trail.md
# [[gateway.principal]]
# name = "app"
# password_file = "keys/app.password"

# Where the proxy before the application asks who a request comes from; docs/guide/identity.md.
# [identity]
# socket = "run/identity.sock"

# Pages for who operates this server, on the loopback: https://localhost:9443
# [operators]
# port = 9443

# A failing probe that a named person accepts until a date. Shown in public.
# [[waiver]]
# probe = "tls.hsts"
# by = "Erika Muster"
# reason = "the new proxy is being rolled out"
# until = "2027-01-31"
)";

Configuration read_all(const Node& root, Report& report) {
  Configuration values;
  TableReader file(root, 1, "the file", report);
  file.allow_only({"server", "tls", "ledger", "audit", "log", "waiver", "gateway", "operators", "identity"});
  for (const SectionRow& row : sections) {
    const Node* node = file.get(row.name, Node::Kind::table, Need::optional);
    if (node == nullptr) continue;
    Section section(*node, file.line_of(row.name), fmt::format("[{}]", row.name), report);
    row.read(section, values);
  }
  if (const Node* ledger = file.get("ledger", Node::Kind::table, Need::optional))
    read_ledger(*ledger, file.line_of("ledger"), values.ledger, report);
  if (const Node* gateway = file.get("gateway", Node::Kind::table, Need::optional))
    values.gateway = read_gateway(*gateway, file.line_of("gateway"), report);
  const Node* waivers = file.get("waiver", Node::Kind::list, Need::optional);
  if (waivers == nullptr) return values;
  for (const Node& waiver : waivers->elements) {
    Section section(waiver, waiver.line, "[[waiver]]", report);
    read_waiver(section, values);
  }
  return values;
}

}  // namespace

base::Result<Configuration> parse_configuration(std::string_view text, std::string_view file_name) {
  std::vector<annex::Finding> findings;
  Report report{std::string(file_name), findings};
  Configuration values;
  if (!base::is_utf8(text)) {
    report.add(0, "the file is not well-formed UTF-8", "save it as UTF-8");
  } else if (const auto root = annex::parse_toml(text); !root) {
    report.add(root.error().line, root.error().what, "mend the TOML syntax there");
  } else {
    values = read_all(*root, report);
  }
  if (findings.empty()) return values;
  std::string listed = annex::format(findings);
  while (!listed.empty() && listed.back() == '\n')
    listed.pop_back();
  return base::failure(base::ErrorCode::configuration, std::move(listed));
}

base::Result<Configuration> load_configuration(const Folder& folder) {
  const base::Result<std::string> text = base::read_text_file(folder.configuration(), 1U << 20);
  if (!text && text.error().code == base::ErrorCode::not_found)
    return base::failure(base::ErrorCode::not_found,
                         fmt::format("there is no art32 in {}", folder.root.string()),
                         fmt::format("make one with: art32 init --folder {}", folder.root.string()));
  if (!text) return tl::unexpected<base::Error>(text.error());
  return parse_configuration(*text, folder.configuration().string());
}

std::string configuration_template(const Configuration& values) {
  return fmt::format(R"(# art32: what differs between installations. Promises stand in annex/, not here.
# After a change: `art32 check`, then `systemctl reload art32` (or SIGHUP).

[server]
name = "{}"            # the host name that customers use; the certificate carries it
address = "{}"         # numeric address to listen on
port = {}              # 0: any free one, written to run/listeners.json
threads = {}           # event loops
# base_url = "https://annex.example.com"   # if customers reach it by another name or port

[tls]                  # paths are relative to this folder
certificate = "{}"     # PEM, the server's own first
key = "{}"             # PEM, mode 0600
backup_key = "{}"      # its pin is published before it is needed; keep the key offline and the public key here
# next_key = "keys/tls-next.key"           # announce a rotation: its pin is published as "next"

[ledger]
origin = "{}"          # the log's name in its checkpoints; never change it

# Who else testifies that the ledger only grows; docs/guide/witness.md. Have two at least.
# [[ledger.witness]]
# key = "witness.example.com/w1+..."       # as the witness publishes it
# url = "https://witness.example.com"

[audit]
schedule = "{}"        # minute hour day-of-month month day-of-week; at least once a day
time_zone = "{}"
at_start = {}          # also run all probes when the server starts

[log]
level = "{}"         # debug, info, warning, error

)",
                     values.name, values.address, values.port, values.threads, values.certificate, values.key,
                     values.backup_key, values.ledger.origin, values.audit_schedule, values.time_zone,
                     values.audit_at_start, name_of(values.log_level)) +
         std::string(optional_sections);
}

}  // namespace art32::app
