// A real art32 for a test: an installation in a scratch folder, served by the
// program that was built, ended when the object goes.
//
// Aborts the test (ASSERT in the caller is not needed) if it doesn't come up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/scratch_folder.h"
#include "net/https_client.h"
#include "net/subprocess.h"

namespace art32::test {

class RunningServer {
 public:
  // Makes the installation; nothing runs yet.
  RunningServer();

  // Starts `art32 serve ARGUMENTS...` and waits until it listens; `program`: a copy of art32.
  void start(const std::vector<std::string>& arguments = {}, const base::Path& program = {});
  // Sends the signal and waits for the end; the exit code.
  int stop(int signal);
  bool running() { return server_ && server_->running(); }
  void signal(int number) { server_->signal(number); }
  pid_t process() const { return server_->id(); }

  base::Path folder() const { return scratch_.path() / "art32"; }
  net::Endpoint endpoint() const { return endpoint_; }
  net::HttpsClientOptions client() const;
  std::string log() const;

  // Runs `art32 --folder F ARGUMENTS...`.
  net::Finished command(std::vector<std::string> arguments, std::string input = {}) const;
  net::HttpsExchange get(std::string_view target, std::vector<net::HttpHeader> headers = {}) const;

  // Replaces text in a file of the installation; aborts if it isn't there.
  void edit(const std::string& file, const std::string& from, const std::string& to) const;
  // Gives the annex on disk a new version number and the day from which it binds.
  void raise_annex(const std::string& version, std::chrono::days ahead = std::chrono::days(0)) const;

 private:
  base::ScratchFolder scratch_;
  std::unique_ptr<net::Child> server_;
  net::Endpoint endpoint_;
};

}  // namespace art32::test
