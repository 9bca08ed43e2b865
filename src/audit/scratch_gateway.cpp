#include "audit/scratch_gateway.h"

#include <fmt/format.h>

#include "crypto/private_file.h"

namespace art32::audit {
namespace {

constexpr std::string_view roles[] = {"app", "staff", "probe"};

base::Status make_database(const net::ScratchPostgres& postgres) {
  for (const std::string_view role : roles)
    ART32_CHECKED(postgres.add_role(std::string(role)));
  ART32_CHECKED(postgres.sql("create database app owner app").map([](const auto&) {}));
  return postgres.sql("grant pg_read_all_data to staff; revoke create on schema public from public", "app")
      .map([](const auto&) {});
}

}  // namespace

base::Result<std::string> add_scratch_gateway(const net::ScratchPostgres& postgres,
                                              const base::Path& folder) {
  ART32_CHECKED(make_database(postgres));
  ART32_CHECKED(base::replace_file(folder / "keys" / "database-authority.crt",
                                   base::as_bytes(postgres.authority_pem())));
  std::string lines = fmt::format(R"(
[gateway]
port = 0

[[gateway.database]]
name = "app"
server = "127.0.0.1"
server_port = {}
server_name = "{}"
server_authority = "keys/database-authority.crt"
pool_size = 4
)",
                                  postgres.port(), net::ScratchPostgres::server_name);
  for (const std::string_view role : roles) {
    const std::string file = fmt::format("keys/{}.password", role);
    ART32_CHECKED(crypto::save_private_file(folder / file, base::as_bytes(postgres.password())));
    lines += fmt::format("\n[[gateway.principal]]\nname = \"{0}\"\nkind = \"{0}\"\npassword_file = \"{1}\"\n",
                         role, file);
  }
  return lines;
}

}  // namespace art32::audit
