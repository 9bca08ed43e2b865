#include "crypto/password.h"

#include <gtest/gtest.h>

namespace art32::crypto {
namespace {

using base::ErrorCode;

struct Vector {
  std::string_view password, stored;
};

// From the test vectors of crypt_blowfish (Openwall) and jBCrypt (Miller).
constexpr Vector published[] = {
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"},
    {"U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
    {"\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"},
    {"a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"},
    {"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"},
};

TEST(Password, is_verified_against_the_published_hashes) {
  for (const Vector& vector : published) {
    EXPECT_TRUE(verify_password(vector.password, vector.stored)) << vector.stored;
    EXPECT_FALSE(verify_password(std::string(vector.password) + "x", vector.stored));
    std::string altered(vector.stored);
    altered[40] = altered[40] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(verify_password(vector.password, altered));
  }
}

TEST(Password, is_hashed_with_its_cost_and_a_new_salt) {
  const std::string password = "Straße nach Süden";
  const auto first = hash_password(password, 10), second = hash_password(password, 10);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first->substr(0, 7), "$2b$10$");
  EXPECT_EQ(bcrypt_cost(*first), 10);
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(verify_password(password, *first));
  EXPECT_FALSE(verify_password("Strasse nach Süden", *first));
}

TEST(Password, is_refused_rather_than_cut) {
  const std::string longest(72, 'p');
  const auto stored = hash_password(longest, 10);
  ASSERT_TRUE(stored.has_value());
  EXPECT_TRUE(verify_password(longest, *stored));
  EXPECT_FALSE(verify_password(longest + "q", *stored)) << "bcrypt itself would ignore the 73rd octet";
  EXPECT_FALSE(verify_password(std::string("p\0", 2), *hash_password("p", 10)))
      << "bcrypt itself would stop at NUL";
  for (const std::string& bad : {std::string(), longest + "q", std::string("a\0b", 3)}) {
    const auto refused = hash_password(bad, 10);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Password, is_refused_with_a_cost_below_the_promise_or_beyond_reason) {
  for (const int cost : {-1, 0, 4, 9, 17, 31})
    EXPECT_FALSE(hash_password("p", cost).has_value()) << cost;
  EXPECT_FALSE(verify_password("U*U", "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST(BcryptCost, is_known_of_well_formed_hashes_only) {
  const std::string good = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  EXPECT_EQ(bcrypt_cost(good), 12);
  EXPECT_EQ(bcrypt_cost(good.substr(0, 59)), std::nullopt);
  EXPECT_EQ(bcrypt_cost(good + "x"), std::nullopt);
  const auto with = [&good](std::size_t place, char letter) {
    std::string altered = good;
    altered[place] = letter;
    return bcrypt_cost(altered);
  };
  EXPECT_EQ(with(2, 'y'), 12);
  EXPECT_EQ(with(2, 'x'), std::nullopt) << "the form with the sign bug";
  EXPECT_EQ(with(0, '_'), std::nullopt);
  EXPECT_EQ(with(4, '4'), std::nullopt) << "cost 42";
  EXPECT_EQ(with(4, 'x'), std::nullopt);
  EXPECT_EQ(with(6, '.'), std::nullopt);
  EXPECT_EQ(with(30, '$'), std::nullopt);
  EXPECT_EQ(bcrypt_cost("plain text"), std::nullopt);
  EXPECT_FALSE(verify_password("plain text", "plain text"));
}

TEST(Password, has_a_decoy_for_each_cost_that_takes_as_long_and_fits_nothing) {
  for (const int cost : {4, 10, 12})
    EXPECT_EQ(bcrypt_cost(decoy_password_hash(cost)), cost);
  EXPECT_EQ(bcrypt_cost(decoy_password_hash(0)), 4);
  EXPECT_EQ(bcrypt_cost(decoy_password_hash(31)), bcrypt_cost_maximum);
  EXPECT_FALSE(verify_password("art32", decoy_password_hash(4)));
}

}  // namespace
}  // namespace art32::crypto
