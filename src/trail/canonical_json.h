// JSON in its canonical form (RFC 8785), for what is put together as a value first: members in the order of
// their names, no white space.
//
// Of numbers whole ones alone, as in all our formats. Pure; any thread.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace art32::trail {

std::string canonical_json(const boost::json::value& value);

}  // namespace art32::trail
