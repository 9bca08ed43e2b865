// The functions of art32 in plain SQL (pg/art32-plain.sql), for databases where no extension can be
// installed, as the program carries them along.
//
// Constant; any thread.
#pragma once

#include <string_view>

namespace art32::tenancy {

std::string_view plain_functions();

}  // namespace art32::tenancy
