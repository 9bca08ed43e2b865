#include "bench/gateway_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/log.h"
#include "base/text.h"
#include "bench/figure.h"
#include "gateway/gateway.h"

namespace art32::bench {

GatewayProcess start_gateway(const std::shared_ptr<gateway::Settings>& settings) {
  int ends[2];
  if (::pipe(ends) != 0) give_up("no pipe");
  GatewayProcess process;
  process.id = ::fork();
  if (process.id == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    base::set_log_level(base::LogLevel::error);
    auto gateway = gateway::Gateway::start(settings);
    if (!gateway) give_up(gateway.error().message());
    const std::uint16_t port = (*gateway)->port();
    if (::write(ends[1], &port, sizeof port) != sizeof port) ::_exit(1);
    while (true)
      ::pause();
  }
  ::close(ends[1]);  // so that a gateway that gave up is an end of file
  if (::read(ends[0], &process.port, sizeof process.port) != sizeof process.port)
    give_up("the gateway didn't start");
  ::close(ends[0]);
  return process;
}

void end_process(pid_t process) {
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

double cpu_of(pid_t process) {
  std::ifstream source(fmt::format("/proc/{}/stat", process));
  const std::string text(std::istreambuf_iterator<char>(source), {});
  const auto words = base::split(std::string_view(text).substr(text.rfind(')') + 2), ' ');
  return (std::stod(std::string(words[11])) + std::stod(std::string(words[12]))) /
         static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace art32::bench
