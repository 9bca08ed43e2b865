// Style, fonts and mark, out of the program, under names that carry their hash:
// what an address means never changes, so it may be cached for ever.
//
// Made once; immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace art32::portal {

struct Asset {
  std::string address;  // "/assets/style.0123456789ab.css"
  std::string_view type;
  net::SharedBody body;
};

class Assets {
 public:
  Assets();
  const std::vector<Asset>& all() const { return assets_; }
  // By the name in web/, such as "style.css"; aborts on one that isn't embedded.
  const std::string& address(std::string_view name) const;
  const Asset& asset(std::string_view name) const;

 private:
  void add(std::string_view name, std::string content);
  std::vector<Asset> assets_;
  std::vector<std::string> names_;
};

}  // namespace art32::portal
