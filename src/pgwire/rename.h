// New names of statements and portals for Parse, Bind and Execute, while the rest of
// the body goes by untouched: what a pooler does to prepared statements.
//
// From the beginning of a body (all of it, or what has come so far) read_*_names says
// what the names are and where the rest begins; put_*_front then writes type, length
// and new names, and the sender lets `rest` octets of the old body follow. Describe and
// Close are short: frontend.h parses and builds them. Pure; views into the body.
#pragma once

#include "pgwire/frontend.h"

namespace art32::pgwire {

struct BindNames {
  std::string_view portal;
  std::string_view statement;
  std::size_t end = 0;  // offset of the rest in the body
};
// Nothing while a name's end hasn't come; for a whole body: it is malformed.
std::optional<BindNames> read_bind_names(base::ByteView front) noexcept;
// The name that Parse (its statement) and Execute (its portal) begin with.
struct FrontName {
  std::string_view name;
  std::size_t end = 0;
};
std::optional<FrontName> read_front_name(base::ByteView front) noexcept;

void put_bind_front(base::Bytes& target, std::string_view portal, std::string_view statement,
                    std::size_t rest);
// `type`: Parse or Execute.
void put_named_front(base::Bytes& target, std::uint8_t type, std::string_view name, std::size_t rest);

}  // namespace art32::pgwire
