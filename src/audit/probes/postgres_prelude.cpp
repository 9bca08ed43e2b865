#include "audit/probes/postgres_prelude.h"

#include <fmt/core.h>

#include "pgwire/backend.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frame.h"
#include "pgwire/startup.h"

namespace art32::audit {

net::TlsPrelude prelude_of(model::Protocol protocol) {
  if (protocol != model::Protocol::postgresql) return {};
  base::Bytes request;
  pgwire::put_ssl_request(request);
  return {base::to_text(request), 'S'};
}

std::string startup_in_clear(const std::string& user, const std::string& database) {
  const pgwire::StartupParameter parameters[] = {{"user", user}, {"database", database}};
  base::Bytes packet;
  pgwire::put_startup_message(packet, pgwire::protocol_3_0, parameters);
  return base::to_text(packet);
}

ClearAnswer read_clear_answer(std::string_view answer) {
  // A server that closes at once turns away as well.
  if (answer.empty()) return ClearAnswer::turned_away;
  switch (static_cast<std::uint8_t>(answer.front())) {
    case pgwire::backend_type::authentication:
      return ClearAnswer::let_in;
    case pgwire::backend_type::error_response:
      return ClearAnswer::turned_away;
    default:
      return ClearAnswer::senseless;
  }
}

std::string words_of_answer(std::string_view answer) {
  if (answer.empty()) return "closed without a word";
  const base::ByteView octets = base::as_bytes(answer);
  if (octets.size() < pgwire::header_octets) return "an answer cut short";
  if (octets[0] != pgwire::backend_type::error_response)
    return fmt::format("answered with message '{}'", static_cast<char>(octets[0]));
  const auto error = pgwire::DiagnosticView::parse(octets.subspan(pgwire::header_octets));
  if (!error) return "answered with an error";
  return fmt::format("{} ({})", error->field(pgwire::FieldCode::message).value_or(""),
                     error->field(pgwire::FieldCode::sqlstate).value_or(""));
}

}  // namespace art32::audit
