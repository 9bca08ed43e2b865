#include "pgwire/rename.h"

namespace art32::pgwire {

std::optional<BindNames> read_bind_names(base::ByteView front) noexcept {
  BodyReader reader(front);
  BindNames names;
  names.portal = reader.cstring();
  names.statement = reader.cstring();
  names.end = reader.offset();
  if (reader.failed()) return std::nullopt;
  return names;
}

std::optional<FrontName> read_front_name(base::ByteView front) noexcept {
  BodyReader reader(front);
  const std::string_view name = reader.cstring();
  if (reader.failed()) return std::nullopt;
  return FrontName{name, reader.offset()};
}

void put_bind_front(base::Bytes& target, std::string_view portal, std::string_view statement,
                    std::size_t rest) {
  MessageWriter(target, frontend_type::bind).cstring(portal).cstring(statement).finish(rest);
}

void put_named_front(base::Bytes& target, std::uint8_t type, std::string_view name, std::size_t rest) {
  ART32_ASSERT(type == frontend_type::parse || type == frontend_type::execute);
  MessageWriter(target, type).cstring(name).finish(rest);
}

}  // namespace art32::pgwire
