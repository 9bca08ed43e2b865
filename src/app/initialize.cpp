#include "app/initialize.h"

#include "app/entrance.h"
#include "base/embedded_file.h"
#include "base/file_fault.h"
#include "crypto/certificate.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "crypto/signature.h"
#include "ledger/ledger.h"

namespace art32::app {

extern const base::EmbeddedFile embedded_files[];
extern const unsigned long embedded_file_count;

namespace {

constexpr std::chrono::days authority_life{3650};
// Browsers refuse server certificates that live longer than 398 days.
constexpr std::chrono::days certificate_life{397};

base::Status write_default_annex(const Folder& folder) {
  for (const base::EmbeddedFile& file : std::span(embedded_files, embedded_file_count))
    ART32_CHECKED(base::replace_file(folder.annex() / base::Path(file.path), base::as_bytes(file.content())));
  return {};
}

base::Status make_tls_keys(const Folder& folder, const Configuration& configuration, base::Instant now) {
  const crypto::CertifiedKey authority = crypto::make_authority(
      fmt::format("art32 development authority of {}", configuration.name), now, authority_life);
  std::vector<std::string> names{configuration.name};
  for (const std::string_view more : {"localhost", "127.0.0.1", "::1"})
    if (configuration.name != more) names.emplace_back(more);
  ART32_ASSIGN(const crypto::CertifiedKey server,
               crypto::issue_certificate(authority, names, now, certificate_life));
  ART32_CHECKED(crypto::save_private_file(folder.authority_key(), authority.private_key_pem.view()));
  ART32_CHECKED(
      base::replace_file(folder.authority_certificate(), base::as_bytes(authority.certificate_pem)));
  ART32_CHECKED(crypto::save_private_file(folder.resolve(configuration.key), server.private_key_pem.view()));
  ART32_CHECKED(
      base::replace_file(folder.resolve(configuration.certificate), base::as_bytes(server.certificate_pem)));
  return crypto::save_private_file(folder.resolve(configuration.backup_key),
                                   crypto::make_private_key_pem().view());
}

base::Status make_ledger(const Folder& folder, const Configuration& configuration, const base::Clock& clock) {
  ART32_CHECKED(crypto::Ed25519PrivateKey::generate().save(folder.ledger_key()));
  ART32_CHECKED(crypto::save_private_file(folder.record_key(), crypto::random_secret(32).view()));
  return ledger::Ledger::create(
      {folder.ledger(), configuration.ledger.origin, folder.ledger_key(), folder.record_key()}, clock);
}

// Everything of an installation, made in `folder`; the configuration last.
base::Status make(const Folder& folder, const Configuration& configuration, const base::Clock& clock) {
  ART32_CHECKED(base::make_folder(folder.root, 0750));
  ART32_CHECKED(base::make_folder(folder.keys(), 0700));
  for (const base::Path& path : {folder.annex(), folder.cache()})
    ART32_CHECKED(base::make_folder(path));
  ART32_CHECKED(base::make_folder(folder.run(), 0700));
  ART32_CHECKED(write_default_annex(folder));
  ART32_CHECKED(make_tls_keys(folder, configuration, clock.now()));
  ART32_CHECKED(make_ledger(folder, configuration, clock));
  ART32_CHECKED(make_tenancy_keys(folder));
  return base::replace_file(folder.configuration(), base::as_bytes(configuration_template(configuration)));
}

// What an installation consists of, in the order in which it comes to its place:
// the configuration last, since it makes a folder an installation.
constexpr std::array<const char*, 6> parts{"annex", "cache", "keys", "ledger", "run", "art32.toml"};

base::Status refuse_strangers(const Folder& folder) {
  std::error_code ignored;
  for (const char* name : {"annex", "keys", "ledger", "state.db", "art32.toml"})
    if (std::filesystem::exists(folder.root / name, ignored))
      return base::failure(
          base::ErrorCode::already_exists,
          fmt::format("{} exists already, and nothing is overwritten", (folder.root / name).string()),
          "start what is there with `art32 serve`, or name another folder");
  return {};
}

base::Status move_into_place(const Folder& staging, const Folder& folder) {
  for (const char* name : parts) {
    std::error_code trouble;
    if (!std::filesystem::exists(staging.root / name, trouble)) continue;  // moved before a crash
    if (const int fault = base::file_fault(base::FileStep::rename, folder.root / name); fault != 0)
      return base::system_failure(fmt::format("cannot move {} into place", name), fault);
    std::filesystem::rename(staging.root / name, folder.root / name, trouble);
    if (trouble) return base::system_failure(fmt::format("cannot move {} into place", name), trouble.value());
  }
  ART32_CHECKED(base::sync_folder(folder.root));
  std::error_code ignored;
  std::filesystem::remove(staging.root, ignored);
  return {};
}

}  // namespace

base::Status initialize(const Folder& folder, const Configuration& configuration, const base::Clock& clock) {
  const Folder staging{folder.root / ".init"};
  // An init that was interrupted while moving left a whole staging folder, or, at
  // the very end, an emptied one beside the configuration: finish it.
  const bool configured = base::file_facts(folder.configuration()).has_value();
  const bool interrupted = configured ? base::file_facts(staging.root).has_value() &&
                                            !base::file_facts(staging.configuration()).has_value()
                                      : base::file_facts(staging.configuration()).has_value();
  if (!interrupted) {
    ART32_CHECKED(refuse_strangers(folder));
    std::error_code ignored;
    std::filesystem::remove_all(staging.root, ignored);
    ART32_CHECKED(base::make_folder(folder.root, 0750));
    if (const base::Status made = make(staging, configuration, clock); !made) {
      std::filesystem::remove_all(staging.root, ignored);
      return made;
    }
  }
  return move_into_place(staging, folder);
}

}  // namespace art32::app
