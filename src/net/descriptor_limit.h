// How many descriptors this process may have. systemd and shells give 1,024 of which a
// program may ask for more. Any thread.
#pragma once

#include <cstddef>

namespace art32::net {

// Asks for as many as are allowed; how many that is.
std::size_t raise_descriptor_limit();

}  // namespace art32::net
