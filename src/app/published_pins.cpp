#include "app/published_pins.h"

#include "app/gateway_settings.h"
#include "crypto/certificate.h"
#include "crypto/private_file.h"

namespace art32::app {
namespace {

// The backup and next keys may be public keys: then the private ones stay offline.
base::Result<std::string> pin_of_key(const Folder& folder, const std::string& path) {
  const auto read = [&]() -> base::Result<std::string> {
    ART32_ASSIGN(const bool is_public, is_public_key_file(folder.resolve(path)));
    if (!is_public) ART32_CHECKED(crypto::check_private_file(folder.resolve(path)));
    ART32_ASSIGN(const std::string pem, base::read_text_file(folder.resolve(path)));
    return crypto::key_pin(pem);
  };
  auto pin = read();
  if (!pin) return tl::unexpected<base::Error>(pin.error().within(path));
  return pin;
}

base::Result<std::map<std::string, base::Instant>> known_pins(const store::Database& database) {
  std::map<std::string, base::Instant> known;
  ART32_CHECKED(database.query("select pin, published from published_pins", {}, [&](const store::Row& row) {
    known[row.text(0)] = base::Instant(std::chrono::microseconds(row.integer(1)));
  }));
  return known;
}

}  // namespace

base::Result<bool> is_public_key_file(const base::Path& path) {
  const auto pem = base::read_text_file(path, 64U << 10);
  if (!pem && pem.error().code == base::ErrorCode::not_found)
    return base::failure(base::ErrorCode::configuration, fmt::format("there is no key in {}", path.string()),
                         "put it back; of a backup or next key the public key (PEM) is enough");
  return pem.map([](const std::string& text) { return crypto::is_public_key(text); });
}

std::vector<base::Path> private_key_files(const Folder& folder, const Configuration& configuration) {
  std::vector<base::Path> files{folder.ledger_key(), folder.record_key(), folder.resolve(configuration.key)};
  for (const std::string& path : {configuration.backup_key, configuration.next_key})
    if (!path.empty() && !is_public_key_file(folder.resolve(path)).value_or(false))
      files.push_back(folder.resolve(path));
  if (base::file_facts(folder.authority_key()).has_value()) files.push_back(folder.authority_key());
  if (configuration.gateway)
    for (base::Path& path : gateway_secret_files(folder, *configuration.gateway))
      files.push_back(std::move(path));
  return files;
}

std::vector<store::Migration> pin_migrations() {
  return {
      {"app", 1, "create table published_pins (pin text primary key, published integer not null) strict"}};
}

base::Result<std::vector<portal::Pin>> read_pins(const Folder& folder, const Configuration& configuration,
                                                 const store::Database& database, std::mutex& database_mutex,
                                                 base::Instant now) {
  std::vector<std::pair<std::string, std::string>> named;  // role, pin
  ART32_ASSIGN(const std::string current, pin_of_key(folder, configuration.key));
  named.emplace_back("current", current);
  if (!configuration.next_key.empty()) {
    ART32_ASSIGN(std::string next, pin_of_key(folder, configuration.next_key));
    named.emplace_back("next", std::move(next));
  }
  ART32_ASSIGN(std::string backup, pin_of_key(folder, configuration.backup_key));
  named.emplace_back("backup", std::move(backup));

  const std::lock_guard lock(database_mutex);
  ART32_ASSIGN(auto known, known_pins(database));
  if (!known.empty() && known.count(current) == 0)
    return base::failure(
        base::ErrorCode::conflict,
        fmt::format("the key {} was never published as a pin, so clients that pin would be stranded",
                    configuration.key),
        "put the old key back, name the new one as tls.next_key, reload, and switch when clients know its "
        "pin; in an "
        "emergency use the backup key, whose pin they know");
  std::vector<portal::Pin> pins;
  for (const auto& [role, pin] : named)
    pins.push_back({pin, role, known.emplace(pin, now).first->second});
  return pins;
}

base::Status record_pins(const std::vector<portal::Pin>& pins, store::Database& database,
                         std::mutex& database_mutex) {
  const std::lock_guard lock(database_mutex);
  for (const portal::Pin& pin : pins)
    ART32_CHECKED(
        database.run("insert into published_pins (pin, published) values (?, ?) on conflict do nothing",
                     {pin.pin, static_cast<std::int64_t>(pin.published.time_since_epoch().count())}));
  return {};
}

}  // namespace art32::app
