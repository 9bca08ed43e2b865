// How long all probes of one audit take, against a real server.
#include <thread>

#include "base/scratch_folder.h"
#include "bench/figure.h"
#include "net/subprocess.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 5;

void run(const std::vector<std::string>& arguments) {
  const auto finished = net::run({arguments, {}, {}, {}}, 60s);
  if (finished && finished->exit_code == 0) return;
  fmt::print(stderr, "{} failed: {}\n", arguments.back(),
             finished ? finished->output + finished->errors : finished.error().message());
  std::exit(1);
}

int measure() {
  const base::ScratchFolder scratch;
  const base::Path folder = scratch.path() / "art32";
  const std::vector<std::string> art32{ART32_PROGRAM, "--folder", folder.string()};
  const auto command = [&](std::initializer_list<std::string> more) {
    std::vector<std::string> all = art32;
    all.insert(all.end(), more);
    return all;
  };
  run(command({"init", "--port", "0"}));
  auto server = net::Child::start({command({"serve"}), {}, {}, {}}, scratch.path() / "log");
  if (!server) return 1;
  while (!base::file_facts(folder / "run/control.sock").has_value() && server->running())
    std::this_thread::sleep_for(10ms);
  run(command({"audit"}));
  const double seconds = median_seconds(rounds, [&] { run(command({"audit"})); });
  figure("all_probes", seconds, "s", "<=", 5);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::measure();
}
