#include "identity/api/problem.h"

#include <boost/json.hpp>

#include "base/log.h"
#include "identity/api/schema.h"

namespace art32::identity::api {

net::HttpResponse problem(int status, std::string_view code, std::string_view detail, std::string_view mend) {
  json::object body{{"type", "about:blank"},
                    {"title", key(net::reason_phrase(status))},
                    {"status", status},
                    {"code", key(code)},
                    {"detail", key(detail)}};
  if (!mend.empty()) body["mend"] = key(mend);
  net::HttpResponse response =
      net::HttpResponse::text(status, json::serialize(body), "application/problem+json");
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

net::HttpResponse problem(const base::Error& error) {
  const base::ErrorCodeRow& row = base::describe(error.code);
  if (row.http_status >= 500) base::log_error("request of the API failed", {{"error", error.message()}});
  return problem(row.http_status, row.name, error.what, error.mend);
}

net::HttpResponse unauthenticated(std::string_view code, std::string_view detail, std::string_view mend) {
  net::HttpResponse response = problem(401, code, detail, mend);
  response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"art32\""});
  response.headers.push_back({"WWW-Authenticate", "Basic realm=\"art32\", charset=\"UTF-8\""});
  return response;
}

net::HttpResponse too_many(std::string_view detail, std::string_view mend) {
  net::HttpResponse response = problem(429, "too-many", detail, mend);
  response.headers.push_back({"Retry-After", "60"});
  return response;
}

}  // namespace art32::identity::api
