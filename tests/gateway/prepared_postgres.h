// One PostgreSQL for a program of tests, as prepare_postgres leaves it: made with the first use,
// stopped at the program's end. One thread.
#pragma once

#include <gtest/gtest.h>

#include "tests/gateway/gateway_for_test.h"

namespace art32::test {

// `options` count in the first call.
inline PrivatePostgres& prepared_postgres(
    const PrivatePostgres::Options& options = PrivatePostgres::Options()) {
  static PrivatePostgres* const server = [&options] {
    auto* made = new PrivatePostgres(options);
    prepare_postgres(*made);
    return made;
  }();
  return *server;
}

struct StopPreparedPostgres : testing::Environment {
  void TearDown() override { prepared_postgres().stop("immediate"); }
};
inline const auto* const stop_prepared_postgres = testing::AddGlobalTestEnvironment(new StopPreparedPostgres);

}  // namespace art32::test
