#include "identity/token_report.h"

#include <fmt/core.h>

#include <map>

namespace art32::identity {
namespace {

// A word for the record, whatever was sent.
std::string source_word(std::string_view source) {
  constexpr std::size_t most_octets = 64;
  return is_line_of_text(source, most_octets) ? std::string(source) : "unknown";
}

}  // namespace

base::Result<std::vector<TokenFinding>> revoke_reported(PersonalTokens& tokens,
                                                        std::span<const ReportedToken> report) {
  if (report.size() > base::limits::token_report_rows)
    return base::failure(base::ErrorCode::invalid_argument,
                         fmt::format("the report names {} tokens", report.size()),
                         fmt::format("send at most {} at once", base::limits::token_report_rows));
  std::vector<TokenFinding> findings;
  std::map<std::string, FoundToken> seen;  // by the digest of the token without its id
  for (const ReportedToken& reported : report) {
    const auto parsed = crypto::parse_api_token(reported.token);
    FoundToken found = FoundToken::unknown;
    if (parsed) {
      ART32_ASSIGN(found, tokens.revoke_found(reported.token, source_word(reported.source)));
      const auto [first, is_first] = seen.try_emplace(crypto::api_token_hash(parsed->token), found);
      if (!is_first && found == FoundToken::unknown) found = first->second;
      first->second = found;
    }
    findings.push_back({crypto::api_token_hash(reported.token), reported.type, found});
  }
  return findings;
}

}  // namespace art32::identity
