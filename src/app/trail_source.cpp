#include "app/trail_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/password_file.h"
#include "base/bytes.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "pgwire/scram_verifier.h"
#include "tenancy/sql_name.h"

namespace art32::app {
namespace {

constexpr std::size_t password_octets = 32;
constexpr std::size_t salt_octets = 16;

// One that nobody has ever seen, where there is none.
base::Result<bool> make_password(const base::Path& file) {
  if (base::file_facts(file).has_value()) return false;
  const std::string password = base::hex(crypto::random_bytes(password_octets));
  ART32_CHECKED(crypto::save_private_file(file, base::as_bytes(password)));
  return true;
}

// As a verifier: neither the server's log nor its statistics see the password.
base::Status set_password(const Folder& folder, const TrailConfiguration& configuration,
                          net::SqlSession& session) {
  ART32_ASSIGN(const base::Secret password, load_password(folder, configuration.password_file));
  ART32_ASSIGN(const auto verifier,
               pgwire::make_scram_verifier(password.text(), crypto::random_bytes(salt_octets)));
  return session
      .query(fmt::format("alter role {} password '{}'", tenancy::quote(configuration.role),
                         format_scram_verifier(verifier).text()),
             {})
      .map([](const auto&) {});
}

}  // namespace

base::Result<PreparedSource> prepare_source(const Folder& folder, const TrailConfiguration& configuration,
                                            net::SqlSession& session) {
  PreparedSource prepared;
  const trail::SourceOptions options = configuration.source_options();
  ART32_ASSIGN(prepared.has_new_password, make_password(folder.resolve(configuration.password_file)));
  ART32_ASSIGN(prepared.done, mend_source(session, options));
  if (std::any_of(prepared.done.begin(), prepared.done.end(),
                  [](const trail::SourceFinding& finding) { return finding.check == "role-missing"; }))
    prepared.has_new_password = true;
  if (prepared.has_new_password) ART32_CHECKED(set_password(folder, configuration, session));
  ART32_ASSIGN(prepared.left, check_source(session, options));
  return prepared;
}

}  // namespace art32::app
