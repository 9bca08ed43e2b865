#include "app/configuration.h"

#include <gtest/gtest.h>

namespace art32::app {
namespace {

TEST(Configuration, reads_the_template_that_init_writes_back_to_the_same_values) {
  Configuration values;
  values.name = "annex.example.com";
  values.port = 0;
  const auto read = parse_configuration(configuration_template(values), "art32.toml");
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->name, "annex.example.com");
  EXPECT_EQ(read->port, 0);
  EXPECT_EQ(configuration_template(*read), configuration_template(values));
}

TEST(Configuration, names_file_line_and_mend_of_what_it_refuses) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"[server]\nport = 70000\n", "art32.toml:2: port has a value that can't work"},
      {"[server]\n\nprot = 1\n", "art32.toml:3: [server] doesn't know the key prot (did you mean port?"},
      {"[server]\nname = 3\n", "art32.toml:2: name of [server] is a whole number"},
      {"[server]\naddress = \"localhost\"\n", "art32.toml:2: address has a value"},
      {"[audit]\nschedule = \"61 * * * *\"\n", "art32.toml:2: schedule has a value"},
      {"[audit]\ntime_zone = \"Berlin\"\n", "art32.toml:2: time_zone has a value"},
      {"[audit]\nat_start = \"yes\"\n", "art32.toml:2: at_start of [audit] is a text"},
      {"[[waiver]]\nprobe = \"tls.hsts\"\n", "art32.toml:1: [[waiver]] lacks by"},
      {"[server\n", "art32.toml:1: "},
      {"[log]\nlevel = \"loud\"\n", "art32.toml:2: level has a value"},
      {"[gateway]\nevent_loop = \"kqueue\"\n", "art32.toml:2: event_loop has a value"},
      {"[[gateway.database]]\nname = \"a\"\n", "art32.toml:1: [[gateway.database]] lacks server"},
      {"[[gateway.database]]\nname = \"a\"\nserver = \"b\"\nwait_timeout = \"soon\"\n",
       "art32.toml:4: wait_timeout has a value"},
      {"[[gateway.database]]\nname = \"a\"\nserver = \"b\"\ncanary_teams = [\"1\"]\n",
       "art32.toml:4: canary_teams has a value that can't work (name two different teams"},
      {"[[gateway.database]]\nname = \"a\"\nserver = \"b\"\ncanary_teams = []\n",
       "art32.toml:4: canary_teams has a value"},
      {"[[gateway.database]]\nname = \"a\"\nserver = \"b\"\ncanary_teams = [\"1\", \"2\", \"3\"]\n",
       "art32.toml:4: canary_teams has a value"},
      {"[[gateway.database]]\nname = \"a\"\nserver = \"b\"\n\ncanary_teams = [\"1\", \"1\"]\n",
       "art32.toml:5: canary_teams of [[gateway.database]] names 1 twice"},
      {"[[gateway.database]]\nname = \"a\"\nserver = \"b\"\ncanary_teams = [\"1\", \"it's\"]\n",
       "art32.toml:4: canary_teams has a value"},
      {"[[gateway.principal]]\nname = \"a\"\nkind = \"boss\"\npassword_file = \"b\"\n",
       "art32.toml:3: kind has a value"},
      {"[[gateway.principal]]\nname = \"a\"\npassword_file = \"b\"\n[[gateway.principal]]\nname = \"a\"\n"
       "password_file = \"c\"\n",
       "art32.toml:4: there are two principals named \"a\""},
      {"[[gateway.principal]]\nname = \"a\"\nclient_certificate = \"maybe\"\npassword_file = \"b\"\n",
       "art32.toml:3: client_certificate has a value"},
      {"[[gateway.principal]]\nname = \"a\"\nclient_certificate = \"required\"\n",
       "art32.toml:1: [[gateway.principal]] lacks password_file"},
      {"[ledger]\nwitnesses_needed = 1\n",
       "art32.toml:1: witnesses_needed is 1, and there are 0 [[ledger.witness]]"},
      {"[[ledger.witness]]\nurl = \"https://a\"\n", "art32.toml:1: [[ledger.witness]] lacks key"},
      {"[servr]\n", "art32.toml:1: the file doesn't know the key servr"},
  };
  for (const auto& [text, expected] : cases) {
    const auto read = parse_configuration(text, "art32.toml");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, base::ErrorCode::configuration);
    EXPECT_EQ(read.error().what.substr(0, expected.size()), expected) << read.error().what;
    EXPECT_NE(read.error().what.find(" ("), std::string::npos) << "a mend: " << read.error().what;
  }
}

TEST(Configuration, reads_the_two_teams_that_stand_for_the_probe) {
  const auto read = parse_configuration(
      "[[gateway.database]]\nname = \"a\"\nserver = \"b\"\ncanary_teams = [\"900001\", \"900002\"]\n",
      "art32.toml");
  ASSERT_TRUE(read.has_value()) << read.error().message();
  ASSERT_TRUE(read->gateway.has_value());
  EXPECT_EQ(read->gateway->databases.at(0).canary_teams, (std::vector<std::string>{"900001", "900002"}));
}

TEST(Configuration, names_every_finding_at_once) {
  const auto read =
      parse_configuration("[server]\nport = -1\nname = 1\n[log]\nlevel = \"x\"\n", "art32.toml");
  ASSERT_FALSE(read.has_value());
  for (const std::string_view place : {"art32.toml:2: ", "art32.toml:3: ", "art32.toml:5: "})
    EXPECT_NE(read.error().what.find(place), std::string::npos) << read.error().what;
}

TEST(Configuration, keeps_a_waiver_valid_through_its_last_day) {
  const auto read = parse_configuration(
      "[[waiver]]\nprobe = \"tls.hsts\"\nby = \"E\"\nreason = \"r\"\nuntil = \"2027-01-31\"\n", "art32.toml");
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->waivers.size(), 1U);
  EXPECT_EQ(base::rfc3339_seconds(read->waivers[0].until), "2027-02-01T00:00:00Z");
}

}  // namespace
}  // namespace art32::app
