// A file that was put into the program at build time (cmake/embed.cmake).
// Lives as long as the program; the table is written by the build.
#pragma once

#include <string_view>

namespace art32::base {

struct EmbeddedFile {
  std::string_view path;  // relative to its root, as in the source tree
  const char* begin;
  const char* end;

  std::string_view content() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

}  // namespace art32::base
