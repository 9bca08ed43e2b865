// All answers that could be made ahead, as of one moment.
//
// Requests read it through an atomic shared pointer; a refresh replaces it whole.
// Immutable once rendered; any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "portal/stored_page.h"
#include "portal/view.h"

namespace art32::portal {

struct Snapshot {
  std::shared_ptr<const View> view;  // null when it couldn't be gathered: pages answer 503
  std::shared_ptr<const Assets> assets;
  std::vector<net::HttpHeader> security_headers;
  std::unordered_map<std::string, StoredPage> pages;  // by path
  std::map<std::pair<int, model::Language>, StoredPage> errors;

  // The page for the status in the language, with more headers.
  net::HttpResponse error(int status, model::Language language, std::vector<net::HttpHeader> more = {}) const;
};

std::shared_ptr<const Snapshot> render(std::shared_ptr<const View> view);
// What is left when there is no View: assets, and errors that say so.
std::shared_ptr<const Snapshot> render_without_view(const Facts& facts, std::shared_ptr<const Assets> assets);

inline constexpr std::string_view html_type = "text/html; charset=utf-8";
inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";

// RFC 9116; expires half a year after the day of the View.
std::string security_txt(const View& view);

}  // namespace art32::portal
