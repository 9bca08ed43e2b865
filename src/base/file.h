// Files, durably: every function that says "durable" has called fsync on the
// file and, where a name changed, on its folder before it returns.
//
// All throw nothing; errors name the path. Safe from any thread on different
// paths. Faults can be injected at each write, fsync and rename (file_fault.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::base {

using Path = std::filesystem::path;

enum class Visibility : unsigned { owner_only = 0600, everyone_reads = 0644 };

// An open descriptor; closes itself. Moves, doesn't copy.
class File {
 public:
  File() = default;
  explicit File(int descriptor, Path path) : descriptor_(descriptor), path_(std::move(path)) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }

  static Result<File> open_read(const Path& path);
  // Opens for reading and writing; creates with the given mode where missing.
  static Result<File> open_write(const Path& path, Visibility visibility = Visibility::everyone_reads);

  const Path& path() const { return path_; }
  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

  Result<std::uint64_t> size() const;
  // Exactly `size` octets from `offset`; `corrupt` if the file is shorter.
  Result<Bytes> read_at(std::uint64_t offset, std::size_t size) const;
  Status write_at(std::uint64_t offset, ByteView bytes);
  Status truncate(std::uint64_t size);
  Status sync();  // fdatasync
  // An exclusive lock for the life of this File; `conflict` if another process holds it.
  Status lock();

 private:
  void close();
  int descriptor_ = -1;
  Path path_;
};

Result<Bytes> read_file(const Path& path, std::size_t limit);
Result<std::string> read_text_file(const Path& path, std::size_t limit = 16U << 20);

// Durable and all-or-nothing: writes a temporary file beside it, syncs, renames.
Status replace_file(const Path& path, ByteView content, Visibility visibility = Visibility::everyone_reads);

Status sync_folder(const Path& folder);
Status make_folder(const Path& folder, unsigned mode = 0755);  // with parents; fine if it exists

// Mode bits (07777) and owner of a path, links not followed.
struct FileFacts {
  unsigned mode = 0;
  unsigned owner = 0;
  std::uint64_t size = 0;
  bool is_regular = false;
};
Result<FileFacts> file_facts(const Path& path);

}  // namespace art32::base
