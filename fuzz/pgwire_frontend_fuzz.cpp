// What a client sends after its start-up: framed and rebuilt the same however it is
// cut, and renamed statements leave the rest of a message alone. The first octet says
// where to cut.
#include "fuzz/input.h"
#include "fuzz/pgwire_stream.h"
#include "pgwire/authentication.h"
#include "pgwire/rename.h"

namespace base = art32::base;
namespace pgwire = art32::pgwire;

namespace {

void check_rename(base::ByteView body) {
  const auto bind = pgwire::parse_bind(body);
  const auto names = pgwire::read_bind_names(body);
  ART32_ASSERT(!bind || names);
  if (!bind) return;
  base::Bytes renamed, expected;
  pgwire::put_bind_front(renamed, "p", "s", body.size() - names->end);
  base::append(renamed, body.subspan(names->end));
  pgwire::Bind other = *bind;
  other.portal = "p";
  other.statement = "s";
  pgwire::put_bind(expected, other);
  ART32_ASSERT(renamed == expected);
  std::size_t count = 0;
  for (pgwire::ValueReader reader(bind->parameters); reader.has_next(); ++count) {
    (void)bind->parameter_formats.format_of(count);
    const pgwire::Value value = reader.next();
    ART32_ASSERT(!value || value->size() <= body.size());
  }
  ART32_ASSERT(count == bind->parameters.count());
}

void check_log_in(const base::Bytes& message, base::ByteView body) {
  base::Bytes again;
  if (const auto password = pgwire::parse_password(body)) {
    pgwire::put_password(again, *password);
    ART32_ASSERT(again == message);
  }
  again.clear();
  if (const auto response = pgwire::parse_sasl_initial_response(body)) {
    pgwire::put_sasl_initial_response(again, *response);
    ART32_ASSERT(again == message);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const std::size_t step = 1 + input.number(1);
  const auto scanned = art32::fuzz::check_stream(pgwire::Origin::frontend, input.rest(), step);
  for (const base::Bytes& message : scanned.messages) {
    const auto body = base::ByteView(message).subspan(pgwire::header_octets);
    const auto frame = pgwire::read_frame(pgwire::Origin::frontend, message);
    if (frame.octets != message.size()) continue;
    if (frame.type == pgwire::frontend_type::bind) check_rename(body);
    if (frame.type == pgwire::frontend_type::password) check_log_in(message, body);
  }
  return 0;
}
