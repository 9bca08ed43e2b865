// Fault injection for durability tests: the hook is asked before each system
// call that changes a file, and may answer with an errno to fail it, or end the
// process. Null outside tests. Set before threads start.
#pragma once

#include <functional>
#include <string_view>

#include "base/file.h"

namespace art32::base {

enum class FileStep { write, sync, rename, sync_folder, truncate };

// Returns 0 to go on, or an errno value.
using FileFault = std::function<int(FileStep, const Path&)>;
void set_file_fault(FileFault fault);
int file_fault(FileStep step, const Path& path);

}  // namespace art32::base
