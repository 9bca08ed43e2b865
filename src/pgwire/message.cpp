#include "pgwire/message.h"

#include <fmt/core.h>

namespace art32::pgwire {
namespace {

using Places = std::array<std::uint8_t, 256>;  // in message_rows, plus one

constexpr Places places_of(Origin origin) {
  Places places{};
  for (std::size_t index = 0; index < message_rows.size(); ++index)
    if (message_rows[index].origin == origin)
      places[message_rows[index].type] = static_cast<std::uint8_t>(index + 1);
  return places;
}

constexpr Places frontend_places = places_of(Origin::frontend);
constexpr Places backend_places = places_of(Origin::backend);

std::string_view name_of(Treatment treatment) {
  switch (treatment) {
    case Treatment::pass:
      return "pass";
    case Treatment::inspect:
      return "inspect";
    case Treatment::whole:
      return "whole";
  }
  return "";
}

std::string with_separators(std::uint32_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace

const MessageRow* find_message(Origin origin, std::uint8_t type) noexcept {
  const std::uint8_t place = (origin == Origin::frontend ? frontend_places : backend_places)[type];
  return place == 0 ? nullptr : &message_rows[place - 1U];
}

std::string message_table() {
  std::string text =
      "| origin | type | message | smallest body | largest body | relay | form of |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const MessageRow& row : message_rows)
    text += fmt::format("| {} | `{}` | {} | {} | {} | {} | {}.{} |\n",
                        row.origin == Origin::frontend ? "frontend" : "backend", static_cast<char>(row.type),
                        row.name, with_separators(row.smallest), with_separators(row.largest),
                        name_of(row.treatment), row.changed.major, row.changed.minor);
  return text;
}

}  // namespace art32::pgwire
