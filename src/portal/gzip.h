// gzip (RFC 1952) by zlib, one shot, no time stamp: the same input, the same
// octets. Used for pages and documents that are worth it (stored_page.h).
// Pure; any thread; aborts if zlib can't get memory.
#pragma once

#include <string>
#include <string_view>

namespace art32::portal {

std::string gzip(std::string_view content);

}  // namespace art32::portal
