// Tokens that a scanner found in public, such as GitHub's secret scanning partner program: which
// are ours, and revoked by that.
//
// Takes and gives what GitHub's messages hold, as plain values: their form, and checking their
// signature, is the listener's. Any thread.
// https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partner-program
#pragma once

#include <span>
#include <string>
#include <vector>

#include "identity/personal_tokens.h"

namespace art32::identity {

// One object of the array that is sent.
struct ReportedToken {
  std::string token;   // with its id or without
  std::string type;    // the name under which the form of ours is registered
  std::string url;     // where it was found; it may name people, and is kept nowhere
  std::string source;  // such as content, commit, issue_title
};

struct TokenFinding {
  // SHA-256 of what was reported. In hexadecimal, as such digests are mostly spelled: GitHub's page
  // calls it "the SHA-256 hashed form of the raw token", without a word about its spelling.
  std::string token_hash;
  std::string type;
  FoundToken found = FoundToken::unknown;
  // What an answer calls it: "true_positive" or "false_positive".
  std::string_view label() const { return found == FoundToken::unknown ? "false_positive" : "true_positive"; }
};

// In the order of the report, each revoked if it is ours. A token that stands there twice is found
// as it was at first. At most limits::token_report_rows, else `invalid_argument` and none is looked
// at; after any other error the report may be sent again.
base::Result<std::vector<TokenFinding>> revoke_reported(PersonalTokens& tokens,
                                                        std::span<const ReportedToken> report);

}  // namespace art32::identity
