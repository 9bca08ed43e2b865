#include "portal/assets.h"

#include "base/assert.h"
#include "base/embedded_file.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace art32::portal {

extern const base::EmbeddedFile embedded_files[];
extern const unsigned long embedded_file_count;

namespace {

std::string_view type_of(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  if (name.ends_with(".go")) return "text/plain; charset=utf-8";
  ART32_ASSERT(name.ends_with(".woff2"));
  return "font/woff2";
}

}  // namespace

Assets::Assets() {
  std::string style;
  for (unsigned long number = 0; number < embedded_file_count; ++number) {
    const base::EmbeddedFile& file = embedded_files[number];
    if (file.path == "style.css") {
      style = file.content();
    } else {
      add(file.path, std::string(file.content()));
    }
  }
  // The style names fonts as in web/; the served one by their hashed addresses.
  for (std::size_t number = 0; number < names_.size(); ++number)
    style = base::replace_all(style, "url(" + names_[number] + ")", "url(" + assets_[number].address + ")");
  add("style.css", style);
}

void Assets::add(std::string_view name, std::string content) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  const std::size_t dot = file.rfind('.');
  std::string address = "/assets/";
  address += file.substr(0, dot);
  address += "." + crypto::sha256_hex(content).substr(0, 12);
  address += file.substr(dot);
  assets_.push_back({address, type_of(name), std::make_shared<const std::string>(std::move(content))});
  names_.emplace_back(name);
}

const Asset& Assets::asset(std::string_view name) const {
  for (std::size_t number = 0; number < names_.size(); ++number)
    if (names_[number] == name) return assets_[number];
  ART32_ASSERT(false && "an asset that is not embedded");
  return assets_.front();
}

const std::string& Assets::address(std::string_view name) const {
  return asset(name).address;
}

}  // namespace art32::portal
