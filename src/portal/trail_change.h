// A change of the trail as pages show it, taken out of its record (docs/formats/record.md).
//
// What a page can't hold as it is, such as controls and marks that turn text around, is made visible.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/trail_reading.h"

namespace art32::portal {

struct TrailValue {
  enum class Kind { text, null, octets, digest, secret, unsent, unkept, erased, missing };
  Kind kind = Kind::null;
  std::string text{};      // of a text
  std::uint64_t size = 0;  // in octets, of what isn't one
  bool is_personal = false;
  bool operator==(const TrailValue&) const = default;
};

struct TrailColumn {
  std::string name;
  std::optional<TrailValue> before, after;
  bool has_changed = false;
};

struct TrailEvent {
  enum class Kind { insert, update, remove, truncate, gap };
  std::uint64_t number = 0;
  Kind kind = Kind::insert;
  std::string table;  // with its schema
  std::optional<std::string> row;
  std::vector<TrailColumn> columns;
  std::string words;                // of a truncation its tables, of a gap the reason
  std::optional<base::Instant> at;  // when it was committed, or noticed
  std::string actor, request;       // no actor: nobody vouches for who it was
};

// Nothing for what isn't a record.
std::optional<TrailEvent> read_event(const model::TrailChange& change);

// Controls, and what changes the direction of text or can't be seen, as "⟨U+202E⟩". Lines stay lines.
std::string visible(std::string_view text);

}  // namespace art32::portal
