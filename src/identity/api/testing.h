// For tests of the JSON API: an API over scratch lists, and a caller that may use it. Every answer
// is held against the schema that the table of routes names for it. One thread.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/scratch_folder.h"
#include "identity/api/api.h"
#include "identity/api/route.h"
#include "model/testing.h"
#include "net/http_target.h"

namespace art32::identity::api::testing {

struct Reply {
  int status = 0;
  json::value body;  // null without one
  net::HttpResponse response;

  std::string header(std::string_view name) const {
    return std::string(net::find_header(response.headers, name).value_or(""));
  }
  std::string text(std::string_view member) const {
    const json::value* const value = body.is_object() ? body.get_object().if_contains(key(member)) : nullptr;
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "no text";
  }
  // Of a problem, all that a reader sees of it.
  std::string words() const { return text("detail") + " | " + text("mend"); }
};

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    std::vector<store::Migration> all = Accounts::migrations();
    const auto of_customers = Customers::migrations();
    all.insert(all.end(), of_customers.begin(), of_customers.end());
    EXPECT_TRUE(database.migrate(all));
    EXPECT_TRUE(accounts.add("application", May::customers));
    EXPECT_TRUE(accounts.add("monitoring"));
    bearer = "Bearer " + token_of("application");
  }

  std::string token_of(std::string_view account) {
    const auto token = accounts.issue_token(account, "test", std::nullopt);
    EXPECT_TRUE(token.has_value());
    return token ? std::string(token->text()) : std::string();
  }

  net::HttpRequest request(std::string method, std::string target, std::string body = {}) const {
    net::HttpRequest made;
    const auto parsed = net::parse_target(target);
    EXPECT_TRUE(parsed.has_value()) << target;
    made.method = std::move(method);
    made.path = parsed ? parsed->path : std::string();
    made.query = parsed ? parsed->query : std::string();
    made.target = std::move(target);
    made.peer = "192.0.2.1";
    made.headers.push_back({"authorization", bearer});
    if (!body.empty()) made.headers.push_back({"content-type", "application/json"});
    made.body = std::move(body);
    return made;
  }
  Reply send(const net::HttpRequest& request) const {
    Reply reply;
    reply.response = api.answer(request);
    reply.status = reply.response.status;
    if (reply.response.body != nullptr) reply.body = json::parse(*reply.response.body);
    check(request, reply);
    return reply;
  }
  Reply call(std::string method, std::string target, std::string body = {}) const {
    return send(request(std::move(method), std::move(target), std::move(body)));
  }
  // A user of a team, with a password.
  std::int64_t add_member(const std::string& login, const std::string& team) {
    const UserId user = customers.users.add(login).value();
    EXPECT_TRUE(customers.users.set_password(user, password));
    EXPECT_TRUE(customers.memberships.add({{team}, user}));
    return user.value;
  }
  // Many rows, which the lists themselves would make durable one by one.
  void insert(std::size_t count, const std::function<std::string(std::size_t)>& statement) {
    EXPECT_TRUE(database.transaction([&]() -> base::Status {
      for (std::size_t i = 0; i < count; ++i)
        ART32_CHECKED(database.run(statement(i)));
      return {};
    }));
  }
  // Of an error: one of the problem's members, in every answer of that kind.
  static void expect_problem(const Reply& reply, int status, std::string_view code) {
    EXPECT_EQ(reply.status, status) << json::serialize(reply.body);
    EXPECT_EQ(reply.text("code"), code) << json::serialize(reply.body);
  }

  const std::string password = "correct horse battery";
  base::ScratchFolder folder;
  store::Database database = store::Database::open(folder.path() / "state.db").value();
  std::mutex mutex;
  model::testing::RecordingSink sink;
  base::ManualClock clock{*base::parse_rfc3339("2026-11-30T12:00:00Z")};
  SealedStore sealed{database, mutex, sink, clock};
  Customers customers{sealed, "art32_", 10};
  Accounts accounts{database, mutex, sink, clock, 10};
  IdentityApi api{customers, accounts, clock};
  std::string bearer;

 private:
  // What the document promises of every answer.
  void check(const net::HttpRequest& request, const Reply& reply) const {
    SCOPED_TRACE(request.method + " " + request.target);
    if (reply.status >= 400) {
      EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
      EXPECT_EQ(reply.text("type"), "about:blank");
      EXPECT_EQ(reply.body.at("status"), reply.status);
      check_shape(reply.body, find_schema("Problem"));
      return;
    }
    const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    for (const Route& route : routes()) {
      if (route.method != method || !match(route.path, request.path)) continue;
      const bool is_repeated_put = route.method == "PUT" && reply.status == 204;
      EXPECT_TRUE(reply.status == route.status || is_repeated_put) << reply.status;
      EXPECT_EQ(reply.body.is_null(), route.answer.empty());
      if (!route.answer.empty()) {
        EXPECT_EQ(reply.header("Content-Type"), "application/json");
        check_shape(reply.body, find_schema(route.answer));
      }
      EXPECT_EQ(reply.header("Cache-Control"), route.access == Access::anybody ? "" : "no-store");
      return;
    }
    ADD_FAILURE() << "no route";
  }
  static void check_shape(const json::value& value, const Schema& schema) {
    SCOPED_TRACE(schema.name);
    ASSERT_TRUE(value.is_object());
    if (schema.members.empty()) return;
    std::size_t known = 0;
    for (const Property& member : schema.members) {
      const json::value* const found = value.get_object().if_contains(key(member.name));
      if (found == nullptr) {
        EXPECT_EQ(member.need, Need::optional) << member.name;
        continue;
      }
      ++known;
      if (found->is_null())
        EXPECT_EQ(member.need, Need::or_null) << member.name;
      else
        check_type(*found, member);
    }
    EXPECT_EQ(known, value.get_object().size()) << "says what isn't described: " << json::serialize(value);
  }
  static void check_type(const json::value& value, const Property& member) {
    SCOPED_TRACE(member.name);
    if (member.type == Type::object) return check_shape(value, find_schema(member.of));
    if (member.type == Type::objects) {
      ASSERT_TRUE(value.is_array());
      for (const json::value& each : value.get_array())
        check_shape(each, find_schema(member.of));
      return;
    }
    EXPECT_TRUE(has_type(value, member.type)) << json::serialize(value);
  }
};

}  // namespace art32::identity::api::testing
