// The start-up parameter `replication`: "database" asks for logical replication, a
// true boolean for physical, a false one for none.
//
// Pure; any thread. PostgreSQL documentation, section 55.4 "Streaming Replication
// Protocol"; booleans as everywhere in PostgreSQL (section 8.6), in any case, and in
// any abbreviation that is unique.
#pragma once

#include "pgwire/startup.h"

namespace art32::pgwire {

// Nothing for a value that is neither.
std::optional<Replication> read_replication(std::string_view value);

}  // namespace art32::pgwire
