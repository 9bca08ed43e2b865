#include "app/entrance.h"

#include <algorithm>
#include <thread>

#include "crypto/private_file.h"
#include "crypto/random.h"
#include "tenancy/claim_signer.h"
#include "tenancy/claim_token.h"
#include "tenancy/entry.h"

namespace art32::app {
namespace {

constexpr std::chrono::seconds lock_wait{10};
constexpr std::chrono::milliseconds lock_pause{20};

bool is_there(const base::Path& file) {
  return base::file_facts(file).has_value();
}

base::Status make_keys(const base::Path& file) {
  if (is_there(file)) return {};
  return crypto::save_private_file(file, tenancy::KeyRing::make("k1").text().view());
}

base::Result<tenancy::KeyRing> load_keys(const base::Path& file) {
  ART32_ASSIGN(const base::Secret text, crypto::load_private_file(file));
  auto keys = tenancy::KeyRing::parse(text.text());
  if (!keys) return tl::unexpected<base::Error>(keys.error().within(file.string()));
  return keys;
}

}  // namespace

// On the folder: a file replaced by another would take its lock away with it.
base::Result<base::File> lock_tenancy_keys(const Folder& folder) {
  ART32_ASSIGN(base::File keys, base::File::open_read(folder.keys()));
  const auto end = std::chrono::steady_clock::now() + lock_wait;
  while (true) {
    const base::Status locked = keys.lock();
    if (locked) return keys;
    if (locked.error().code != base::ErrorCode::conflict) return tl::unexpected<base::Error>(locked.error());
    if (std::chrono::steady_clock::now() >= end)
      return base::failure(base::ErrorCode::conflict,
                           "another command changes the keys in " + folder.keys().string(),
                           "try again once it has ended");
    std::this_thread::sleep_for(lock_pause);
  }
}

base::Status make_tenancy_keys(const Folder& folder) {
  if (is_there(folder.claim_keys()) && is_there(folder.entry_keys())) return {};
  ART32_ASSIGN(const base::File lock, lock_tenancy_keys(folder));
  ART32_CHECKED(make_keys(folder.claim_keys()));
  return make_keys(folder.entry_keys());
}

base::Result<std::shared_ptr<const model::Entrance>> load_entrance(
    const Folder& folder, const Configuration& configuration,
    const std::shared_ptr<const model::RemovedTeams>& removed, model::ClaimUse use) {
  if (!configuration.gateway) return nullptr;
  const auto& databases = configuration.gateway->databases;
  const bool is_needed =
      std::any_of(databases.begin(), databases.end(), [](const auto& each) { return each.tenancy; });
  if (!is_needed) return nullptr;
  ART32_CHECKED(make_tenancy_keys(folder));
  ART32_ASSIGN(tenancy::KeyRing claim_keys, load_keys(folder.claim_keys()));
  ART32_ASSIGN(tenancy::KeyRing entry_keys, load_keys(folder.entry_keys()));
  return std::make_shared<const tenancy::Entrance>(std::move(claim_keys), std::move(entry_keys),
                                                   model::audience_of(configuration.name, use),
                                                   std::make_shared<const base::SystemClock>(), removed);
}

base::Result<tenancy::KeyRing> load_entry_keys(const Folder& folder) {
  ART32_CHECKED(make_tenancy_keys(folder));
  return load_keys(folder.entry_keys());
}

base::Result<std::shared_ptr<const model::ClaimSigner>> load_claim_signer(
    const Folder& folder, const Configuration& configuration) {
  if (!configuration.identity) return nullptr;
  ART32_CHECKED(make_tenancy_keys(folder));
  ART32_ASSIGN(tenancy::KeyRing keys, load_keys(folder.claim_keys()));
  return std::make_shared<const tenancy::ClaimSigner>(std::move(keys), configuration.name,
                                                      std::make_shared<const base::SystemClock>());
}

namespace {

model::Claim claim_of(const Configuration& configuration, const model::TeamId& team,
                      const model::Actor& actor, std::chrono::seconds life) {
  const base::Instant now = std::chrono::floor<std::chrono::seconds>(base::SystemClock().now());
  return {team, actor, "r-" + base::hex(crypto::random_bytes(8)), configuration.name, now, now + life};
}

}  // namespace

base::Result<std::string> sign_claim(const Folder& folder, const Configuration& configuration,
                                     const model::TeamId& team, const model::Actor& actor,
                                     std::chrono::seconds life, model::ClaimUse use) {
  model::Claim claim = claim_of(configuration, team, actor, life);
  claim.audience = model::audience_of(configuration.name, use);
  if (const std::string fault = fault_of(claim); !fault.empty())
    return base::failure(base::ErrorCode::invalid_argument, "that would be no claim: " + fault);
  ART32_CHECKED(make_tenancy_keys(folder));
  ART32_ASSIGN(const tenancy::KeyRing keys, load_keys(folder.claim_keys()));
  return tenancy::sign_claim(claim, keys);
}

base::Result<std::string> sign_probe_claim(const Folder& folder, const Configuration& configuration,
                                           const std::string& team, audit::ClaimFlaw flaw) {
  constexpr std::chrono::seconds life{60};
  model::Claim claim = claim_of(configuration, {team}, {model::ActorKind::system, "probe"}, life);
  if (const std::string fault = fault_of(claim); !fault.empty())
    return base::failure(base::ErrorCode::invalid_argument, "that would be no claim: " + fault);
  ART32_ASSIGN(tenancy::KeyRing keys, load_keys(folder.claim_keys()));
  switch (flaw) {
    case audit::ClaimFlaw::none:
      break;
    case audit::ClaimFlaw::expired:
      claim.issued -= 2 * life;
      claim.expires -= 2 * life;
      break;
    case audit::ClaimFlaw::other_audience:
      claim.audience += "-elsewhere";
      break;
    case audit::ClaimFlaw::unknown_key:  // of the same id
      keys = tenancy::KeyRing::make(keys.signing().id);
      break;
  }
  return tenancy::sign_claim(claim, keys);
}

base::Result<std::string> sign_probe_entry(const Folder& folder, const Configuration& configuration,
                                           const std::string& team, const std::string& session,
                                           std::uint64_t number, audit::ClaimFlaw flaw) {
  constexpr std::chrono::seconds life{30};
  const model::Claim claim = claim_of(configuration, {team}, {model::ActorKind::system, "probe"}, life);
  const auto name = base::from_hex(session);
  const std::string fault = fault_of(claim);
  if (!fault.empty() || !name || name->size() != tenancy::session_octets)
    return base::failure(base::ErrorCode::invalid_argument, "that would be no entry: " + fault);
  ART32_ASSIGN(tenancy::KeyRing keys, load_keys(folder.entry_keys()));
  if (flaw == audit::ClaimFlaw::unknown_key) keys = tenancy::KeyRing::make(keys.signing().id);
  const base::Instant expires = flaw == audit::ClaimFlaw::expired ? claim.issued - life : claim.expires;
  return base::hex(tenancy::make_entry(claim, *name, number, expires, keys));
}

}  // namespace art32::app
