// What the mutations' proxies do to requests and answers, as octets.
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace art32::audit {

// What stands between the method and the version of a request line; empty if there is none.
std::string_view target_of(std::string_view request);
bool is_error(std::string_view answer);  // 4xx or 5xx

// A whole answer with this body, status 200.
std::string answer_with(std::string_view body);
std::string_view body_of_answer(std::string_view answer);

// An answer without a header field, or with another value in its place.
std::string without_field(std::string answer, std::string_view name);
std::string with_field(std::string answer, std::string_view name, std::string_view value);

// With one bit of its body's octet at `place` changed; as it is when it has none there.
std::string with_bit_flipped(std::string answer, std::size_t place);

}  // namespace art32::audit
