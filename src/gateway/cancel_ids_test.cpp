#include "gateway/cancel_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace art32::gateway {
namespace {

TEST(CancelIds, name_their_worker_and_are_never_negative) {
  for (unsigned worker = 0; worker < most_workers; ++worker) {
    const std::uint32_t id = make_cancel_id(generations - 1, worker, 0xffff'ffff);
    EXPECT_EQ(worker_of_cancel_id(id), worker);
    EXPECT_GE(static_cast<std::int32_t>(id), 0);
  }
}

TEST(CancelIds, of_processes_that_follow_each_other_differ) {
  std::set<std::uint32_t> ids;
  for (unsigned generation = 0; generation < generations; ++generation)
    EXPECT_TRUE(ids.insert(make_cancel_id(generation, 3, 0x12345)).second);
  EXPECT_EQ(make_cancel_id(generations, 3, 7), make_cancel_id(0, 3, 7));
}

}  // namespace
}  // namespace art32::gateway
