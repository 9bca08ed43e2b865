#include "crypto/private_file.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace art32::crypto {
namespace {

using base::ErrorCode;
using base::failure;

base::Error not_of(unsigned user, const base::Path& path, const base::FileFacts& facts) {
  return {ErrorCode::permission,
          fmt::format("{} belongs to user {}, not to user {}", path.string(), facts.owner, user),
          fmt::format("chown {} {}", user, path.string())};
}

base::Status check(const base::Path& path, const base::FileFacts& facts) {
  const std::string name = path.string();
  if (!facts.is_regular)
    return failure(ErrorCode::permission, fmt::format("{} is not a regular file", name),
                   "put the key itself there, not a link to it");
  const unsigned user = ::geteuid();
  if (facts.owner != user && facts.owner != 0) return tl::unexpected(not_of(user, path, facts));
  if ((facts.mode & ~0600U) != 0)
    return failure(ErrorCode::permission,
                   fmt::format("{} has mode {:04o}, wider than 0600", name, facts.mode),
                   fmt::format("chmod 600 {}", name));
  return {};
}

}  // namespace

base::Status check_private_file(const base::Path& path) {
  ART32_ASSIGN(const base::FileFacts facts, base::file_facts(path));
  return check(path, facts);
}

base::Result<base::Secret> load_private_file(const base::Path& path, std::size_t limit) {
  ART32_CHECKED(check_private_file(path));
  ART32_ASSIGN(const base::File file, base::File::open_read(path));
  // Again on what was opened: the name may point elsewhere by now.
  struct stat opened {};
  if (::fstat(file.descriptor(), &opened) != 0)
    return base::system_failure(fmt::format("cannot stat {}", path.string()), errno);
  const auto size = static_cast<std::uint64_t>(opened.st_size);
  ART32_CHECKED(check(
      path, {static_cast<unsigned>(opened.st_mode) & 07777U, opened.st_uid, size, S_ISREG(opened.st_mode)}));
  if (size > limit)
    return failure(ErrorCode::exhausted,
                   fmt::format("{} has {} octets, at most {} are read", path.string(), size, limit));
  ART32_ASSIGN(base::Bytes content, file.read_at(0, static_cast<std::size_t>(size)));
  return base::Secret(std::move(content));
}

base::Status save_private_file(const base::Path& path, base::ByteView content) {
  return base::replace_file(path, content, base::Visibility::owner_only);
}

base::Status replace_private_file(const base::Path& path, base::ByteView content) {
  ART32_ASSIGN(const base::FileFacts facts, base::file_facts(path));
  ART32_CHECKED(check(path, facts));
  if (const unsigned user = ::geteuid(); facts.owner != user)
    return tl::unexpected(not_of(user, path, facts));
  return base::replace_file(path, content, static_cast<base::Visibility>(facts.mode));
}

}  // namespace art32::crypto
