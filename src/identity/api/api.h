// The JSON API of customers' identity, for an application's own servers: teams, users,
// memberships, API tokens and sign-ins; and the trail of changes of their data. docs/guide/identity.md
// and trail.md show it by example, GET /api/openapi.json describes it to programs.
//
// Callers are machine accounts that may manage customers (accounts.h), and at the trail also those that may
// read it alone, and whoever shows a claim for it; nobody else gets an answer but the description. Errors are
// problem documents (RFC 9457). Passwords and tokens stand in no error and no log.
//
// What is given here outlives it. Any thread. answer() blocks where blocking_of() says so.
#pragma once

#include <string_view>

#include "identity/accounts.h"
#include "identity/customers.h"
#include "model/trail_reading.h"
#include "net/http.h"
#include "net/https_server.h"

namespace art32::identity {

class IdentityApi {
 public:
  IdentityApi(Customers& customers, Accounts& accounts, const base::Clock& clock);

  // Before the first request; without it nobody finds a trail here.
  void read_trails(model::TrailReading& trails) { trails_ = &trails; }

  static bool is_own(std::string_view path);  // /api and what is below
  net::HttpResponse answer(const net::HttpRequest& request) const;
  // Which of a server's lanes: a password is to be checked or hashed in one of its own.
  net::Blocking blocking_of(const net::HttpRequest& request) const;  // doesn't block

 private:
  Customers& customers_;
  Accounts& accounts_;
  const base::Clock& clock_;
  model::TrailReading* trails_ = nullptr;
  net::SharedBody document_;
};

}  // namespace art32::identity
