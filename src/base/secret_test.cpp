#include "base/secret.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace art32::base {
namespace {

template <class Type>
concept Streamable = requires(std::ostream& stream, const Type& value) {
  stream << value;
};

// A secret reaches a log, an error text or a copy only by a call that says so.
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!fmt::is_formattable<Secret>::value && !Streamable<Secret>);

TEST(Secret, gives_its_octets_to_whoever_asks) {
  const Secret secret("key");
  EXPECT_EQ(secret.text(), "key");
  EXPECT_EQ(secret.size(), 3U);
  EXPECT_EQ(hex(secret.view()), "6b6579");
  EXPECT_EQ(Secret().size(), 0U);
}

TEST(Secret, leaves_nothing_where_it_was_moved_from) {
  Secret first("key");
  Secret second = std::move(first);
  EXPECT_EQ(second.text(), "key");
  EXPECT_EQ(first.size(), 0U);  // NOLINT: what is left is the question
  Secret third("other");
  third = std::move(second);
  EXPECT_EQ(third.text(), "key");
  EXPECT_EQ(second.size(), 0U);  // NOLINT
}

TEST(Secret, survives_being_moved_onto_itself) {
  Secret secret("key");
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.text(), "key");
}

TEST(Secret, has_clones_that_live_on_their_own) {
  Secret clone;
  {
    const Secret secret("key");
    clone = secret.clone();
  }
  EXPECT_EQ(clone.text(), "key");
}

}  // namespace
}  // namespace art32::base
