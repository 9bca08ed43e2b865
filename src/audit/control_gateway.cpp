#include "audit/control_gateway.h"

#include <fmt/core.h>

#include "audit/control_ask.h"
#include "base/log.h"

namespace art32::audit {
namespace {

namespace json = boost::json;

// What is asked by a name that isn't there throws; it ends here.
template <class Value>
base::Result<Value> read(const json::value& reply, const std::function<Value(const json::value&)>& take) {
  try {
    return take(reply);
  } catch (const std::exception& fault) {
    return base::failure(base::ErrorCode::corrupt, fmt::format("the reply can't be read: {}", fault.what()));
  }
}

std::string text(const json::value& object, std::string_view key) {
  return std::string(object.at(json::string_view(key.data(), key.size())).as_string());
}

base::Result<std::vector<DatabaseServer>> databases(const base::Path& socket) {
  ART32_ASSIGN(const json::value reply, ask_instance(socket, "gateway databases", {}));
  return read<std::vector<DatabaseServer>>(reply, [](const json::value& list) {
    std::vector<DatabaseServer> servers;
    for (const json::value& one : list.as_array())
      servers.push_back({text(one, "name"), text(one, "address"), one.at("port").to_number<std::uint16_t>(),
                         text(one, "server_name"), text(one, "database"), text(one, "role"),
                         one.at("is_exempt_from_tls").as_bool()});
    return servers;
  });
}

base::Result<StaffCanary> make_staff(const base::Path& socket, StatementLogState log) {
  ART32_ASSIGN(const json::value reply,
               ask_instance(socket, "gateway canary add",
                            {{"log", log == StatementLogState::working ? "working" : "refusing"}}));
  return read<StaffCanary>(reply, [](const json::value& made) {
    StaffCanary canary{text(made, "name"), text(made, "password"), {}};
    for (const json::value& database : made.at("databases").as_array())
      canary.databases.emplace_back(database.as_string());
    return canary;
  });
}

void remove_canary(const base::Path& socket, const std::string& name) {
  if (const auto removed = ask_instance(socket, "gateway canary remove", {{"name", name}}); !removed)
    base::log_warning("canary not removed", {{"name", name}, {"error", removed.error().message()}});
}

base::Result<std::vector<ApplicationCanary>> make_applications(const base::Path& socket) {
  ART32_ASSIGN(const json::value reply, ask_instance(socket, "gateway application add", {}));
  return read<std::vector<ApplicationCanary>>(reply, [](const json::value& list) {
    std::vector<ApplicationCanary> canaries;
    for (const json::value& one : list.as_array()) {
      canaries.push_back({text(one, "name"),
                          text(one, "password"),
                          text(one, "database"),
                          text(one, "team_column"),
                          {},
                          text(one, "seed"),
                          {},
                          text(one, "principal")});
      for (const json::value& table : one.at("leaves_out").as_array())
        canaries.back().leaves_out.emplace_back(table.as_string());
      for (const json::value& team : one.at("teams").as_array())
        canaries.back().teams.emplace_back(team.as_string());
    }
    return canaries;
  });
}

base::Result<std::string> sign_claim(const base::Path& socket, const std::string& team, ClaimFlaw flaw) {
  ART32_ASSIGN(const json::value reply,
               ask_instance(socket, "gateway claim", {{"team", team}, {"flaw", static_cast<int>(flaw)}}));
  return read<std::string>(reply, [](const json::value& made) { return text(made, "claim"); });
}

base::Result<std::vector<PostureView>> look_at_postures(const base::Path& socket) {
  ART32_ASSIGN(const json::value reply, ask_instance(socket, "tenancy posture", {}));
  return read<std::vector<PostureView>>(reply, [](const json::value& list) {
    std::vector<PostureView> views;
    for (const json::value& one : list.as_array()) {
      PostureView view{text(one, "database"),
                       {},
                       one.at("tables").to_number<std::size_t>(),
                       one.at("sees_trouble").as_bool(),
                       ""};
      if (!one.at("error").is_null()) view.error = text(one.at("error"), "what");
      for (const json::value& finding : one.at("findings").as_array())
        view.findings.push_back({text(finding, "group"), text(finding, "check"), text(finding, "object")});
      views.push_back(std::move(view));
    }
    return views;
  });
}

base::Result<std::vector<TrailView>> look_at_trails(const base::Path& socket) {
  ART32_ASSIGN(const json::value reply, ask_instance(socket, "trail status", {}));
  return read<std::vector<TrailView>>(reply, [](const json::value& list) {
    std::vector<TrailView> views;
    for (const json::value& one : list.as_array()) {
      TrailView view{text(one, "database"),
                     text(one, "slot"),
                     text(one, "publication"),
                     one.at("connected").as_bool(),
                     {},
                     "",
                     one.at("oldest").is_null() ? std::nullopt : base::parse_rfc3339(text(one, "oldest")),
                     std::chrono::seconds(one.at("retention_s").to_number<std::int64_t>())};
      if (!one.at("error").is_null()) view.error = text(one.at("error"), "what");
      for (const json::value& finding : one.at("findings").as_array())
        view.findings.push_back(text(finding, "check") + " " + text(finding, "object"));
      views.push_back(std::move(view));
    }
    return views;
  });
}

base::Result<std::optional<TrailHit>> find_in_trail(const base::Path& socket, const std::string& database,
                                                    const std::string& note) {
  ART32_ASSIGN(const json::value reply,
               ask_instance(socket, "trail canary find", {{"database", database}, {"note", note}}));
  return read<std::optional<TrailHit>>(reply, [](const json::value& hit) -> std::optional<TrailHit> {
    if (hit.is_null()) return std::nullopt;
    return TrailHit{hit.at("has_author").as_bool(), text(hit, "team"), text(hit, "actor"),
                    text(hit, "request")};
  });
}

base::Result<std::string> sign_entry(const base::Path& socket, const std::string& team,
                                     const std::string& session, std::uint64_t number, ClaimFlaw flaw) {
  ART32_ASSIGN(
      const json::value reply,
      ask_instance(
          socket, "gateway entry",
          {{"team", team}, {"session", session}, {"number", number}, {"flaw", static_cast<int>(flaw)}}));
  return read<std::string>(reply, [](const json::value& made) { return text(made, "entry"); });
}

base::Result<bool> is_logged(const base::Path& socket, const std::string& wanted) {
  ART32_ASSIGN(const json::value reply, ask_instance(socket, "gateway logged", {{"text", wanted}}));
  return read<bool>(reply, [](const json::value& found) { return found.at("logged").as_bool(); });
}

}  // namespace

GatewayTarget gateway_of_instance(const base::Path& control_socket) {
  GatewayTarget target;
  target.databases = [control_socket] { return databases(control_socket); };
  target.reach = [control_socket](const std::string& database, std::uint16_t instead) {
    return ask_instance(control_socket, "gateway reach", {{"database", database}, {"port", instead}})
        .map([](const auto&) {});
  };
  target.make_staff = [control_socket](StatementLogState log) { return make_staff(control_socket, log); };
  target.remove_staff = [control_socket](const StaffCanary& canary) {
    remove_canary(control_socket, canary.name);
  };
  target.make_applications = [control_socket] { return make_applications(control_socket); };
  target.remove_application = [control_socket](const ApplicationCanary& canary) {
    remove_canary(control_socket, canary.name);
  };
  target.sign_claim = [control_socket](const std::string& team, ClaimFlaw flaw) {
    return sign_claim(control_socket, team, flaw);
  };
  target.look_at_postures = [control_socket] { return look_at_postures(control_socket); };
  target.sign_entry = [control_socket](const std::string& team, const std::string& session,
                                       std::uint64_t number, ClaimFlaw flaw) {
    return sign_entry(control_socket, team, session, number, flaw);
  };
  target.look_at_trails = [control_socket] { return look_at_trails(control_socket); };
  target.find_in_trail = [control_socket](const std::string& database, const std::string& note) {
    return find_in_trail(control_socket, database, note);
  };
  target.write_past_gateway = [control_socket](const std::string& database, const std::string& note) {
    return ask_instance(control_socket, "trail canary write", {{"database", database}, {"note", note}})
        .map([](const auto&) {});
  };
  target.check_records = [control_socket](const std::string& database) -> base::Result<std::string> {
    ART32_ASSIGN(const json::value reply,
                 ask_instance(control_socket, "trail check", {{"database", database}}));
    return read<std::string>(reply, [](const json::value& value) { return text(value, "problem"); });
  };
  target.is_logged = [control_socket](const std::string& wanted) {
    return is_logged(control_socket, wanted);
  };
  return target;
}

}  // namespace art32::audit
