#include "tenancy/posture/posture.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

using base::ErrorCode;
using base::failure;

// As PostgreSQL reads an array of text.
std::string array_of(const std::vector<std::string>& words) {
  std::string text = "{";
  for (const std::string& word : words) {
    text += text.size() > 1 ? ",\"" : "\"";
    for (const char letter : word) {
      if (letter == '"' || letter == '\\') text += '\\';
      text += letter;
    }
    text += '"';
  }
  return text + "}";
}

// Roles, schemas, parameters and the database are what they are: only a relation, a function or a role's
// setting can be meant to be an exception.
bool can_be_left_out(std::string_view object) {
  const auto kind = object.substr(0, object.find(' '));
  return kind != "role" && kind != "schema" && kind != "database" && kind != "parameter";
}

base::Status check_options(const PostureOptions& options) {
  if (options.application_roles.empty())
    return failure(ErrorCode::invalid_argument, "no role of the application is named",
                   "Name every role that connects through the gateway");
  if (options.team_column.empty())
    return failure(ErrorCode::invalid_argument, "the team's column has no name");
  for (const Exception& exception : options.left_out)
    ART32_CHECKED(check_exception(exception));
  return {};
}

bool is_left_out(const Finding& finding, const std::vector<Exception>& left_out) {
  return std::any_of(left_out.begin(), left_out.end(), [&](const Exception& exception) {
    return exception.object == finding.object &&
           (exception.check.empty() || exception.check == finding.check);
  });
}

// Ends the transaction that the check looks in, which has nothing to keep.
class Look {
 public:
  explicit Look(net::SqlSession& session) : session_(session) {}
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  ~Look() { (void)session_.query("rollback", {}); }

  // What the session has set must change neither what a name means nor how an expression is
  // spelled: the queries compare spellings.
  base::Status begin() {
    ART32_CHECKED(session_.query("begin transaction isolation level repeatable read read only", {}));
    ART32_CHECKED(
        session_.query("select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), "
                       "pg_catalog.set_config('standard_conforming_strings', 'on', true), "
                       "pg_catalog.set_config('quote_all_identifiers', 'off', true), "
                       "pg_catalog.set_config('jit', 'off', true)",
                       {}));
    return {};
  }

 private:
  net::SqlSession& session_;
};

std::vector<std::string> parameters_of(const PostureOptions& options) {
  std::vector<std::string> left_out;
  for (const Exception& exception : options.left_out)
    left_out.push_back(exception.object);
  return {array_of(options.schemas), options.team_column, array_of(options.application_roles),
          array_of(left_out), options.trail_publication};
}

// One for all checks, so that the catalogs are gone through once.
std::string statement_of(const std::vector<PostureCheck>& checks) {
  std::string sql = fmt::format("{}select place, object, mend from (", posture_prelude());
  for (std::size_t place = 0; place < checks.size(); ++place)
    sql += fmt::format(
        "{}select {} as place, finding.object::text, finding.mend from ({}) finding (object, mend)\n",
        place == 0 ? "" : "union all ", place, checks[place].sql);
  return sql + ") finding order by place, object collate \"C\", mend collate \"C\"";
}

}  // namespace

base::Status check_exception(const Exception& exception) {
  const auto checks = posture_checks();
  if (exception.reason.empty())
    return failure(ErrorCode::invalid_argument, exception.object + " is left out without a reason");
  if (!can_be_left_out(exception.object))
    return failure(ErrorCode::invalid_argument, exception.object + " can't be left out",
                   "Only relations, functions and settings of roles can");
  if (!exception.check.empty() && std::none_of(checks.begin(), checks.end(), [&](const PostureCheck& check) {
        return check.id == exception.check;
      }))
    return failure(ErrorCode::invalid_argument, fmt::format("{} is left out of \"{}\", which is no check",
                                                            exception.object, exception.check));
  return {};
}

base::Result<std::vector<Finding>> check_posture(net::SqlSession& session, const PostureOptions& options) {
  ART32_CHECKED(check_options(options));
  const std::vector<PostureCheck> checks = posture_checks();
  Look look(session);
  ART32_CHECKED(look.begin());
  ART32_ASSIGN(const auto rows, session.query(statement_of(checks), parameters_of(options)));
  std::vector<Finding> findings;
  for (const net::SqlSession::Row& row : rows) {
    ART32_ASSERT(row.size() == 3 && row[0] && row[1] && row[2]);
    const PostureCheck& check = checks.at(base::parse_number(*row[0]).value());
    Finding finding{std::string(check.id), *row[1], std::string(check.risk), *row[2]};
    if (!is_left_out(finding, options.left_out)) findings.push_back(std::move(finding));
  }
  return findings;
}

base::Result<std::size_t> count_team_tables(net::SqlSession& session, const PostureOptions& options) {
  ART32_CHECKED(check_options(options));
  Look look(session);
  ART32_CHECKED(look.begin());
  ART32_ASSIGN(const auto rows,
               session.query(std::string(posture_prelude()) + "select pg_catalog.count(*) from team_table",
                             parameters_of(options)));
  ART32_ASSERT(rows.size() == 1 && rows[0].size() == 1 && rows[0][0]);
  return static_cast<std::size_t>(base::parse_number(*rows[0][0]).value());
}

}  // namespace art32::tenancy
