// Real `art32 witness serve` processes for a test, and a real art32 whose ledger they cosign.
//
// Aborts the test where something doesn't come up.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "merkle/note.h"
#include "tests/support/running_server.h"

namespace art32::test {

class WitnessProcess {
 public:
  // Makes it; nothing runs yet.
  WitnessProcess(std::string name, const std::string& log_key);

  void start();  // at the same port as before, after the first time
  void kill(int signal);
  // From the next start on, over TLS.
  void use_certificate(const base::Path& certificate, const base::Path& key);

  const std::string& key() const { return key_; }
  std::string url() const;  // once it was started
  std::uint16_t port() const;
  base::Path folder() const { return scratch_.path() / "witness"; }

 private:
  net::Finished command(std::vector<std::string> arguments) const;

  base::ScratchFolder scratch_;
  std::string key_;
  std::uint16_t port_ = 0;
  std::unique_ptr<net::Child> process_;
};

// The [[ledger.witness]] of art32.toml.
void add_witness(const RunningServer& server, const std::string& key, const std::string& url,
                 const std::string& more = {});

std::string log_key(const RunningServer& server);
merkle::Note served_checkpoint(const RunningServer& server);
std::uint64_t size_of(const merkle::Note& checkpoint);
// Adds an entry to the ledger; the name is new.
void add_entry(const RunningServer& server);
boost::json::value status_of(const RunningServer& server);
std::string witness_state(const RunningServer& server);  // "witnessed", "contradicted" ...

}  // namespace art32::test
