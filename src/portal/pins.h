// The published pins for programs: /.well-known/pins.json, and the text of the
// signed note about it (C2SP signed-note) at pins.json.note. The probe tls.pins
// compares both with the key that is really served. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "portal/portal.h"

namespace art32::portal {

// {"pins":[{"pin":"sha256/...","role":"current","published":"RFC 3339"}]}
std::string pins_json(const std::vector<Pin>& pins);
// "art32-pins/v1\n" and the base64 SHA-256 of the JSON's octets, each line ended.
std::string pins_note_text(std::string_view json);

}  // namespace art32::portal
