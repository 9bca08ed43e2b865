// A broken gateway: it lets clients in without TLS, or speaks without TLS itself; a database
// server that does; staff whose account isn't marked as staff.

#include "audit/probes/probes.h"
#include "audit/scratch.h"
#include "base/text.h"

namespace art32::audit {
namespace {

base::Result<Target> let_clients_in_without_tls(Scratch& scratch) {
  ART32_CHECKED(scratch.reconfigure([](std::string text) {
    return base::replace_all(std::move(text), "\n[gateway]\n", "\n[gateway]\nplain_on_loopback = true\n");
  }));
  return scratch.target();
}

base::Result<Target> let_the_server_speak_in_clear(Scratch& scratch) {
  ART32_CHECKED(scratch.postgres().accept_plain(true));
  scratch.undo_by([&postgres = scratch.postgres()] { return postgres.accept_plain(false); });
  return scratch.target();
}

base::Result<Target> trust_any_server(Scratch& scratch) {
  ART32_CHECKED(scratch.reconfigure([](std::string text) {
    return base::replace_all(std::move(text), "\n[[gateway.database]]\n",
                             "\n[[gateway.database]]\nserver_security = \"plain\"\n");
  }));
  return scratch.target();
}

// The probe role itself plays the staff member: nobody has told the gateway that it is one.
base::Result<Target> forget_to_mark_staff(Scratch& scratch) {
  Target target = scratch.target();
  const std::string password = scratch.postgres().password();
  target.gateway->make_staff = [password](StatementLogState) -> base::Result<StaffCanary> {
    return StaffCanary{"probe", password, {"app"}};
  };
  target.gateway->remove_staff = [](const StaffCanary&) {};
  return target;
}

}  // namespace

std::vector<Mutation> mutations_of_gateway_transfer() {
  return {{{"Die Konfiguration lässt Clients desselben Rechners ohne TLS zu.",
            "The configuration lets clients of the same machine in without TLS."},
           let_clients_in_without_tls}};
}

std::vector<Mutation> mutations_of_database_encryption() {
  return {{{"Der Datenbankserver lässt Verbindungen ohne TLS zu.",
            "The database server lets connections in without TLS."},
           let_the_server_speak_in_clear},
          {{"Die Konfiguration erlaubt dem Gateway, ohne TLS mit dem Server zu sprechen.",
            "The configuration allows the gateway to talk to the server without TLS."},
           trust_any_server}};
}

std::vector<Mutation> mutations_of_statement_log() {
  return {{{"Das Konto einer Person des Personals ist nicht als solches gekennzeichnet.",
            "A staff member's account isn't marked as one."},
           forget_to_mark_staff}};
}

}  // namespace art32::audit
