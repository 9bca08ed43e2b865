// A record of the trail as it leaves it: parsed, with the record of its transaction, for whoever gives it
// another form (ocsf.h, csv.h).
//
// Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace art32::trail {

struct ExportedRecord {
  std::string sealed;          // its octets, as they are hashed
  boost::json::object record;  // the same, maybe with personal values in it
  boost::json::object author;  // who the transaction says made it; empty: nobody vouches for anybody
  std::string time;            // of the commit; of a gap, when it was noticed
  std::string transaction;     // its id; of a gap empty
  std::string origin;          // name of the replication that brought it; else empty
  std::string text(std::string_view member) const;  // of the record; empty where there is none

  // What names a row within its table, as far as it is a text.
  std::optional<std::string> identity() const;
};

// `shown`: the record, with personal values or without; `transaction`: the record of it, empty for a gap.
// `corrupt` where they aren't such.
base::Result<ExportedRecord> export_record(std::string_view sealed, std::string_view shown,
                                           std::string_view transaction);

// A column's name as text: where its octets aren't UTF-8, "base64:" and those.
std::string column_name(const boost::json::value& name);
// A value of a column as people look for it: of a personal one that is there, the text itself.
boost::json::value shown_value(const boost::json::value& value);
// Empty where it isn't a text, or isn't there.
std::string text_member(const boost::json::object& object, std::string_view member);

}  // namespace art32::trail
