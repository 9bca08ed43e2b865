#include "tests/witness/witness_process.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"
#include "merkle/checkpoint.h"
#include "tests/support/eventually.h"

namespace art32::test {

WitnessProcess::WitnessProcess(std::string name, const std::string& log_key) {
  const net::Finished made = command({"init", "--name", std::move(name), "--log", log_key, "--port", "0"});
  if (made.exit_code != 0) std::fputs(made.errors.c_str(), stderr);
  ART32_ASSERT(made.exit_code == 0);
  key_ = std::string(base::trim(command({"key"}).output));
  ART32_ASSERT(merkle::parse_verifier_key(key_).has_value());
}

net::Finished WitnessProcess::command(std::vector<std::string> arguments) const {
  std::vector<std::string> all{ART32_PROGRAM, "--folder", folder().string(), "witness"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return net::run({std::move(all), {}, {}, {}}, std::chrono::seconds(60)).value();
}

void WitnessProcess::start() {
  const base::Path address = folder() / "address";
  std::error_code ignored;
  std::filesystem::remove(address, ignored);
  auto child =
      net::Child::start({{ART32_PROGRAM, "--folder", folder().string(), "witness", "serve"}, {}, {}, {}},
                        scratch_.path() / "witness.log");
  ART32_ASSERT(child.has_value());
  process_ = std::make_unique<net::Child>(std::move(*child));
  const bool listens =
      eventually([&] { return !process_->running() || base::file_facts(address).has_value(); });
  const auto log = base::read_text_file(scratch_.path() / "witness.log");
  if (!listens || !process_->running()) std::fputs(log.value_or("").c_str(), stderr);
  ART32_ASSERT(listens && process_->running());
  const std::string text = base::read_text_file(address).value();
  const auto port = base::parse_number(base::trim(text.substr(text.rfind(':') + 1)));
  if (port_ != 0) return;
  port_ = static_cast<std::uint16_t>(port.value());
  const base::Path settings = folder() / "witness.toml";
  const std::string before = base::read_text_file(settings).value();
  ART32_ASSERT(base::replace_file(settings, base::as_bytes(base::replace_all(
                                                before, "\nport = 0 ", fmt::format("\nport = {} ", port_))))
                   .has_value());
}

void WitnessProcess::kill(int signal) {
  process_->signal(signal);
  ART32_ASSERT(process_->wait(std::chrono::seconds(30)).has_value());
  process_.reset();
}

void WitnessProcess::use_certificate(const base::Path& certificate, const base::Path& key) {
  const base::Path settings = folder() / "witness.toml";
  const std::string text =
      fmt::format("certificate = \"{}\"\nkey = \"{}\"\n", certificate.string(), key.string()) +
      base::read_text_file(settings).value();
  ART32_ASSERT(base::replace_file(settings, base::as_bytes(text)).has_value());
}

std::uint16_t WitnessProcess::port() const {
  return port_;
}

std::string WitnessProcess::url() const {
  return std::string(base::trim(base::read_text_file(folder() / "address").value()));
}

void add_witness(const RunningServer& server, const std::string& key, const std::string& url,
                 const std::string& more) {
  server.edit("art32.toml", "[audit]\n",
              fmt::format("[[ledger.witness]]\nkey = \"{}\"\nurl = \"{}\"\n{}\n[audit]\n", key, url, more));
}

std::string log_key(const RunningServer& server) {
  return std::string(base::trim(server.command({"ledger", "keys"}).output));
}

merkle::Note served_checkpoint(const RunningServer& server) {
  return merkle::parse_note(*server.get("/ledger/checkpoint").response.body).value();
}

std::uint64_t size_of(const merkle::Note& checkpoint) {
  return merkle::parse_checkpoint(checkpoint.text).value().size.value;
}

void add_entry(const RunningServer& server) {
  static int number = 0;
  const net::Finished added = server.command({"account", "add", "machine-" + std::to_string(++number)});
  if (added.exit_code != 0) std::fputs(added.errors.c_str(), stderr);
  ART32_ASSERT(added.exit_code == 0);
}

boost::json::value status_of(const RunningServer& server) {
  return boost::json::parse(server.command({"--json", "status"}).output);
}

std::string witness_state(const RunningServer& server) {
  return std::string(status_of(server).at("witnesses").at("state").as_string());
}

}  // namespace art32::test
