// A small real HTTPS server whose answers a test decides, as a probe's target.
// Serves until it goes; a test may change the answers from its own thread meanwhile.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "audit/probe.h"
#include "net/testing.h"

namespace art32::audit {

class SiteForTest {
 public:
  explicit SiteForTest(bool careless = false) {
    net::HttpHandler handler;
    handler.answer = [this](const net::HttpRequest& request) { return answer(request); };
    handler.blocks = [](const net::HttpRequest&) { return net::Blocking::no; };
    handler.finish = [this](net::HttpResponse& response) {
      const std::lock_guard lock(mutex_);
      if (finish_) finish_(response);
    };
    handler.error = [](int status) { return net::HttpResponse::text(status, "error"); };
    net::HttpsServerOptions options;
    options.threads = 1;
    server_ = *net::HttpsServer::start(options, careless ? identity_.careless_tls() : identity_.tls(),
                                       std::move(handler));
  }

  // Anything else is 404.
  void serve(const std::string& path, std::string body, int status = 200) {
    const std::lock_guard lock(mutex_);
    pages_[path] = net::HttpResponse::text(status, std::move(body));
  }
  void withdraw(const std::string& path) {
    const std::lock_guard lock(mutex_);
    pages_.erase(path);
  }
  void withdraw_all() {
    const std::lock_guard lock(mutex_);
    pages_.clear();
  }
  // Sees every answer, those of the server itself too.
  void finish_by(std::function<void(net::HttpResponse&)> finish) {
    const std::lock_guard lock(mutex_);
    finish_ = std::move(finish);
  }

  Target target() const {
    Target target;
    target.listeners = {{"portal", "127.0.0.1", server_->port(), "localhost"}};
    target.authorities_pem = identity_.authority_pem;
    return target;
  }
  const net::testing::Identity& identity() const { return identity_; }

 private:
  net::HttpResponse answer(const net::HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.method != "GET") return net::HttpResponse::text(405, "not allowed");
    const auto found = pages_.find(request.path);
    return found == pages_.end() ? net::HttpResponse::text(404, "not found") : found->second;
  }

  net::testing::Identity identity_;
  std::mutex mutex_;
  std::map<std::string, net::HttpResponse> pages_;
  std::function<void(net::HttpResponse&)> finish_;
  std::unique_ptr<net::HttpsServer> server_;  // last: its threads use the rest
};

inline model::Verdict verdict_of(
    const std::function<std::vector<model::Observation>(const ProbeContext&)>& probe, const Target& target) {
  return model::judge(probe({target, std::chrono::steady_clock::now() + std::chrono::seconds(20)}));
}

}  // namespace art32::audit
