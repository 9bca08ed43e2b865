// A restart without a lost query, from both sides: the process that runs starts the program
// that now lies at its path, leaves it listeners, folder and clients, and ends once the last
// client is gone.
//
// The two speak over a net::DescriptorChannel that the new one inherits. What is said, in
// order: listeners and what must stay the same; prepared, or refused and why; go; ready. Then
// the channel is the gateways' (gateway/hand_over_link.h). Main thread only.
#pragma once

#include <sys/types.h>

#include <optional>

#include "app/system.h"
#include "net/descriptor_channel.h"

namespace art32::app {

// The process that takes over, as the running one sees it.
class Successor {
 public:
  // Starts `program` with this process's arguments and waits until it has read and checked its
  // configuration: otherwise the error is what it says. `legacy` stays here.
  static base::Result<Successor> start(const base::Path& program, const System& system, Legacy& legacy);
  Successor(Successor&&) = default;
  Successor& operator=(Successor&&) = default;

  pid_t process() const { return process_; }
  // The folder is free: waits until it serves. When it doesn't it has ended when this returns.
  base::Status go();
  net::DescriptorChannel& channel() { return channel_; }

 private:
  Successor(net::DescriptorChannel channel, pid_t process)
      : channel_(std::move(channel)), process_(process) {}
  base::Status expect(std::uint8_t type, std::chrono::milliseconds limit);
  void end();

  net::DescriptorChannel channel_;
  pid_t process_;
};

// The process that runs, as the one that takes over sees it.
class Predecessor {
 public:
  // Nothing in a process that was started as usual.
  static base::Result<std::optional<Predecessor>> inherited();

  // Whether this program can take over with the configuration as it is now; tells the other
  // one, and waits until that has given up the folder.
  base::Status prepare(const Folder& folder);
  void ready();
  Legacy& legacy() { return legacy_; }
  net::DescriptorChannel& channel() { return channel_; }

 private:
  explicit Predecessor(net::DescriptorChannel channel) : channel_(std::move(channel)) {}
  base::Status receive_listeners();
  base::Status check(const Folder& folder) const;

  net::DescriptorChannel channel_;
  Legacy legacy_;
  std::string fixed_;  // JSON of what must stay the same
};

}  // namespace art32::app
