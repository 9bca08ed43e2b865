#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/file_fault.h"

namespace art32::base {
namespace {

FileFault injected_fault;
std::atomic<std::uint64_t> temporary_counter{0};

}  // namespace

void set_file_fault(FileFault fault) {
  injected_fault = std::move(fault);
}
int file_fault(FileStep step, const Path& path) {
  return injected_fault ? injected_fault(step, path) : 0;
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    path_ = std::move(other.path_);
  }
  return *this;
}

void File::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Result<File> File::open_read(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_failure(fmt::format("cannot open {}", path.string()), errno);
  return File(descriptor, path);
}

Result<File> File::open_write(const Path& path, Visibility visibility) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, static_cast<mode_t>(visibility));
  if (descriptor < 0) return system_failure(fmt::format("cannot open {} for writing", path.string()), errno);
  return File(descriptor, path);
}

Result<std::uint64_t> File::size() const {
  struct stat facts {};
  if (::fstat(descriptor_, &facts) != 0)
    return system_failure(fmt::format("cannot stat {}", path_.string()), errno);
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<Bytes> File::read_at(std::uint64_t offset, std::size_t size) const {
  Bytes bytes(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count =
        ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure(fmt::format("cannot read {}", path_.string()), errno);
    if (count == 0)
      return failure(ErrorCode::corrupt, fmt::format("{} ends at octet {}, expected {} more", path_.string(),
                                                     offset + done, size - done));
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

Status File::write_at(std::uint64_t offset, ByteView bytes) {
  if (const int fault = file_fault(FileStep::write, path_); fault != 0)
    return system_failure(fmt::format("cannot write {}", path_.string()), fault);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count =
        ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure(fmt::format("cannot write {}", path_.string()), errno);
    done += static_cast<std::size_t>(count);
  }
  return {};
}

Status File::truncate(std::uint64_t size) {
  if (const int fault = file_fault(FileStep::truncate, path_); fault != 0)
    return system_failure(fmt::format("cannot truncate {}", path_.string()), fault);
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
    return system_failure(fmt::format("cannot truncate {}", path_.string()), errno);
  return {};
}

Status File::sync() {
  if (const int fault = file_fault(FileStep::sync, path_); fault != 0)
    return system_failure(fmt::format("cannot sync {}", path_.string()), fault);
  if (::fdatasync(descriptor_) != 0)
    return system_failure(fmt::format("cannot sync {}", path_.string()), errno);
  return {};
}

Status File::lock() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK)
    return failure(ErrorCode::conflict, fmt::format("another process holds {}", path_.string()),
                   "stop the other art32 on this folder first");
  return system_failure(fmt::format("cannot lock {}", path_.string()), errno);
}

Result<Bytes> read_file(const Path& path, std::size_t limit) {
  ART32_ASSIGN(const File file, File::open_read(path));
  ART32_ASSIGN(const std::uint64_t size, file.size());
  if (size > limit)
    return failure(ErrorCode::exhausted,
                   fmt::format("{} has {} octets, at most {} are read", path.string(), size, limit));
  return file.read_at(0, static_cast<std::size_t>(size));
}

Result<std::string> read_text_file(const Path& path, std::size_t limit) {
  ART32_ASSIGN(const Bytes bytes, read_file(path, limit));
  return to_text(bytes);
}

Status replace_file(const Path& path, ByteView content, Visibility visibility) {
  Path temporary = path;
  temporary += fmt::format(".{}.{}.tmp", ::getpid(), temporary_counter++);
  const auto write = [&]() -> Status {
    ART32_ASSIGN(File file, File::open_write(temporary, visibility));
    ART32_CHECKED(file.write_at(0, content));
    ART32_CHECKED(file.sync());
    if (const int fault = file_fault(FileStep::rename, path); fault != 0)
      return system_failure(fmt::format("cannot rename to {}", path.string()), fault);
    if (::rename(temporary.c_str(), path.c_str()) != 0)
      return system_failure(fmt::format("cannot rename to {}", path.string()), errno);
    return sync_folder(path.parent_path());
  };
  Status status = write();
  if (!status) ::unlink(temporary.c_str());
  return status;
}

Status sync_folder(const Path& folder) {
  if (const int fault = file_fault(FileStep::sync_folder, folder); fault != 0)
    return system_failure(fmt::format("cannot sync {}", folder.string()), fault);
  const Path target = folder.empty() ? Path(".") : folder;
  ART32_ASSIGN(const File opened, File::open_read(target));
  if (::fsync(opened.descriptor()) != 0)
    return system_failure(fmt::format("cannot sync {}", target.string()), errno);
  return {};
}

Status make_folder(const Path& folder, unsigned mode) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder)
    ART32_CHECKED(make_folder(folder.parent_path()));
  if (::mkdir(folder.c_str(), static_cast<mode_t>(mode)) != 0 && errno != EEXIST)
    return system_failure(fmt::format("cannot make the folder {}", folder.string()), errno);
  return {};
}

Result<FileFacts> file_facts(const Path& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0)
    return system_failure(fmt::format("cannot stat {}", path.string()), errno);
  return FileFacts{static_cast<unsigned>(facts.st_mode) & 07777U, static_cast<unsigned>(facts.st_uid),
                   static_cast<std::uint64_t>(facts.st_size), S_ISREG(facts.st_mode)};
}

}  // namespace art32::base
