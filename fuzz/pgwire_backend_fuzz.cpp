// What a server sends: framed and rebuilt the same however it is cut; errors, tags,
// mechanisms and negotiations hold what they say. The first octet says where to cut.
#include "fuzz/input.h"
#include "fuzz/pgwire_stream.h"
#include "pgwire/authentication.h"
#include "pgwire/diagnostic.h"
#include "pgwire/negotiation.h"

namespace base = art32::base;
namespace pgwire = art32::pgwire;

namespace {

void check_body(std::uint8_t type, base::ByteView body) {
  using namespace pgwire::backend_type;
  if (type == error_response || type == notice_response) {
    if (const auto view = pgwire::DiagnosticView::parse(body))
      view->visit([&](const pgwire::DiagnosticField& field) {
        ART32_ASSERT(view->field(static_cast<pgwire::FieldCode>(field.code)).has_value());
      });
  }
  if (type == command_complete) {
    if (const auto tag = pgwire::parse_command_complete(body))
      ART32_ASSERT(tag->starts_with(pgwire::read_command_tag(*tag).command));
  }
  if (type == authentication) {
    const auto parsed = pgwire::parse_authentication(body);
    if (parsed && parsed->kind == pgwire::AuthenticationKind::sasl)
      ART32_ASSERT(!pgwire::sasl_mechanisms(*parsed).empty());
  }
  if (type == negotiate_protocol_version) {
    const auto answer = pgwire::parse_negotiate_protocol_version(body);
    if (!answer) return;
    const auto accepted = pgwire::accept_negotiation(pgwire::protocol_3_2, {}, *answer);
    ART32_ASSERT(!accepted || *accepted == pgwire::protocol_3_0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const std::size_t step = 1 + input.number(1);
  const auto scanned = art32::fuzz::check_stream(pgwire::Origin::backend, input.rest(), step);
  for (const base::Bytes& message : scanned.messages) {
    const auto frame = pgwire::read_frame(pgwire::Origin::backend, message);
    if (frame.octets == message.size())
      check_body(frame.type, base::ByteView(message).subspan(pgwire::header_octets));
  }
  return 0;
}
