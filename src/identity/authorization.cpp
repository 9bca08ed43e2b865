#include "identity/authorization.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"

namespace art32::identity {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool starts_with(std::string_view text, std::string_view lower_case_start) {
  return text.size() >= lower_case_start.size() &&
         std::ranges::equal(text.substr(0, lower_case_start.size()), lower_case_start, {}, lower);
}

std::optional<Credentials> parse_basic(std::string_view encoded) {
  std::optional<base::Bytes> decoded = base::from_base64(base::trim(encoded));
  if (!decoded) return std::nullopt;
  const base::Secret pair(std::move(*decoded));
  // RFC 7617 section 2: the name has no colon, the password may.
  const std::size_t colon = pair.text().find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return BasicCredentials{std::string(pair.text().substr(0, colon)),
                          base::Secret(pair.text().substr(colon + 1))};
}

}  // namespace

std::optional<Credentials> parse_authorization(std::string_view header) {
  constexpr std::string_view basic = "basic ", bearer = "bearer ";
  header = base::trim(header);
  if (starts_with(header, basic)) return parse_basic(header.substr(basic.size()));
  std::size_t begin = header.size();
  for (std::size_t i = 0; i < header.size(); ++i)
    if (starts_with(header.substr(i), bearer)) begin = i + bearer.size();
  std::string_view token = header.substr(begin);
  token = base::trim(token.substr(0, token.find(',')));
  if (token.empty()) return std::nullopt;
  return BearerCredentials{base::Secret(token)};
}

}  // namespace art32::identity
