// The files of a checkout as the tidy rules see them: paths with '/' relative to
// its root, and their content. Folders that git ignores are left out. A test makes
// a small Repository by hand. Values; nothing here changes a file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace art32::tidy {

struct SourceFile {
  std::string path;
  std::string text;

  std::string_view name() const;       // "time.h"
  std::string_view stem() const;       // "time"
  std::string_view extension() const;  // ".h"; empty where there is none
  bool is_code() const;                // .cpp or .h
  bool is_below(std::string_view folder) const;
  bool is_room_test() const;      // src/**/*_test.cpp
  std::string_view room() const;  // "base" of src/base/time.h; empty outside src/
};

// One line `art32_room(NAME ROOMS ... LINK ...)` of the root CMakeLists.txt.
struct Room {
  std::string name;
  std::vector<std::string> uses;
};

struct Repository {
  std::vector<SourceFile> files;  // sorted by path

  const SourceFile* find(std::string_view path) const;
  std::vector<Room> rooms() const;  // in the order of the table; none without a table
};

Repository load_repository(const std::filesystem::path& folder);

}  // namespace art32::tidy
