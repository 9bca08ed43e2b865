#include "base/result.h"

#include <cerrno>
#include <cstring>

#include <fmt/core.h>

namespace art32::base {

Error Error::within(std::string_view context) const {
  return Error{code, fmt::format("{}: {}", context, what), mend};
}

std::string Error::message() const {
  return mend.empty() ? what : fmt::format("{} ({})", what, mend);
}

tl::unexpected<Error> failure(ErrorCode code, std::string what, std::string mend) {
  return tl::unexpected<Error>(Error{code, std::move(what), std::move(mend)});
}

tl::unexpected<Error> system_failure(std::string what, int number) {
  what += fmt::format(": {}", std::strerror(number));
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // RLIMIT_FSIZE
      return failure(ErrorCode::exhausted, std::move(what), "free some disk space; it goes on by itself");
    case EACCES:
    case EPERM:
      return failure(ErrorCode::permission, std::move(what),
                     "check the owner and mode of the file and its folders");
    case ENOENT:
      return failure(ErrorCode::not_found, std::move(what));
    case EEXIST:
      return failure(ErrorCode::already_exists, std::move(what));
    case ETIMEDOUT:
      return failure(ErrorCode::timeout, std::move(what));
    default:
      return failure(ErrorCode::unavailable, std::move(what));
  }
}

}  // namespace art32::base
