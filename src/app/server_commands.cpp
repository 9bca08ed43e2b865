#include "app/server_commands.h"

#include <unistd.h>

#include "app/command_arguments.h"
#include "app/customer_commands.h"
#include "app/entrance.h"
#include "app/gateway_settings.h"
#include "app/trail_commands.h"
#include "base/version.h"
#include "portal/cosigning_json.h"

#include "net/control_socket.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;

Result<json::value> status(System& system, const json::object&) {
  const auto annex = system.annex();
  ART32_ASSIGN(const auto standings, system.audits().standing(*annex, system.clock().now()));
  ART32_ASSIGN(const auto audits, system.audits().recent(1));
  json::array measures;
  for (const audit::MeasureStanding& standing : standings)
    measures.push_back(to_json(standing));
  json::array listeners = to_json(system.listeners());
  const json::value process = listeners.empty() ? json::value(nullptr) : json::value(::getpid());
  const ledger::Health health = system.ledger().health();
  json::object ledger{{"size", health.size}, {"integrated", health.integrated}};
  ledger["trouble"] = health.trouble ? json::value(health.trouble->message()) : json::value(nullptr);
  const auto cosigning = system.witnesses();
  json::value witnesses = cosigning ? json::value(portal::to_json(*cosigning)) : json::value(nullptr);
  return json::object{{"version", base::version()},
                      {"folder", system.folder().root.string()},
                      {"running", !listeners.empty()},
                      {"process", process},
                      {"started", base::rfc3339(system.started())},
                      {"url", system.base_url()},
                      {"listeners", std::move(listeners)},
                      {"annex_version", annex->document.version},
                      {"ledger", std::move(ledger)},
                      {"witnesses", std::move(witnesses)},
                      {"postures", to_json(system.postures().standings())},
                      {"trails", to_json(system.trails().standings())},
                      {"last_audit", audits.empty() ? json::value(nullptr) : to_json(audits.front())},
                      {"measures", std::move(measures)}};
}

Result<json::value> run_audit(System& system, const json::object& arguments) {
  std::vector<std::string> only;
  if (const json::value* names = arguments.if_contains("only"); names != nullptr && names->is_array())
    for (const json::value& name : names->get_array())
      if (name.is_string()) only.emplace_back(name.get_string());
  if (system.listeners().empty())
    return base::failure(
        ErrorCode::unavailable,
        fmt::format("no server runs on {}, so there is nothing to attack", system.folder().root.string()),
        "start it: art32 serve --folder " + system.folder().root.string());
  ART32_ASSIGN(const audit::AuditRun run, system.run_audit("command", only));
  return to_json(run);
}

Result<json::value> list_accounts(System& system, const json::object&) {
  ART32_ASSIGN(const auto accounts, system.accounts().list());
  json::array list;
  for (const identity::Account& account : accounts)
    list.push_back({{"name", account.name},
                    {"may", identity::name(account.may)},
                    {"has_password", account.has_password},
                    {"created", base::rfc3339_seconds(account.created)}});
  return list;
}

Result<json::value> add_account(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  // Commands of an older program don't say, and mean metrics.
  std::string word(identity::name(identity::May::metrics));
  if (arguments.contains("may")) {
    ART32_ASSIGN(word, text_argument(arguments, "may"));
  }
  const std::optional<identity::May> may = identity::parse_may(word);
  if (!may)
    return base::failure(ErrorCode::invalid_argument, "an account may do metrics or customers, nothing else");
  ART32_CHECKED(system.accounts().add(name, *may));
  return json::object{{"name", name}, {"may", word}};
}

Result<json::value> remove_account(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_CHECKED(system.accounts().remove(name));
  return json::object{{"name", name}};
}

Result<json::value> set_password(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_ASSIGN(const std::string password, text_argument(arguments, "password"));
  ART32_CHECKED(system.accounts().set_password(name, password));
  return json::object{{"name", name}};
}

Result<json::value> list_principals(System& system, const json::object&) {
  ART32_ASSIGN(const auto principals, system.principals().list());
  json::array list;
  for (const identity::Principal& principal : principals)
    list.push_back({{"name", principal.name},
                    {"kind", principal.kind},
                    {"through", principal.through},
                    {"created", base::rfc3339_seconds(principal.created)}});
  return list;
}

// The gateway knows of it when the answer comes, or it isn't there.
base::Status check_not_configured(const Configuration& configuration, const std::string& name) {
  if (configuration.gateway)
    for (const GatewayPrincipal& principal : configuration.gateway->principals)
      if (principal.name == name)
        return base::failure(ErrorCode::already_exists,
                             fmt::format("art32.toml names a principal \"{}\" already", name),
                             "choose another name, or take that one out of art32.toml first");
  return {};
}

Result<json::value> add_principal(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_ASSIGN(const std::string kind, text_argument(arguments, "kind"));
  ART32_ASSIGN(const std::string through, text_argument(arguments, "through"));
  ART32_ASSIGN(const std::string password, text_argument(arguments, "password"));
  ART32_CHECKED(stored_principal_kind(kind));
  ART32_CHECKED(check_not_configured(system.configuration(), name));
  ART32_CHECKED(system.principals().add(name, kind, through, password));
  if (const base::Status reloaded = system.take_up_principals(); !reloaded) {
    ART32_CHECKED(system.principals().remove(name));
    return tl::unexpected<base::Error>(reloaded.error());
  }
  return json::object{{"name", name}};
}

Result<json::value> remove_principal(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_CHECKED(system.principals().remove(name));
  ART32_CHECKED(system.take_up_principals());
  return json::object{{"name", name}};
}

Result<json::value> set_principal_password(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_ASSIGN(const std::string password, text_argument(arguments, "password"));
  ART32_CHECKED(system.principals().set_password(name, password));
  ART32_CHECKED(system.take_up_principals());
  return json::object{{"name", name}};
}

Result<json::value> list_tokens(System& system, const json::object&) {
  ART32_ASSIGN(const auto tokens, system.accounts().tokens());
  json::array list;
  for (const identity::TokenFacts& token : tokens) {
    list.push_back({{"id", token.id},
                    {"account", token.account},
                    {"name", token.name},
                    {"created", base::rfc3339_seconds(token.created)},
                    {"expires", time_or_null(token.expires)}});
  }
  return list;
}

Result<json::value> issue_token(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string account, text_argument(arguments, "account"));
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_ASSIGN(const auto expires, optional_day(arguments, "expires"));
  ART32_ASSIGN(const base::Secret token, system.accounts().issue_token(account, name, expires));
  return json::object{{"token", json::string(token.text())}};
}

Result<json::value> revoke_token(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t id, number_argument(arguments, "id"));
  ART32_CHECKED(system.accounts().revoke_token(static_cast<std::int64_t>(id)));
  return json::object{{"id", id}};
}

Result<json::value> flush_ledger(System& system, const json::object&) {
  ART32_CHECKED(system.ledger().flush());
  return json::object{{"checkpoint", system.ledger().checkpoint_note()},
                      {"verifier_key", system.ledger().verifier_key()}};
}

Result<json::value> show_record(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t index, number_argument(arguments, "index"));
  ART32_ASSIGN(const ledger::Disclosure record, system.ledger().disclose(model::LeafIndex(index)));
  boost::system::error_code ignored;
  json::value content = json::parse(base::to_text(record.record), ignored);
  if (ignored) content = base::base64(record.record);
  return json::object{{"index", record.index.value},        {"kind", record.kind},
                      {"time", base::rfc3339(record.time)}, {"entry", base::to_text(record.entry)},
                      {"record", std::move(content)},       {"opening", base::base64(record.opening)}};
}

Result<json::value> prove_record(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t index, number_argument(arguments, "index"));
  // An entry of this very second isn't under a checkpoint yet: whoever asks for its proof waits.
  if (index >= system.ledger().checkpoint().size.value) ART32_CHECKED(system.ledger().flush());
  ART32_ASSIGN(std::string proof, system.ledger().proof(model::LeafIndex(index)));
  return json::object{{"proof", std::move(proof)}};
}

Result<json::value> erase_record(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t index, number_argument(arguments, "index"));
  ART32_ASSIGN(const std::string reason, text_argument(arguments, "reason"));
  ART32_ASSIGN(const model::LeafIndex erased, system.ledger().erase(model::LeafIndex(index), reason));
  return json::object{{"erased", index}, {"index", erased.value}};
}

Result<json::value> annex_history(System& system, const json::object&) {
  ART32_ASSIGN(const auto versions, system.versions().all());
  const auto states = annex::states(versions, system.clock().now());
  json::array list;
  for (std::size_t i = 0; i < versions.size(); ++i)
    list.push_back(to_json(versions[i], states[i]));
  return list;
}

Result<json::value> published_annex(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "version"));
  ART32_ASSIGN(const annex::Version version, system.versions().find(name));
  return json::object{{"version", version.version}, {"annex", version.json}};
}

Result<json::value> upgrade(System& system, const json::object&) {
  ART32_ASSIGN(const int process, system.upgrade());
  return json::object{{"process", process}};
}

// Publishing is what a reload does with a changed annex; here, and when serving begins.
Result<json::value> reload(System& system, const json::object& arguments) {
  ART32_CHECKED(system.reload());
  return annex_history(system, arguments);
}

Result<GatewayService*> gateway_of(System& system) {
  if (system.gateway() != nullptr) return system.gateway();
  return base::failure(ErrorCode::configuration, "this server has no gateway",
                       "configure [gateway] in art32.toml and restart it");
}

Result<json::value> gateway_databases(System& system, const json::object&) {
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  ART32_ASSIGN(const auto servers, gateway->databases());
  json::array list;
  for (const audit::DatabaseServer& server : servers)
    list.push_back({{"name", server.name},
                    {"address", server.address},
                    {"port", server.port},
                    {"server_name", server.server_name},
                    {"database", server.database},
                    {"role", server.role},
                    {"is_exempt_from_tls", server.is_exempt_from_tls}});
  return list;
}

Result<json::value> reach_database(System& system, const json::object& arguments) {
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  ART32_ASSIGN(const std::string database, text_argument(arguments, "database"));
  ART32_ASSIGN(const std::uint64_t port, number_argument(arguments, "port"));
  ART32_CHECKED(gateway->reach(database, static_cast<std::uint16_t>(port)));
  return json::object{{"database", database}};
}

Result<json::value> add_staff_canary(System& system, const json::object& arguments) {
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  const auto log = text_argument(arguments, "log");
  if (!log) return tl::unexpected<base::Error>(log.error());
  const bool refuses = log->starts_with("refusing");
  ART32_ASSIGN(
      const audit::StaffCanary made,
      gateway->make_staff(refuses ? audit::StatementLogState::refusing : audit::StatementLogState::working));
  return json::object{{"name", made.name},
                      {"password", made.password},
                      {"databases", json::array(made.databases.begin(), made.databases.end())}};
}

Result<json::value> remove_staff_canary(System& system, const json::object& arguments) {
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  gateway->remove_canary(name);
  return json::object{{"name", name}};
}

Result<json::value> add_application_canaries(System& system, const json::object&) {
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  ART32_ASSIGN(const auto made, gateway->make_applications());
  json::array list;
  for (const audit::ApplicationCanary& canary : made)
    list.push_back({{"name", canary.name},
                    {"password", canary.password},
                    {"database", canary.database},
                    {"team_column", canary.team_column},
                    {"leaves_out", json::array(canary.leaves_out.begin(), canary.leaves_out.end())},
                    {"seed", canary.seed},
                    {"principal", canary.principal},
                    {"teams", json::array(canary.teams.begin(), canary.teams.end())}});
  return list;
}

Result<json::value> sign_canary_claim(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string team, text_argument(arguments, "team"));
  ART32_ASSIGN(const std::uint64_t flaw, number_argument(arguments, "flaw"));
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  if (!gateway->has_canaries() || flaw > static_cast<std::uint64_t>(audit::ClaimFlaw::unknown_key))
    return base::failure(ErrorCode::invalid_argument, "claims are signed here for a probe that runs only");
  ART32_ASSIGN(const std::string claim, sign_probe_claim(system.folder(), system.configuration(), team,
                                                         static_cast<audit::ClaimFlaw>(flaw)));
  return json::object{{"claim", claim}};
}

Result<json::value> sign_canary_entry(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string team, text_argument(arguments, "team"));
  ART32_ASSIGN(const std::string session, text_argument(arguments, "session"));
  ART32_ASSIGN(const std::uint64_t number, number_argument(arguments, "number"));
  ART32_ASSIGN(const std::uint64_t flaw, number_argument(arguments, "flaw"));
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  if (!gateway->has_canaries() || flaw > static_cast<std::uint64_t>(audit::ClaimFlaw::unknown_key))
    return base::failure(ErrorCode::invalid_argument, "entries are signed here for a probe that runs only");
  ART32_ASSIGN(const std::string entry,
               sign_probe_entry(system.folder(), system.configuration(), team, session, number,
                                static_cast<audit::ClaimFlaw>(flaw)));
  return json::object{{"entry", entry}};
}

Result<json::value> is_statement_logged(System& system, const json::object& arguments) {
  ART32_ASSIGN(GatewayService* const gateway, gateway_of(system));
  ART32_ASSIGN(const std::string text, text_argument(arguments, "text"));
  ART32_ASSIGN(const bool logged, gateway->is_logged(text));
  return json::object{{"logged", logged}};
}

Result<json::value> look_at_postures(System& system, const json::object&) {
  ART32_CHECKED(gateway_of(system).map([](GatewayService*) {}));
  ART32_ASSIGN(const auto standings, system.postures().look_now());
  return to_json(standings);
}

constexpr std::pair<std::string_view, ServerCommand> commands[] = {
    {"status", status},
    {"audit", run_audit},
    {"reload", reload},
    {"upgrade", upgrade},
    {"account list", list_accounts},
    {"account add", add_account},
    {"account remove", remove_account},
    {"account password", set_password},
    {"principal list", list_principals},
    {"principal add", add_principal},
    {"principal remove", remove_principal},
    {"principal password", set_principal_password},
    {"account token list", list_tokens},
    {"account token issue", issue_token},
    {"account token revoke", revoke_token},
    {"ledger flush", flush_ledger},
    {"ledger show", show_record},
    {"ledger proof", prove_record},
    {"ledger erase", erase_record},
    {"annex history", annex_history},
    {"annex published", published_annex},
    {"annex publish", reload},
    {"gateway databases", gateway_databases},
    {"gateway reach", reach_database},
    {"gateway canary add", add_staff_canary},
    {"gateway canary remove", remove_staff_canary},
    {"gateway application add", add_application_canaries},
    {"gateway claim", sign_canary_claim},
    {"gateway entry", sign_canary_entry},
    {"gateway logged", is_statement_logged},
    {"tenancy posture", look_at_postures},
};

}  // namespace

Result<json::value> run_server_command(System& system, std::string_view name, const json::object& arguments) {
  using Table = std::span<const std::pair<std::string_view, ServerCommand>>;
  for (const Table table : {Table(commands), customer_commands(), trail_commands()})
    for (const auto& [known, command] : table)
      if (known == name) return command(system, arguments);
  return base::failure(ErrorCode::not_found, fmt::format("the server knows no command \"{}\"", name),
                       "the program may be newer than the running server: restart it");
}

std::string answer_control_request(System& system, std::string_view request) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(json::string_view(request.data(), request.size()), trouble);
  const json::object* object = trouble ? nullptr : parsed.if_object();
  const json::value* name = object != nullptr ? object->if_contains("command") : nullptr;
  const json::value* given = object != nullptr ? object->if_contains("arguments") : nullptr;
  Result<json::value> result =
      name == nullptr || !name->is_string()
          ? base::failure(ErrorCode::invalid_argument, "the request names no command")
          : run_server_command(system, std::string_view(name->get_string()),
                               given != nullptr && given->is_object() ? given->get_object() : json::object{});
  json::object reply{{"ok", result.has_value()}};
  if (result)
    reply["result"] = std::move(*result);
  else
    reply["error"] = to_json(result.error());
  return json::serialize(reply);
}

namespace {

Result<std::string> reply_to(const Folder& folder, std::string_view name, const json::object& arguments) {
  const json::object request{{"command", json::string(name)}, {"arguments", arguments}};
  return net::control_request(folder.control_socket(), json::serialize(request));
}

// What answer_control_request wrote.
Result<json::value> result_in(const std::string& reply) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(reply, trouble);
  const json::object* object = trouble ? nullptr : parsed.if_object();
  if (object != nullptr && object->contains("result")) return object->at("result");
  return tl::unexpected<base::Error>(error_from_json(
      object != nullptr && object->contains("error") ? object->at("error") : json::value(nullptr)));
}

}  // namespace

Result<json::value> ask_server(const Folder& folder, std::string_view name, const json::object& arguments) {
  ART32_ASSIGN(const std::string reply, reply_to(folder, name, arguments));
  return result_in(reply);
}

Result<json::value> ask(const Folder& folder, std::string_view name, const json::object& arguments) {
  const Result<std::string> reply = reply_to(folder, name, arguments);
  if (!reply && reply.error().code != ErrorCode::unavailable)
    return tl::unexpected<base::Error>(reply.error());
  if (!reply) {
    ART32_ASSIGN(const std::unique_ptr<System> system, System::open(folder));
    return run_server_command(*system, name, arguments);
  }
  return result_in(*reply);
}

}  // namespace art32::app
