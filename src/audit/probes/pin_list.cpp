#include "audit/probes/pin_list.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "merkle/note.h"

namespace art32::audit {
namespace {

constexpr std::string_view pin_prefix = "sha256/";

bool is_pin(std::string_view text) {
  if (!text.starts_with(pin_prefix)) return false;
  const auto digest = base::from_base64(text.substr(pin_prefix.size()));
  return digest && digest->size() == std::tuple_size_v<crypto::Digest>;
}

// docs/formats/pins.md
std::string note_text(std::string_view json) {
  return fmt::format("art32-pins/v1\n{}\n", base::base64(crypto::sha256(base::as_bytes(json))));
}

}  // namespace

base::Result<std::vector<PublishedPin>> parse_pin_list(std::string_view json) {
  try {
    std::vector<PublishedPin> list;
    const boost::json::value parsed = boost::json::parse({json.data(), json.size()});
    for (const boost::json::value& entry : parsed.at("pins").as_array()) {
      PublishedPin pin{std::string(entry.at("pin").as_string()), std::string(entry.at("role").as_string())};
      if (!is_pin(pin.pin))
        return base::failure(base::ErrorCode::corrupt, fmt::format("\"{}\" isn't a pin", pin.pin));
      list.push_back(std::move(pin));
    }
    return list;
  } catch (const std::exception& fault) {
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("the list of pins can't be read: {}", fault.what()));
  }
}

base::Status check_pin_note(std::string_view json, std::string_view note, std::string_view verifier_key) {
  ART32_ASSIGN(const auto key, merkle::parse_verifier_key(verifier_key));
  ART32_ASSIGN(const auto parsed, merkle::parse_note(note));
  ART32_CHECKED(merkle::verify_note(parsed, std::array{key}));
  if (parsed.text != note_text(json))
    return base::failure(base::ErrorCode::check_failed, "the signed note stands for another list of pins");
  return {};
}

std::string sign_pin_list(std::string_view json, const std::string& name,
                          const crypto::Ed25519PrivateKey& key) {
  const std::string text = note_text(json);
  return merkle::format_note({text, {merkle::sign_note(text, name, key)}});
}

bool accepts(const std::vector<PublishedPin>& list, std::string_view pin) {
  return std::ranges::any_of(list, [pin](const PublishedPin& one) { return one.pin == pin; });
}

bool has_role(const std::vector<PublishedPin>& list, std::string_view pin, std::string_view role) {
  return std::ranges::any_of(list,
                             [&](const PublishedPin& one) { return one.pin == pin && one.role == role; });
}

std::string trouble_with_roles(const std::vector<PublishedPin>& list) {
  const auto with_role = [&list](std::string_view role) {
    return std::ranges::count_if(list, [role](const PublishedPin& one) { return one.role == role; });
  };
  if (with_role("current") == 0) return "it names no current key";
  if (with_role("backup") == 0) return "it names no backup key";
  for (const PublishedPin& one : list)
    if (one.role == "backup" && has_role(list, one.pin, "current"))
      return fmt::format("{} is current and its own backup", one.pin);
  return {};
}

std::string trouble_with_served_key(const std::vector<PublishedPin>& list, std::string_view pin) {
  if (!accepts(list, pin)) return fmt::format("{} is served, but not published", pin);
  if (!has_role(list, pin, "current")) return fmt::format("{} is served, but not published as current", pin);
  if (has_role(list, pin, "backup")) return fmt::format("{} is served, and published as a backup", pin);
  return {};
}

}  // namespace art32::audit
