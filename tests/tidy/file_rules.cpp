#include <algorithm>
#include <set>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? std::string() : std::string(path.substr(0, slash + 1));
}

// Every path that an #include of this repository can mean.
std::set<std::string> included_paths(const Repository& repository) {
  std::set<std::string> paths;
  for (const auto& file : repository.files) {
    if (!file.is_code()) continue;
    for (const auto& include : includes_of(file.text)) {
      paths.insert("src/" + include.path);
      paths.insert(include.path);
      paths.insert(folder_of(file.path) + include.path);
    }
  }
  return paths;
}

bool is_named_by_another(const Repository& repository, const SourceFile& file, std::string_view name) {
  return std::any_of(repository.files.begin(), repository.files.end(), [&](const auto& other) {
    return other.path != file.path && !find_word(other.text, name).empty();
  });
}

// The CMakeLists.txt of the file's folder, or of the nearest one above it.
const SourceFile* build_file_of(const Repository& repository, const SourceFile& file) {
  for (auto folder = folder_of(file.path); !folder.empty();) {
    if (const auto* list = repository.find(folder + "CMakeLists.txt")) return list;
    folder.pop_back();
    folder = folder_of(folder);
  }
  return repository.find("CMakeLists.txt");
}

bool is_built(const Repository& repository, const SourceFile& file, const std::vector<Room>& rooms) {
  if (!file.room().empty() && !file.is_below("src/app/main"))
    return std::any_of(rooms.begin(), rooms.end(),
                       [&](const auto& room) { return room.name == file.room(); });
  const auto* list = build_file_of(repository, file);
  if (list == nullptr) return false;
  if (!find_word(list->text, file.name()).empty()) return true;
  if (list->text.find("GLOB") == list->text.npos) return false;
  return list->text.find(" *.cpp") != list->text.npos || file.path.ends_with("_bench.cpp") ||
         file.path.ends_with("_fuzz.cpp");
}

bool must_be_named(const SourceFile& file) {
  const auto extension = file.extension();
  if (extension == ".sh" || extension == ".py") return true;
  if (file.is_below("docs") && extension == ".md" && file.name() != "README.md") return true;
  return file.is_below("tools") || file.is_below("packaging");
}

// tools/dev/test.sh is sourced as "test"; tools/packages-test.txt is read as "test".
std::string short_name(const SourceFile& file) {
  if (file.is_below("tools/dev")) return std::string(file.stem());
  if (file.is_below("tools") && file.name().starts_with("packages-"))
    return std::string(file.stem().substr(9));
  return {};
}

bool is_known_to_the_door(const Repository& repository, const SourceFile& file) {
  const auto word = short_name(file);
  const auto* door = repository.find(file.is_below("tools/dev") ? "dev" : "tools/dev/doctor.sh");
  return !word.empty() && door != nullptr && !find_word(door->text, word).empty();
}

}  // namespace

Findings check_dead_sources(const Repository& repository) {
  Findings findings;
  const auto included = included_paths(repository);
  const auto rooms = repository.rooms();
  for (const auto& file : repository.files) {
    if (file.extension() == ".h" && !included.contains(file.path) &&
        !is_named_by_another(repository, file, file.path))
      findings.push_back({file.path, 0, "nobody includes it"});
    if (file.extension() == ".cpp" && !is_built(repository, file, rooms))
      findings.push_back({file.path, 0, "belongs to no target"});
  }
  return findings;
}

Findings check_dead_scripts(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!must_be_named(file)) continue;
    if (is_named_by_another(repository, file, file.name()) || is_known_to_the_door(repository, file))
      continue;
    findings.push_back({file.path, 0, "no other file names it"});
  }
  return findings;
}

Findings check_test_folders(const Repository& repository) {
  Findings findings;
  std::set<std::string> folders;
  for (const auto& file : repository.files) {
    if (!file.is_below("tests")) continue;
    const auto end = file.path.find('/', 6);
    if (end != file.path.npos) folders.insert(file.path.substr(0, end));
  }
  for (const auto& folder : folders) {
    const auto* list = repository.find(folder + "/CMakeLists.txt");
    const bool is_shared = list != nullptr && list->text.find("add_library(") != list->text.npos;
    const bool runs = list != nullptr && (list->text.find("add_test(") != list->text.npos ||
                                          list->text.find("art32_add_gtest(") != list->text.npos ||
                                          list->text.find("art32_integration_test(") != list->text.npos);
    if (!runs && !is_shared) findings.push_back({folder, 0, "no CMakeLists.txt that adds a test"});
  }
  return findings;
}

Findings check_licence(const Repository& repository) {
  const auto* licence = repository.find("LICENSE");
  if (licence == nullptr) return {{"LICENSE", 0, "missing"}};
  Findings findings;
  for (const auto part : {"Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"})
    if (licence->text.find(part) == licence->text.npos)
      findings.push_back({"LICENSE", 0, std::string("doesn't contain: ") + part});
  return findings;
}

}  // namespace art32::tidy
