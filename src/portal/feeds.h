// What changed, for feed readers: audits, verdicts that turned, versions of the
// annex. Atom (RFC 4287) and JSON Feed 1.1, from the same entries. Pure.
#pragma once

#include <string>
#include <vector>

#include "portal/view.h"

namespace art32::portal {

struct FeedEntry {
  std::string id;  // an address that never changes
  std::string address;
  std::string title;
  std::string text;
  base::Instant at;
};

std::vector<FeedEntry> feed_entries(const View& view, model::Language language);  // newest first
std::string atom_feed(const View& view, model::Language language);
std::string json_feed(const View& view, model::Language language);

}  // namespace art32::portal
