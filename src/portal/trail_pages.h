// The trail on the operators' listener: which databases have one, a search, and the history of a row.
//
// Other than the rest there it has its reader sign in (HTTP Basic or a token), as an account that was added
// with `--may trail`: it shows every team's data, and the ledger gets the name of who looked. A page that
// another site has the browser ask for isn't answered, since the look would stand in that name. May take
// seconds. Any thread.
#pragma once

#include "portal/snapshot.h"
#include "portal/trail_change.h"

namespace art32::portal {

class TrailPages {
 public:
  explicit TrailPages(const Sources& sources) : sources_(sources) {}

  static bool is_own(std::string_view path);  // /de/trail and what is below, and the same without a language
  net::HttpResponse answer(const Snapshot& snapshot, const net::HttpRequest& request) const;

 private:
  net::HttpResponse look(const Snapshot& snapshot, const net::HttpRequest& request,
                         const std::string& account) const;

  const Sources& sources_;
};

// What a page shows of a search.
struct TrailFound {
  std::vector<TrailEvent> events;     // all that were found, the newest first
  std::size_t shown = 0;              // of these
  std::optional<std::uint64_t> next;  // behind those that are shown, there may be more
  bool is_part = false;               // more than these were found, or weren't looked for yet
};

struct TrailView {
  model::Language language = model::Language::german;
  base::Instant now;
  std::shared_ptr<const Assets> assets;
  model::TrailQuestion question;
  std::optional<TrailFound> found;  // none: nothing was asked for yet, or it went wrong
  std::string trouble;              // what, in words
};

std::string trail_databases_page(const TrailView& view, const std::vector<model::TrailDatabase>& databases);
std::string trail_search_page(const TrailView& view);
std::string trail_history_page(const TrailView& view);

// "trail/app?team=42&table=public.invoice", below the language's folder; "trail/app/row?..." of a history.
std::string search_slug(const model::TrailQuestion& question);
std::string history_slug(const model::TrailQuestion& question);

}  // namespace art32::portal
