#include "gateway/handed_client.h"

namespace art32::gateway {
namespace {

void put_text(base::Bytes& out, base::ByteView text) {
  base::put_u32(out, static_cast<std::uint32_t>(text.size()));
  base::append(out, text);
}

void put_text(base::Bytes& out, std::string_view text) {
  put_text(out, base::as_bytes(text));
}

void put_settings(base::Bytes& out, const std::vector<SettingsBook::Setting>& settings) {
  base::put_u32(out, static_cast<std::uint32_t>(settings.size()));
  for (const SettingsBook::Setting& setting : settings) {
    put_text(out, setting.name);
    put_text(out, setting.statement);
    out.push_back(setting.from_startup ? 1 : 0);
  }
}

void put_standing(base::Bytes& out, const ClientClaims::Standing& standing) {
  out.push_back(standing.claim ? 1 : 0);
  if (!standing.claim) return;
  put_text(out, standing.claim->team.value);
  put_text(out, name(standing.claim->actor.kind));
  put_text(out, standing.claim->actor.id);
  put_text(out, standing.claim->request);
  put_text(out, standing.claim->audience);
  base::put_u64(out, static_cast<std::uint64_t>(standing.end.time_since_epoch().count()));
}

// Reads in order; after the first thing that isn't there everything is empty.
class Octets {
 public:
  explicit Octets(base::ByteView rest) : rest_(rest) {}

  base::ByteView take(std::size_t count) {
    if (count > rest_.size()) {
      is_short_ = true;
      rest_ = {};
      return {};
    }
    const base::ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  bool flag() {
    const base::ByteView octet = take(1);
    return !octet.empty() && octet.front() != 0;
  }
  std::uint32_t number() {
    const base::ByteView octets = take(4);
    return octets.empty() ? 0 : base::get_u32(octets);
  }
  std::uint64_t long_number() {
    const base::ByteView octets = take(8);
    return octets.empty() ? 0 : base::get_u64(octets);
  }
  base::Bytes bytes() {
    const base::ByteView octets = take(number());
    return {octets.begin(), octets.end()};
  }
  std::string text() { return base::to_text(take(number())); }
  std::vector<SettingsBook::Setting> settings() {
    std::vector<SettingsBook::Setting> all;
    for (std::uint32_t left = number(); left > 0 && !is_short_; --left) {
      SettingsBook::Setting& setting = all.emplace_back();
      setting.name = text();
      setting.statement = text();
      setting.from_startup = flag();
    }
    return all;
  }
  std::chrono::steady_clock::time_point time() {
    using Clock = std::chrono::steady_clock;
    return Clock::time_point(Clock::duration(static_cast<Clock::rep>(long_number())));
  }
  // Its own times are over: what counts is `end`.
  ClientClaims::Standing standing() {
    if (!flag()) return {};
    auto claim = std::make_shared<model::Claim>();
    claim->team.value = text();
    const auto kind = model::parse_actor_kind(text());
    if (!kind) is_short_ = true;
    claim->actor = {kind.value_or(model::ActorKind::user), text()};
    claim->request = text();
    claim->audience = text();
    claim->expires = claim->issued + std::chrono::seconds(1);
    ClientClaims::Standing standing{std::move(claim), time()};
    if (!fault_of(*standing.claim).empty()) is_short_ = true;
    return standing;
  }
  bool is_short() const { return is_short_; }
  bool is_over() const { return !is_short_ && rest_.empty(); }

 private:
  base::ByteView rest_;
  bool is_short_ = false;
};

}  // namespace

base::Bytes encode(const HandedClient& client) {
  base::Bytes out{static_cast<std::uint8_t>(client.is_local ? 1 : 0)};
  put_text(out, client.database);
  put_text(out, client.principal);
  put_text(out, client.looked_up_as);
  base::put_u32(out, client.cancel_id);
  put_text(out, base::ByteView(client.cancel_key));
  base::put_u64(out, static_cast<std::uint64_t>(client.connected.time_since_epoch().count()));
  put_settings(out, client.startup_settings);
  put_settings(out, client.settings);
  put_standing(out, client.log_in_claim);
  put_standing(out, client.claim);
  out.push_back(client.settings_of_all ? 1 : 0);
  if (client.settings_of_all) put_settings(out, *client.settings_of_all);
  base::put_u32(out, static_cast<std::uint32_t>(client.statements.size()));
  for (const HandedClient::Named& statement : client.statements) {
    put_text(out, statement.name);
    put_text(out, statement.content);
    put_text(out, statement.view);
  }
  out.push_back(client.keys ? 1 : 0);
  if (client.keys) {
    put_text(out, client.keys->client_key.view());
    put_text(out, client.keys->server_key.view());
  }
  put_text(out, base::ByteView(client.received));
  put_text(out, base::ByteView(client.unsent));
  return out;
}

base::Result<HandedClient> decode_client(base::ByteView octets) {
  Octets in(octets);
  HandedClient client;
  client.is_local = in.flag();
  client.database = in.text();
  client.principal = in.text();
  client.looked_up_as = in.text();
  client.cancel_id = in.number();
  client.cancel_key = in.bytes();
  client.connected = in.time();
  client.startup_settings = in.settings();
  client.settings = in.settings();
  client.log_in_claim = in.standing();
  client.claim = in.standing();
  if (in.flag()) client.settings_of_all = in.settings();
  for (std::uint32_t left = in.number(); left > 0 && !in.is_short(); --left) {
    HandedClient::Named& statement = client.statements.emplace_back();
    statement.name = in.text();
    statement.content = in.text();
    statement.view = in.text();
  }
  if (in.flag()) {
    base::Secret client_key(in.bytes());
    client.keys = pgwire::ScramKeys{std::move(client_key), base::Secret(in.bytes())};
  }
  client.received = in.bytes();
  client.unsent = in.bytes();
  if (!in.is_over())
    return base::failure(base::ErrorCode::corrupt, "a client that was handed over makes no sense",
                         "restart the server: the two programs don't fit together");
  return client;
}

}  // namespace art32::gateway
