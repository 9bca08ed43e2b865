#include "tests/tidy/repository.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace art32::tidy {
namespace {

constexpr std::array ignored_folders = {".git", "build",       "node_modules",
                                        ".run", "__pycache__", "screenshots"};

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

bool is_ignored(const std::filesystem::directory_entry& entry) {
  const auto name = entry.path().filename().string();
  if (entry.is_directory())
    return std::find(ignored_folders.begin(), ignored_folders.end(), name) != ignored_folders.end();
  return !entry.is_regular_file() || name.ends_with(".swp");
}

// The arguments of the first call at or after `from`, split at white space.
std::vector<std::string> call_words(std::string_view text, std::size_t open) {
  const auto close = text.find(')', open);
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text.substr(open + 1, close - open - 1)) {
    if (letter != ' ' && letter != '\n') {
      word += letter;
      continue;
    }
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

Room room_of(const std::vector<std::string>& words) {
  Room room{words.empty() ? "" : words.front(), {}};
  bool in_rooms = false;
  for (const auto& word : words) {
    if (word == "ROOMS" || word == "LINK") {
      in_rooms = word == "ROOMS";
    } else if (in_rooms) {
      room.uses.push_back(word);
    }
  }
  return room;
}

}  // namespace

std::string_view SourceFile::name() const {
  const auto slash = path.rfind('/');
  return slash == path.npos ? std::string_view(path) : std::string_view(path).substr(slash + 1);
}

std::string_view SourceFile::stem() const {
  return name().substr(0, name().size() - extension().size());
}

std::string_view SourceFile::extension() const {
  const auto dot = name().rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name().substr(dot);
}

bool SourceFile::is_code() const {
  return extension() == ".cpp" || extension() == ".h" || extension() == ".c";
}

bool SourceFile::is_below(std::string_view folder) const {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool SourceFile::is_room_test() const {
  return is_below("src") && path.ends_with("_test.cpp");
}

std::string_view SourceFile::room() const {
  if (!is_below("src")) return {};
  const auto rest = std::string_view(path).substr(4);
  const auto slash = rest.find('/');
  return slash == rest.npos ? std::string_view() : rest.substr(0, slash);
}

const SourceFile* Repository::find(std::string_view path) const {
  const auto place =
      std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.path == path; });
  return place == files.end() ? nullptr : &*place;
}

std::vector<Room> Repository::rooms() const {
  std::vector<Room> rooms;
  const auto* list = find("CMakeLists.txt");
  if (list == nullptr) return rooms;
  constexpr std::string_view call = "\nart32_room(";
  for (auto at = list->text.find(call); at != list->text.npos; at = list->text.find(call, at + 1))
    rooms.push_back(room_of(call_words(list->text, at + call.size() - 1)));
  return rooms;
}

Repository load_repository(const std::filesystem::path& folder) {
  Repository repository;
  auto entry = std::filesystem::recursive_directory_iterator(folder);
  for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    if (is_ignored(*entry)) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      repository.files.push_back(
          {entry->path().lexically_relative(folder).generic_string(), read(entry->path())});
    }
  }
  std::sort(repository.files.begin(), repository.files.end(),
            [](const auto& left, const auto& right) { return left.path < right.path; });
  return repository;
}

}  // namespace art32::tidy
