#include "audit/probes/tenant_session.h"

#include <algorithm>

#include "audit/probes/fetch.h"
#include "base/text.h"

namespace art32::audit {
// "why (42501)": as PostgresClient has it.
std::string sqlstate_of(const base::Error& error) {
  constexpr std::size_t length = 5;
  const std::string& what = error.what;
  if (error.code != base::ErrorCode::check_failed || what.size() < length + 2 || what.back() != ')')
    return {};
  return what.substr(what.size() - length - 1, length);
}

// An integrity violation (class 23) was met by a row that was found.
bool TenantAnswer::found() const {
  if (kind == Kind::counted) return rows > 0;
  return kind == Kind::failed && (sqlstate == seen_state || sqlstate.starts_with("23"));
}

base::Result<std::unique_ptr<TenantSession>> TenantSession::sign_in(const ProbeContext& context,
                                                                    const ApplicationCanary& canary) {
  const auto& listeners = context.target.listeners;
  const auto gateway = std::find_if(listeners.begin(), listeners.end(), [](const model::Listener& each) {
    return each.protocol == model::Protocol::postgresql;
  });
  if (gateway == listeners.end()) return base::failure(base::ErrorCode::unavailable, "no gateway listens");
  ART32_ASSIGN(auto client,
               net::PostgresClient::connect(endpoint_of(*gateway), context.target.authorities_pem,
                                            {canary.name, base::Secret(canary.password), canary.database},
                                            context.left()));
  std::unique_ptr<TenantSession> session(new TenantSession(context, std::move(client), canary));
  // Others work there. What is SET before the first claim holds for each team.
  for (const char* const limit : {"set lock_timeout = '500ms'", "set statement_timeout = '5s'"})
    ART32_CHECKED(session->query(limit).map([](const Rows&) {}));
  return session;
}

base::Result<TenantSession::Rows> TenantSession::query(const std::string& sql,
                                                       const std::vector<std::string>& parameters) {
  return client_->query(sql, parameters, context_.left());
}

base::Status TenantSession::act_for(const std::string& claim) {
  return query("SET art32.claim = '" + claim + "'").map([](const Rows&) {});
}

base::Status TenantSession::copy_in(const std::string& sql, const std::string& octets) {
  return client_->copy_in(sql, octets, context_.left());
}

base::Status TenantSession::prepare(const std::string& name, const std::string& sql) {
  return client_->prepare(name, sql, context_.left());
}

namespace {

// The number in the first cell.
long long number_in(const TenantSession::Rows& rows) {
  if (rows.empty() || rows.front().empty()) return 0;
  return static_cast<long long>(base::parse_number(rows.front().front().value_or("")).value_or(0));
}

TenantAnswer answer_of(const base::Result<long long>& count) {
  TenantAnswer answer;
  if (count) {
    answer.kind = TenantAnswer::Kind::counted;
    answer.rows = *count;
    return answer;
  }
  answer.message = count.error().what;
  if (count.error().code == base::ErrorCode::check_failed) {
    answer.kind = TenantAnswer::Kind::failed;
    answer.sqlstate = sqlstate_of(count.error());
  }
  return answer;
}

}  // namespace

TenantAnswer TenantSession::run_prepared(const std::string& name) {
  return answer_of(client_->run_prepared(name, context_.left()).map(number_in));
}

TenantAnswer TenantSession::ask(const std::string& sql) {
  if (!sql.starts_with("copy ")) return answer_of(query(sql).map(number_in));
  return answer_of(client_->copy_out(sql, context_.left()).map([](std::size_t rows) {
    return static_cast<long long>(rows);
  }));
}

base::Status TenantSession::begin() {
  return query("begin").map([](const Rows&) {});
}

TenantAnswer TenantSession::attempt(const std::vector<std::string>& statements) {
  TenantAnswer answer;
  const bool only_reads = statements.size() == 1 && (statements.front().starts_with("select ") ||
                                                     statements.front().starts_with("copy "));
  if (only_reads) return ask(statements.front());
  if (const base::Status begun = begin(); !begun) {
    answer.message = begun.error().what;
    return answer;
  }
  for (const std::string& statement : statements) {
    answer = ask(statement);
    if (answer.kind != TenantAnswer::Kind::counted) break;
  }
  if (const TenantAnswer end = ask("rollback"); end.kind != TenantAnswer::Kind::counted) return end;
  return answer;
}

}  // namespace art32::audit
