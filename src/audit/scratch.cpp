#include "audit/scratch.h"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "audit/control_ask.h"
#include "audit/control_canary.h"
#include "audit/control_gateway.h"
#include "audit/probes/fetch.h"
#include "audit/scratch_gateway.h"
#include "crypto/certificate.h"
#include "crypto/private_file.h"

namespace art32::audit {

using namespace std::chrono_literals;

namespace {

constexpr auto init_wait = 30s;
constexpr auto start_wait = 30s;
constexpr auto end_wait = 20s;

base::Result<std::vector<model::Listener>> read_listeners(const base::Path& file) {
  ART32_ASSIGN(const std::string text, base::read_text_file(file));
  try {
    std::vector<model::Listener> listeners;
    const boost::json::value parsed = boost::json::parse(text);
    for (const boost::json::value& one : parsed.as_array()) {
      const bool is_gateway = one.at("protocol").as_string() == model::name(model::Protocol::postgresql);
      listeners.push_back(
          {std::string(one.at("name").as_string()), std::string(one.at("address").as_string()),
           one.at("port").to_number<std::uint16_t>(), std::string(one.at("server_name").as_string()),
           is_gateway ? model::Protocol::postgresql : model::Protocol::https});
    }
    return listeners;
  } catch (const std::exception& fault) {
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("{} can't be read: {}", file.filename().string(), fault.what()));
  }
}

// The end of a program's output, which says why it didn't start.
std::string last_words(const base::Path& log_file) {
  const auto log = base::read_text_file(log_file);
  if (!log) return {};
  const std::size_t from = log->size() > 500 ? log->size() - 500 : 0;
  return log->substr(from);
}

}  // namespace

base::Result<std::unique_ptr<Scratch>> Scratch::start(const base::Path& program, const LoadAnnex& load_annex,
                                                      Subject subject) {
  std::unique_ptr<Scratch> scratch(new Scratch(program));
  net::Command init;
  init.arguments = {program.string(), "init", "--folder", scratch->folder().string(), "--port", "0"};
  ART32_ASSIGN(const auto made, net::run(init, init_wait));
  if (made.exit_code != 0)
    return base::failure(base::ErrorCode::unavailable,
                         fmt::format("no scratch instance could be made: {}{}", made.output, made.errors));
  if (subject != Subject::server) ART32_CHECKED(scratch->add_gateway());
  ART32_CHECKED(scratch->serve());
  ART32_CHECKED(scratch->read_facts(load_annex));
  return scratch;
}

base::Status Scratch::add_gateway() {
  net::Command print;
  print.arguments = {program_.string(), "tenancy", "functions"};
  ART32_ASSIGN(const auto functions, net::run(print, init_wait));
  ART32_ASSIGN(postgres_, net::ScratchPostgres::start({}));
  ART32_ASSIGN(const std::string lines, add_scratch_gateway(*postgres_, folder(), functions.output));
  ART32_ASSIGN(const std::string text, base::read_text_file(folder() / "art32.toml"));
  ART32_CHECKED(base::replace_file(folder() / "art32.toml", base::as_bytes(text + lines)));
  net::Command prepare;
  prepare.arguments = {program_.string(),
                       "trail",
                       "apply",
                       "--folder",
                       folder().string(),
                       "--connection",
                       postgres_->connection("tenants")};
  ART32_ASSIGN(const auto prepared, net::run(prepare, init_wait));
  if (prepared.exit_code != 0)
    return base::failure(base::ErrorCode::unavailable,
                         "the scratch instance's database gets no trail: " + prepared.errors);
  return {};
}

base::Status Scratch::reconfigure(const std::function<std::string(std::string)>& change) {
  const base::Path file = folder() / "art32.toml";
  ART32_ASSIGN(const std::string former, base::read_text_file(file));
  const auto put = [this, file](const std::string& text) -> base::Status {
    ART32_CHECKED(base::replace_file(file, base::as_bytes(text)));
    return ask_instance(control_socket(), "reload", {}).map([](const auto&) {});
  };
  undo_by([put, former] { return put(former); });
  return put(change(former));
}

Scratch::~Scratch() {
  proxy_.reset();
  // A folder that is deleted needs no orderly end, only an end.
  child_.reset();
}

base::Status Scratch::serve() {
  std::error_code ignored;
  std::filesystem::remove(folder() / "run" / "listeners.json", ignored);
  net::Command server;
  server.arguments = {program_.string(), "serve", "--folder", folder().string()};
  ART32_ASSIGN(auto child, net::Child::start(server, folder() / "scratch.log"));
  child_ = std::move(child);
  ART32_CHECKED(wait_until_listening());
  ART32_ASSIGN(facts_.listeners, read_listeners(folder() / "run" / "listeners.json"));
  return {};
}

base::Status Scratch::wait_until_listening() {
  const auto give_up = std::chrono::steady_clock::now() + start_wait;
  while (std::chrono::steady_clock::now() < give_up) {
    // The control socket answers last: then everything is there.
    if (base::file_facts(folder() / "run" / "listeners.json") &&
        base::file_facts(folder() / "run" / "control.sock"))
      return {};
    if (!child_->running()) break;
    std::this_thread::sleep_for(20ms);
  }
  return base::failure(base::ErrorCode::unavailable,
                       "the scratch instance doesn't listen: " + last_words(folder() / "scratch.log"));
}

base::Status Scratch::stop() {
  if (!child_) return {};
  child_->signal(SIGTERM);
  ART32_CHECKED(child_->wait(end_wait));
  child_.reset();
  std::error_code ignored;
  std::filesystem::remove(folder() / "run" / "control.sock", ignored);
  return {};
}

base::Status Scratch::read_facts(const LoadAnnex& load_annex) {
  facts_.data_folder = folder();
  facts_.annex_folder = folder() / "annex";
  facts_.state_database = folder() / "state.db";
  ART32_ASSIGN(facts_.authorities_pem, base::read_text_file(key("authority.crt")));
  ART32_ASSIGN(facts_.annex, load_annex(facts_.annex_folder));
  std::error_code trouble;
  for (std::filesystem::directory_iterator entry(folder() / "keys", trouble), end; !trouble && entry != end;
       entry.increment(trouble))
    if (entry->path().extension() != ".crt") facts_.secret_files.push_back(entry->path());
  if (trouble) return base::system_failure("the scratch instance's keys can't be listed", trouble.value());
  const ProbeContext context{facts_, std::chrono::steady_clock::now() + 5s};
  ART32_ASSIGN(std::string key, get_body(context, "/ledger/key"));
  while (!key.empty() && key.back() == '\n')
    key.pop_back();
  facts_.ledger_verifier_key = std::move(key);
  return {};
}

Target Scratch::target() const {
  Target target = facts_;
  {
    const std::lock_guard lock(seen_->mutex);
    target.last_checkpoint_note = seen_->note;
  }
  target.remember_checkpoint = [seen = seen_](const std::string& note) {
    const std::lock_guard lock(seen->mutex);
    seen->note = note;
  };
  const base::Path socket = folder() / "run" / "control.sock";
  target.make_canary = [socket] { return audit::make_canary(socket); };
  target.remove_canary = [socket](const Canary& canary) { audit::remove_canary(socket, canary); };
  if (postgres_) target.gateway = gateway_of_instance(socket);
  return target;
}

base::Result<bool> Scratch::mend() {
  proxy_.reset();
  const bool changed = !undo_.empty();
  for (; !undo_.empty(); undo_.pop_back())
    ART32_CHECKED(undo_.back()());
  return changed;
}

base::Result<Target> Scratch::behind_proxy(ProxyKey which, net::CarelessProxy::Rewrite rewrite) {
  Target target = this->target();
  if (target.listeners.empty())
    return base::failure(base::ErrorCode::unavailable, "the scratch instance listens nowhere");
  model::Listener& listener = target.listeners.front();
  crypto::CertifiedKey served;
  if (which == ProxyKey::of_the_server) {
    ART32_ASSIGN(served.certificate_pem, base::read_text_file(key("tls.crt")));
    ART32_ASSIGN(served.private_key_pem, crypto::load_private_file(key("tls.key")));
  } else {
    crypto::CertifiedKey authority;
    authority.certificate_pem = facts_.authorities_pem;
    ART32_ASSIGN(authority.private_key_pem, crypto::load_private_file(key("authority.key")));
    ART32_ASSIGN(served, crypto::issue_certificate(authority, {listener.server_name},
                                                   base::SystemClock().now(), std::chrono::days(1)));
  }
  ART32_ASSIGN(auto tls,
               net::TlsServerContext::make_careless(served.certificate_pem, served.private_key_pem.text()));
  ART32_ASSIGN(proxy_, net::CarelessProxy::start(endpoint_of(listener), std::move(tls), std::move(rewrite)));
  listener.address = "127.0.0.1";
  listener.port = proxy_->port();
  return target;
}

}  // namespace art32::audit
