#include "app/entrance.h"

#include <algorithm>

#include "crypto/private_file.h"

namespace art32::app {
namespace {

base::Status make_keys(const base::Path& file) {
  if (base::file_facts(file).has_value()) return {};
  return crypto::save_private_file(file, tenancy::KeyRing::make("k1").text().view());
}

base::Result<tenancy::KeyRing> load_keys(const base::Path& file) {
  ART32_ASSIGN(const base::Secret text, crypto::load_private_file(file));
  auto keys = tenancy::KeyRing::parse(text.text());
  if (!keys) return tl::unexpected<base::Error>(keys.error().within(file.string()));
  return keys;
}

}  // namespace

base::Status make_tenancy_keys(const Folder& folder) {
  ART32_CHECKED(make_keys(folder.claim_keys()));
  return make_keys(folder.entry_keys());
}

base::Result<std::shared_ptr<const model::Entrance>> load_entrance(const Folder& folder,
                                                                   const Configuration& configuration) {
  if (!configuration.gateway) return nullptr;
  const auto& databases = configuration.gateway->databases;
  const bool is_needed =
      std::any_of(databases.begin(), databases.end(), [](const auto& each) { return each.tenancy; });
  if (!is_needed) return nullptr;
  ART32_CHECKED(make_tenancy_keys(folder));
  ART32_ASSIGN(tenancy::KeyRing claim_keys, load_keys(folder.claim_keys()));
  ART32_ASSIGN(tenancy::KeyRing entry_keys, load_keys(folder.entry_keys()));
  return std::make_shared<const tenancy::Entrance>(std::move(claim_keys), std::move(entry_keys),
                                                   configuration.name,
                                                   std::make_shared<const base::SystemClock>());
}

}  // namespace art32::app
