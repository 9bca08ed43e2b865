#include "tests/support/private_postgres.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/assert.h"

namespace art32::test {
namespace {

template <class Result>
Result checked(Result result) {
  if (!result) std::fprintf(stderr, "%s\n", result.error().message().c_str());
  ART32_ASSERT(result.has_value());
  return result;
}

}  // namespace

PrivatePostgres::PrivatePostgres(const Options& options)
    : postgres_(std::move(*checked(net::ScratchPostgres::start({.settings = options.settings,
                                                                .address = options.address,
                                                                .port = options.port,
                                                                .with_tls = options.with_tls,
                                                                .accepts_plain = true})))) {}

void PrivatePostgres::start() {
  checked(postgres_->start_again());
}

void PrivatePostgres::stop(const std::string& mode) {
  checked(postgres_->stop(mode));
}

void PrivatePostgres::become_standby() {
  checked(postgres_->become_standby());
}

void PrivatePostgres::promote() {
  checked(postgres_->promote());
}

std::string PrivatePostgres::sql(const std::string& text, const std::string& database) const {
  return *checked(postgres_->sql(text, database));
}

void PrivatePostgres::add_role(const std::string& name) const {
  checked(postgres_->add_role(name));
}

std::string PrivatePostgres::verifier(const std::string& role) const {
  return sql(fmt::format("select rolpassword from pg_authid where rolname = '{}'", role));
}

}  // namespace art32::test
