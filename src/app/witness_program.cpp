#include "app/witness_program.h"

#include <csignal>

#include "app/configuration_section.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/private_file.h"
#include "net/listening_socket.h"
#include "net/service_notify.h"
#include "net/socket_address.h"

namespace art32::app {
namespace {

base::Path settings_path(const base::Path& folder) {
  return folder / "witness.toml";
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

constexpr std::string_view add_checkpoint_path = "/add-checkpoint", key_path = "/key";

void read_settings(const Node& root, WitnessSettings& values, Report& report) {
  Section file(root, 1, "the file", report);
  file.allow_only({"name", "address", "port", "certificate", "key", "logs"});
  file.text(
      "name", "write a name such as witness.example.com/w1, without spaces and plus signs",
      [&](const std::string& name) {
        values.name = name;
        return merkle::is_key_name(name);
      },
      Need::required);
  file.text("address",
            "write a numeric IPv4 or IPv6 address, such as 127.0.0.1 or ::", [&](const std::string& address) {
              values.address = address;
              return net::parse_socket_address(address, 0).has_value();
            });
  file.number("port", 65'535, [&](std::int64_t port) { values.port = static_cast<std::uint16_t>(port); });
  file.text("certificate", values.certificate);
  file.text("key", values.key);
  file.texts("logs", "copy each log's verifier key whole, as its /ledger/key serves it",
             [&](const std::vector<std::string>& keys) {
               for (const std::string& text : keys) {
                 const auto key = merkle::parse_verifier_key(text);
                 if (!key || key->type != merkle::SignatureType::ed25519) return false;
                 values.logs.push_back(*key);
               }
               return true;
             });
  if (values.certificate.empty() != values.key.empty())
    report.add(1, "certificate and key belong together", "name both, or none of them");
  if (values.certificate.empty() && !is_loopback(values.address))
    report.add(1,
               fmt::format("{} can be reached from elsewhere, and there is no certificate", values.address),
               "name certificate and key, or listen on 127.0.0.1 behind a proxy that has them");
}

std::string settings_text(const WitnessSettings& values) {
  std::string logs;
  for (const merkle::VerifierKey& log : values.logs)
    logs += fmt::format("  \"{}\",\n", merkle::format_verifier_key(log));
  return fmt::format(
      R"(# A witness of other people's ledgers; docs/guide/witness.md. After a change: restart it.
name = "{}"            # stands in its cosignatures; never change it
address = "{}"         # numeric; without a certificate the loopback only, behind a proxy
port = {}              # 0: any free one, written to the file address
# certificate = "tls.crt"   # PEM, the server's own first; SIGHUP reads it anew
# key = "tls.key"           # PEM, mode 0600
logs = [               # whose checkpoints it cosigns: what each log serves at /ledger/key
{}]
)",
      values.name, values.address, values.port, logs);
}

base::Result<net::TlsServerContext> load_tls(const base::Path& folder, const WitnessSettings& settings) {
  ART32_ASSIGN(const std::string chain, base::read_text_file(folder / settings.certificate));
  ART32_ASSIGN(const base::Secret key, crypto::load_private_file(folder / settings.key));
  return net::TlsServerContext::make(chain, key.text());
}

base::Result<std::unique_ptr<net::HttpsServer>> listen(const base::Path& folder,
                                                       const WitnessSettings& settings,
                                                       net::HttpHandler handler) {
  const net::HttpsServerOptions options{settings.address, settings.port, 1, {}};
  if (!settings.certificate.empty()) {
    ART32_ASSIGN(net::TlsServerContext tls, load_tls(folder, settings));
    return net::HttpsServer::start(options, std::move(tls), std::move(handler));
  }
  ART32_ASSIGN(net::Descriptor socket, net::listen_tcp(settings.address, settings.port));
  return net::HttpsServer::start_plain(options, std::move(socket), std::move(handler));
}

std::string url_of(const WitnessSettings& settings, std::uint16_t port) {
  const bool is_ipv6 = settings.address.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", settings.certificate.empty() ? "http" : "https", is_ipv6 ? "[" : "",
                     settings.address, is_ipv6 ? "]" : "", port);
}

void wait_for_end(const base::Path& folder, const WitnessSettings& settings, net::HttpsServer& server) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGHUP, SIGTERM, SIGINT})
    sigaddset(&set, number);
  constexpr timespec a_second{1, 0};
  while (true) {
    const int signal = ::sigtimedwait(&set, nullptr, &a_second);
    if (signal == SIGTERM || signal == SIGINT) return;
    net::notify_watchdog();
    if (signal != SIGHUP || settings.certificate.empty()) continue;
    auto tls = load_tls(folder, settings);
    if (tls)
      server.replace_tls(std::move(*tls));
    else
      base::log_error("the certificate stays as it was", {{"error", tls.error().message()}});
  }
}

}  // namespace

base::Result<WitnessSettings> parse_witness_settings(std::string_view text, std::string_view file_name) {
  std::vector<annex::Finding> findings;
  Report report{std::string(file_name), findings};
  WitnessSettings values;
  if (!base::is_utf8(text)) {
    report.add(0, "the file is not well-formed UTF-8", "save it as UTF-8");
  } else if (const auto root = annex::parse_toml(text); !root) {
    report.add(root.error().line, root.error().what, "mend the TOML syntax there");
  } else {
    read_settings(*root, values, report);
  }
  if (findings.empty()) return values;
  return base::failure(base::ErrorCode::configuration, std::string(base::trim(annex::format(findings))));
}

base::Result<WitnessSettings> load_witness_settings(const base::Path& folder) {
  const auto text = base::read_text_file(settings_path(folder), 1U << 20);
  if (!text && text.error().code == base::ErrorCode::not_found)
    return base::failure(
        base::ErrorCode::not_found, fmt::format("there is no witness in {}", folder.string()),
        fmt::format("make one with: art32 --folder {} witness init --name NAME", folder.string()));
  if (!text) return tl::unexpected<base::Error>(text.error());
  return parse_witness_settings(*text, settings_path(folder).string());
}

ledger::Witness::Options witness_options(const base::Path& folder, const WitnessSettings& settings) {
  return {folder, settings.name, folder / "witness.pem", settings.logs};
}

base::Status make_witness(const base::Path& folder, const WitnessSettings& settings) {
  for (const base::Path& path : {settings_path(folder), folder / "art32.toml"})
    if (base::file_facts(path).has_value())
      return base::failure(base::ErrorCode::already_exists,
                           fmt::format("{} exists already, and nothing is overwritten", path.string()),
                           "a witness has a folder of its own: name another one");
  const std::string text = settings_text(settings);
  ART32_CHECKED(parse_witness_settings(text, settings_path(folder).string()).map([](const auto&) {}));
  ART32_CHECKED(base::make_folder(folder, 0750));
  ART32_CHECKED(ledger::Witness::create(folder, witness_options(folder, settings).key));
  return base::replace_file(settings_path(folder), base::as_bytes(text));
}

net::HttpHandler witness_handler(ledger::Witness& witness) {
  const auto only = [](std::string method) {
    net::HttpResponse response = net::HttpResponse::text(405, "this takes " + method + "\n");
    response.headers.push_back({"Allow", std::move(method)});
    return response;
  };
  net::HttpHandler handler;
  handler.answer = [&witness, only](const net::HttpRequest& request) {
    if (request.path == add_checkpoint_path) {
      if (request.method != "POST") return only("POST");
      const ledger::WitnessAnswer answer = witness.add_checkpoint(request.body);
      return net::HttpResponse::text(answer.status, answer.body, answer.type);
    }
    if (request.path != key_path)
      return net::HttpResponse::text(404, "a witness has /add-checkpoint and /key\n");
    if (request.method != "GET" && request.method != "HEAD") return only("GET");
    return net::HttpResponse::text(200, witness.verifier_key() + "\n");
  };
  // It verifies signatures, and writes.
  handler.blocks = [](const net::HttpRequest& request) {
    return request.path == add_checkpoint_path ? net::Blocking::yes : net::Blocking::no;
  };
  handler.finish = [](net::HttpResponse& response) {
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  };
  handler.error = [](int status) {
    return net::HttpResponse::text(status, std::string(net::reason_phrase(status)) + "\n");
  };
  return handler;
}

base::Status serve_witness(const base::Path& folder, const base::Clock& clock) {
  ART32_ASSIGN(const WitnessSettings settings, load_witness_settings(folder));
  ART32_ASSIGN(const auto witness, ledger::Witness::open(witness_options(folder, settings), clock));
  ART32_ASSIGN(const auto server, listen(folder, settings, witness_handler(*witness)));
  const std::string url = url_of(settings, server->port());
  ART32_CHECKED(base::replace_file(folder / "address", base::as_bytes(url + "\n")));
  base::log_info(
      "witness serving",
      {{"url", url}, {"key", witness->verifier_key()}, {"logs", std::to_string(witness->logs().size())}});
  net::notify_ready("witness at " + url);
  wait_for_end(folder, settings, *server);
  net::notify_stopping();
  base::log_info("stopping");
  server->stop();
  std::error_code ignored;
  std::filesystem::remove(folder / "address", ignored);
  return {};
}

}  // namespace art32::app
