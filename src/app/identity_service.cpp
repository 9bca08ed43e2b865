#include "app/identity_service.h"

#include "base/log.h"
#include "net/listening_socket.h"
#include "net/unix_socket.h"

namespace art32::app {
namespace {

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

base::Result<std::optional<identity::ScannerKeys>> load_scanner_keys(const Folder& folder,
                                                                     const Configuration& configuration) {
  if (!configuration.identity || configuration.identity->scanner_keys.empty()) return std::nullopt;
  ART32_ASSIGN(identity::ScannerKeys keys,
               identity::ScannerKeys::read(folder.resolve(configuration.identity->scanner_keys)));
  return std::optional<identity::ScannerKeys>(std::move(keys));
}

IdentityService::IdentityService(const identity::SealedStore& store, identity::Accounts& accounts,
                                 const IdentityConfiguration& configuration, int bcrypt_cost)
    : customers_(store, configuration.token_prefix, bcrypt_cost),
      forward_auth_(customers_.tokens, store.clock),
      api_(customers_, accounts, store.clock),
      reports_(customers_.tokens, identity::ScannerKeys()),
      bearers_(std::make_shared<identity::TokenBearers>(customers_.tokens)) {
  customers_.tokens.set_life(configuration.token_life);
}

IdentityService::~IdentityService() {
  stop();
  bearers_->close();
}

void IdentityService::apply(const IdentityConfiguration& configuration, int bcrypt_cost,
                            std::shared_ptr<const model::ClaimSigner> signer,
                            const std::optional<identity::ScannerKeys>& scanner_keys) {
  customers_.tokens.set_life(configuration.token_life);
  customers_.users.set_bcrypt_cost(bcrypt_cost);
  forward_auth_.sign_with(std::move(signer));
  if (scanner_keys) reports_.replace_keys(*scanner_keys);
  takes_reports_ = scanner_keys.has_value();
}

net::HttpResponse IdentityService::answer(const net::HttpRequest& request) {
  if (is_below(request.path, "/auth")) return forward_auth_.answer(request);
  if (identity::IdentityApi::is_own(request.path)) return api_.answer(request);
  return net::HttpResponse::text(404, "nothing is here: a proxy asks /auth, a server of yours /api\n");
}

net::Blocking IdentityService::blocking_of(const net::HttpRequest& request) const {
  if (identity::IdentityApi::is_own(request.path)) return api_.blocking_of(request);
  return forward_auth_.needs_database(request) ? net::Blocking::yes : net::Blocking::no;
}

net::HttpHandler IdentityService::with_reports(net::HttpHandler portal) {
  const auto is_report = [this](const net::HttpRequest& request) {
    return takes_reports_ && identity::TokenReports::is_own(request.path);
  };
  portal.answer = [this, is_report, answer = std::move(portal.answer)](const net::HttpRequest& request) {
    return is_report(request) ? reports_.answer(request) : answer(request);
  };
  portal.blocks = [this, is_report, blocks = std::move(portal.blocks)](const net::HttpRequest& request) {
    return is_report(request) ? reports_.blocking_of(request) : blocks(request);
  };
  return portal;
}

net::HttpHandler IdentityService::handler() {
  net::HttpHandler handler;
  handler.answer = [this](const net::HttpRequest& request) { return answer(request); };
  handler.blocks = [this](const net::HttpRequest& request) { return blocking_of(request); };
  handler.finish = [](net::HttpResponse&) {};
  handler.error = [](int status) {
    return net::HttpResponse::text(status, std::string(net::reason_phrase(status)) + "\n");
  };
  return handler;
}

base::Status IdentityService::listen(const IdentityConfiguration& configuration, const base::Path& socket,
                                     net::TlsServerContext tls,
                                     std::function<void(net::HttpResponse&)> finish,
                                     IdentitySockets sockets) {
  if (!sockets.local.is_open()) {
    // Whoever may reach it: what it tells needs a token, and its folder says who reaches it.
    ART32_ASSIGN(sockets.local, net::listen_unix(socket, net::UnixMode::everyone));
  }
  if (configuration.port && !sockets.port.is_open()) {
    ART32_ASSIGN(sockets.port, net::listen_tcp(configuration.address, *configuration.port));
  }
  ART32_ASSIGN(sockets_.local, net::copy_of(sockets.local.number()));
  local_server_ =
      net::HttpsServer::start_plain({"", 0, configuration.threads, {}}, std::move(sockets.local), handler());
  listens_ = true;
  if (!configuration.port) return {};
  ART32_ASSIGN(sockets_.port, net::copy_of(sockets.port.number()));
  net::HttpHandler over_tls = handler();
  over_tls.finish = std::move(finish);
  ART32_ASSIGN(port_server_, net::HttpsServer::start(
                                 {configuration.address, *configuration.port, configuration.threads, {}},
                                 std::move(tls), std::move(over_tls), std::move(sockets.port)));
  return {};
}

void IdentityService::replace_tls(const net::TlsServerContext& tls) {
  if (port_server_) port_server_->replace_tls(tls);
}

base::Result<IdentitySockets> IdentityService::bequeath() const {
  IdentitySockets copies;
  if (sockets_.local.is_open()) {
    ART32_ASSIGN(copies.local, net::copy_of(sockets_.local.number()));
  }
  if (sockets_.port.is_open()) {
    ART32_ASSIGN(copies.port, net::copy_of(sockets_.port.number()));
  }
  return copies;
}

std::optional<std::uint16_t> IdentityService::port() const {
  if (!port_server_) return std::nullopt;
  return port_server_->port();
}

std::optional<identity::ForwardAuthCounters> IdentityService::asked() const {
  if (!listens_) return std::nullopt;
  return forward_auth_.counters();
}

void IdentityService::stop() {
  listens_ = false;
  sockets_ = {};
  for (const auto& server : {&local_server_, &port_server_})
    if (*server) (*server)->stop();
  if (const auto written = customers_.tokens.flush_all(); !written)
    base::log_error("last uses of tokens are lost", {{"error", written.error().message()}});
}

void IdentityService::tend(base::Instant now) {
  forward_auth_.log_refusals();
  if (const auto written = customers_.tokens.flush(now); !written)
    base::log_error("last uses of tokens wait", {{"error", written.error().message()}});
}

}  // namespace art32::app
