// A place in a parsed JSON document that knows its path, for errors such as
// "sections[2].title.de is missing". The document outlives it.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/language.h"

namespace art32::annex {

class JsonCursor {
 public:
  explicit JsonCursor(const boost::json::value& value, std::string path = {})
      : value_(value), path_(std::move(path)) {}

  const boost::json::value& value() const { return value_; }
  base::Error corrupt(std::string_view what) const;

  base::Result<JsonCursor> at(std::string_view key) const;
  base::Result<std::vector<JsonCursor>> list(std::string_view key) const;
  base::Result<std::string> text(std::string_view key) const;
  base::Result<model::Text> both(std::string_view key) const;
  base::Result<std::vector<std::string>> texts(std::string_view key) const;
  base::Result<base::Instant> date(std::string_view key) const;

 private:
  base::Result<std::string> text() const;

  const boost::json::value& value_;
  std::string path_;
};

}  // namespace art32::annex
