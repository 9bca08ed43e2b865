#include "pgwire/scram_verifier.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/limits.h"

namespace art32::pgwire {
namespace {

struct Row {
  std::string_view password;
  std::string_view verifier;
};

// From PostgreSQL 15: create role ... password '...'; select rolpassword from pg_authid.
constexpr Row rows_of_postgresql[] = {
    {"secret",
     "SCRAM-SHA-256$4096:L3d21J50tfz+/epJAheGow==$"
     "jO20w2DugCrN+g29aQGxGj9YVXwEfAEIR63g6gR22f4=:/D/xe2YzdGNbPGOTcNW6VAReaZU5PI9PCnOuVMUKg8Y="},
    {"I\u00adX",
     "SCRAM-SHA-256$4096:6GTd8eIzWX6DAn5hUJq8ww==$"
     "bIc05mu4nFbEVbPuhZYZ8YyBzECnVfjUHb7LC/zaqmU=:luP0/R0l9pdj5cJKZqadk7NKOeGmqWvWWMuzvoChnM4="},
    {"\u00aa",
     "SCRAM-SHA-256$4096:SuIsz5xBnRuT0fmTW0l2UQ==$"
     "nLGHaK74so0GB3MmPwz6+Nlfz8oRU9wyj0gRXfHyigg=:x+vU4HasyhjWoJIKxPy/hbUMKwf66RCp2x4XaLqhsXs="},
    {"\u2168",
     "SCRAM-SHA-256$4096:K63HdbS2vUbnF95EMbqBRA==$"
     "OAqeNYmacGtdxAGMDd1AkN2v0cIEKGkNZTbwZogXM6g=:RyfDpD8zOQKUzt2HJlGUP+0oU47lg0IVclt4j9aLGtk="},
    {"pass\u00adword",
     "SCRAM-SHA-256$4096:eil3bQ5gBDI5VcQMjjOqxg==$"
     "9r22OJ9IEaNGUjntR7itGxFf9yDdKr3mHjaCbLv/4gI=:8393h/jKL7NiqfSh3+waKsuojsQTCXv0gH4zJzoXCGk="},
    {"\u00ad",
     "SCRAM-SHA-256$4096:BmoA5zvcQSNmM65Nu20YiA==$"
     "NMt1qgqEeRMRMa/YRZ35XcAQfZAcQYYBVOvzNF4e1U8=:2W04LDPFHrmqIF5scUho5xGE3hheBI2qyN/RirZ9Slw="},
    {"\xff\xfe\x80",
     "SCRAM-SHA-256$4096:XaZw2BAbDozsy/vHGcabJQ==$"
     "X75WxBOIsDNlonIPsQxJS8IaejOfbJKY9kgWQLGWCt0=:+9vRUUdhXqW0JVL9cyqHTDuoylI4kLndkvTMC+FSAtE="},
    {"caf\xe9",
     "SCRAM-SHA-256$4096:gHbg1ufSt5pdd4T9AfwUTw==$"
     "qyAwTn8rNnoVWHwfSJ7tHrXjXf1/Ca6raY4LPAWR5qw=:MFHEKV2xAL9kdtQPjpidfK9BmBeYKwetpI9ezcxCVX8="},
    {"a\a\u00e9",
     "SCRAM-SHA-256$4096:HA75LSrFZs0DUFGWMdzclw==$"
     "B8OJoFDa8e6nkoOiTYOnzSb8CUK7PLNKSsJsL3+Qeuo=:/fTyrmqG31zp+DzuL7DCBT/vc5t8Le3uYw9d93u/iUo="},
    {"\u0627"
     "1",
     "SCRAM-SHA-256$4096:7tF88FXWZJXSE5w9s9qn1w==$"
     "+MGXgkiUNvxxyBRgZRjpGoeLXGqON9IJUtGL5Kx4BOU=:ZFq87QVhZvJti/W49cTcMpXE6D8DubSfaEephxBpl7I="},
    {"\u0340",
     "SCRAM-SHA-256$4096:t1DS+aZxM8TKs9SZnEHaRA==$"
     "zs9duXxGil6RoPK2O2beILpq+UApGvtUhzu+eJPpVE4=:zHA3A8QTxkmFHklGiHRKhCMKjuVfOS0qjLGY8ruyWeM="},
    {"\u00a0x",
     "SCRAM-SHA-256$4096:bVQeEfNXnJt2p9bLqfpqMQ==$"
     "VCNdCzEM2nenSc5cx1E5ucBH1ozaswKXVqagDt+CSLU=:4ET1hJFrKRiG/0wVkrt6QOuNgMJr7ZboqPJO+kqb2v4="},
    {"\U0002f868",
     "SCRAM-SHA-256$4096:oluKchvodh/JGobx0xxGPw==$"
     "hujsf3nmjdtZg32AAiaEodtD8Hyn5ig0kX4IXYq9KTM=:5eMzsbYhUOU8GR9JlfzWpdjgTFG7f+ruV0leT5m+6Lo="},
    {"a'b\\c",
     "SCRAM-SHA-256$4096:p4HkUTRpyLkNr5SnYpd5lg==$"
     "9nWGZowd7tN1RD8LvizaCTJ0V72ZJZFedT/l1WYVOcM=:FtbFLbR1a2aVjepsiQ1qaKYRwnM550/4N1DkU2n/cow="},
    {"u\u0308",
     "SCRAM-SHA-256$4096:et10joBoHjN8I9uSlqQqAQ==$"
     "wfpghLmNy2vYiedci23TnnLSg/6/KIpaXwquf5LzAX4=:bobnqptVsy8q7pYNNBNFYlnekcgq3XraQtpshmoFi5w="},
    {"\u1112\u1161\u11ab",
     "SCRAM-SHA-256$4096:GB72S05WvEHxyf0dSpqloA==$"
     "+v5t+DznXfjziQ6fDoI7z6BBOG51ZAESgYUsiQ1aN4k=:QJxPwexz24x75B3RmJq3K5xofE8Sg4wfN3f9Q848PEc="},
};

const base::Secret secret(std::string_view("a secret of thirty-two octets...."));

TEST(ScramVerifier, of_postgresql_reads_back_and_fits_its_password_only) {
  for (const Row& row : rows_of_postgresql) {
    const auto verifier = parse_scram_verifier(row.verifier);
    ASSERT_TRUE(verifier.has_value()) << verifier.error().message();
    EXPECT_EQ(format_scram_verifier(*verifier).text(), row.verifier);
    EXPECT_TRUE(fits_password(*verifier, row.password)) << row.password;
    EXPECT_FALSE(fits_password(*verifier, std::string(row.password) + "x"));
    EXPECT_FALSE(fits_password(*verifier, ""));
  }
}

TEST(ScramVerifier, is_made_as_postgresql_makes_it) {
  for (const Row& row : rows_of_postgresql) {
    const auto theirs = parse_scram_verifier(row.verifier);
    const auto ours = make_scram_verifier(row.password, theirs->salt);
    ASSERT_TRUE(ours.has_value());
    EXPECT_EQ(format_scram_verifier(*ours).text(), row.verifier) << row.password;
  }
}

TEST(ScramVerifier, is_refused_when_malformed) {
  const std::string good(rows_of_postgresql[0].verifier);
  const std::string head = "SCRAM-SHA-256$4096:L3d21J50tfz+/epJAheGow==$";
  const std::string key = "jO20w2DugCrN+g29aQGxGj9YVXwEfAEIR63g6gR22f4=";
  ASSERT_TRUE(parse_scram_verifier(head + key + ":" + key).has_value());
  for (const std::string& text :
       {std::string(), std::string("md5f1d5e1d8f0e0f9c6c0b0a0d0c0e0f0a0"), "x" + good, good + "$", good + " ",
        good.substr(0, good.size() - 1), head + key, head + key + ":", head + ":" + key,
        head + key + ":" + key + ":" + key, head + key + ":" + key.substr(4),
        "SCRAM-SHA-256$4096$" + key + ":" + key, "SCRAM-SHA-256$0:AAAA$" + key + ":" + key,
        "SCRAM-SHA-256$-1:AAAA$" + key + ":" + key, "SCRAM-SHA-256$4096:$" + key + ":" + key,
        "SCRAM-SHA-256$1000001:AAAA$" + key + ":" + key,
        "SCRAM-SHA-256$18446744073709551617:AAAA$" + key + ":" + key,
        "SCRAM-SHA-256$1:" + base::base64(base::Bytes(base::limits::scram_salt_octets + 1)) + "$" + key +
            ":" + key,
        "SCRAM-SHA-1$4096:AAAA$" + key + ":" + key}) {
    const auto verifier = parse_scram_verifier(text);
    ASSERT_FALSE(verifier.has_value()) << text;
    EXPECT_EQ(verifier.error().code, base::ErrorCode::invalid_argument);
    EXPECT_EQ(verifier.error().message().find(key), std::string::npos) << "errors show no key";
  }
}

TEST(ScramVerifier, is_not_made_of_a_password_that_postgresql_cannot_have) {
  EXPECT_EQ(make_scram_verifier("", base::Bytes(16)).error().code, base::ErrorCode::invalid_argument);
}

TEST(ScramVerifier, of_an_unknown_user_is_the_same_at_every_try) {
  const auto first = format_scram_verifier(mock_scram_verifier(secret, "nobody"));
  EXPECT_EQ(first.text(), format_scram_verifier(mock_scram_verifier(secret, "nobody")).text());
  EXPECT_NE(first.text(), format_scram_verifier(mock_scram_verifier(secret, "somebody")).text());
  const base::Secret other(std::string_view("another secret of thirty-two octets"));
  EXPECT_NE(first.text(), format_scram_verifier(mock_scram_verifier(other, "nobody")).text());
}

TEST(ScramVerifier, of_an_unknown_user_looks_like_a_real_one_and_fits_no_password) {
  const ScramVerifier mock = mock_scram_verifier(secret, "nobody", 5'000);
  EXPECT_EQ(mock.iterations, 5'000U);
  EXPECT_EQ(mock.salt.size(), scram_usual_salt_octets);
  EXPECT_TRUE(parse_scram_verifier(format_scram_verifier(mock).text()).has_value());
  for (const char* password : {"", "nobody", "secret"})
    EXPECT_FALSE(fits_password(mock, password));
  EXPECT_NE(base::hex(mock.stored_key.view()), base::hex(mock.server_key.view()));
}

RC_GTEST_PROP(ScramVerifier, of_any_password_reads_back_and_fits, ()) {
  const auto password = *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::distinctFrom(rc::gen::arbitrary<char>(), '\0')));
  const auto salt = *rc::gen::nonEmpty(rc::gen::arbitrary<base::Bytes>());
  RC_PRE(salt.size() <= base::limits::scram_salt_octets);
  const auto made = make_scram_verifier(password, salt, *rc::gen::inRange(1U, 20U));
  RC_ASSERT(made.has_value());
  const base::Secret text = format_scram_verifier(*made);
  const auto read = parse_scram_verifier(text.text());
  RC_ASSERT(read.has_value() && format_scram_verifier(*read).text() == text.text());
  RC_ASSERT(fits_password(*read, password) && !fits_password(*read, password + "1"));
}

}  // namespace
}  // namespace art32::pgwire
