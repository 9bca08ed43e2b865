// POST /token-reports: where GitHub's secret scanning sends API tokens of ours that somebody has
// put in public. Each that is ours is revoked by that (token_report.h), and the answer says which
// were real, as GitHub's page on its partner program asks for:
// https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partner-program
//
// Believed is what one of the scanner's keys has signed, over the body as it came; of anything else
// nothing is looked at. Neither tokens nor where they were found stand in an error or a log.
//
// The tokens outlive it. Any thread; answer() blocks where blocking_of() says so.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "identity/api/scanner_keys.h"
#include "identity/personal_tokens.h"
#include "net/http.h"
#include "net/https_server.h"

namespace art32::identity {

class TokenReports {
 public:
  TokenReports(PersonalTokens& tokens, ScannerKeys keys);

  static bool is_own(std::string_view path);  // /token-reports
  net::HttpResponse answer(const net::HttpRequest& request);
  net::Blocking blocking_of(const net::HttpRequest& request) const;  // doesn't block
  void replace_keys(ScannerKeys keys);                               // for requests from now on

 private:
  std::shared_ptr<const ScannerKeys> keys() const;

  PersonalTokens& tokens_;
  mutable std::mutex mutex_;  // of the pointer
  std::shared_ptr<const ScannerKeys> keys_;
};

}  // namespace art32::identity
