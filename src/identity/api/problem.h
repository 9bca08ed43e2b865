// Errors as problem documents (RFC 9457): type, title, status, a word for programs, what happened
// and what to do. Never a password or a token, as in every base::Error. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "identity/accounts.h"
#include "net/http.h"

namespace art32::identity::api {

inline constexpr std::string_view json_type = "application/json";

net::HttpResponse problem(int status, std::string_view code, std::string_view detail,
                          std::string_view mend = {});
// The status of the error's code; those from 500 on are logged too.
net::HttpResponse problem(const base::Error& error);

// 401 with the challenges of RFC 9110 section 11.6.1, and 429 after too many wrong passwords.
net::HttpResponse unauthenticated(std::string_view code, std::string_view detail, std::string_view mend);
net::HttpResponse too_many(std::string_view detail, std::string_view mend);

}  // namespace art32::identity::api
