#include "portal/pins.h"

#include "base/bytes.h"
#include "base/json_text.h"
#include "crypto/digest.h"

namespace art32::portal {

std::string pins_json(const std::vector<Pin>& pins) {
  std::string json = "{\"pins\":[";
  for (const Pin& pin : pins) {
    if (&pin != &pins.front()) json += ',';
    json += "{\"pin\":" + base::json_string(pin.pin) + ",\"role\":" + base::json_string(pin.role) +
            ",\"published\":" + base::json_string(base::rfc3339_seconds(pin.published)) + "}";
  }
  return json + "]}\n";
}

std::string pins_note_text(std::string_view json) {
  return "art32-pins/v1\n" + base::base64(crypto::sha256(base::as_bytes(json))) + "\n";
}

}  // namespace art32::portal
