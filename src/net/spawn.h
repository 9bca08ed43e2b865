// Starts a program in a process group of its own: fork and exec, with nothing
// between them but async-signal-safe calls, so that it works from any thread of a
// process that has many.
//
// The child gets exactly the given descriptors as 0, 1 and 2, a clean environment,
// default signals, and dies by SIGKILL with the thread that started it
// (PR_SET_PDEATHSIG is bound to the thread, not to the process: prctl(2)).
#pragma once

#include <sys/types.h>

#include "net/descriptor.h"
#include "net/subprocess.h"

namespace art32::net {

struct SpawnDescriptors {
  int input = -1;
  int output = -1;
  int errors = -1;
};

// Returns once the program runs; `not_found` when it is missing.
base::Result<pid_t> spawn(const Command& command, const SpawnDescriptors& descriptors);

// Kills the whole group of a child that is not reaped yet, and reaps it:
// its exit code, 128 + signal when killed.
int end_group(pid_t leader);

// Readable once the process has ended; not open where the kernel has no pidfd.
Descriptor open_process_descriptor(pid_t id);

}  // namespace art32::net
