// Which art32 this is: the project's version in CMakeLists.txt, as in Semantic Versioning.
// Any thread.
#pragma once

#include <string>

namespace art32::base {

std::string version();  // "0.1.0"

}  // namespace art32::base
