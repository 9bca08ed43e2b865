// A response made ahead: body, its gzip twin, entity tags and caching, so that
// answering a request is a copy of headers and a count of references.
//
// Immutable; any thread. RFC 9110 sections 8.8.3, 12.5.3 and 13.1.2, RFC 9111.
#pragma once

#include <string>
#include <vector>

#include "net/http.h"

namespace art32::portal {

// How long others may keep it.
enum class Caching {
  never,       // no-store: health, metrics, errors
  revalidate,  // no-cache: pages and documents; the entity tag makes asking again cheap
  briefly,     // a few seconds: the checkpoint
  forever,     // what the address names can't change: hashed assets, tiles
};
std::string_view cache_control(Caching caching);

struct StoredPage {
  int status = 200;
  std::vector<net::HttpHeader> headers;       // of the body as it is
  std::vector<net::HttpHeader> gzip_headers;  // of its gzip twin
  net::SharedBody body;
  net::SharedBody gzip;  // null where it doesn't pay
  std::string etag, gzip_etag;
};

StoredPage store_page(std::string_view type, net::SharedBody body, Caching caching,
                      std::vector<net::HttpHeader> more = {});

// The whole page, its gzip twin, or 304.
net::HttpResponse respond(const StoredPage& page, const net::HttpRequest& request);

// RFC 9110 section 13.1.2: whether If-None-Match lists the tag, compared weakly.
bool matches(std::string_view if_none_match, std::string_view etag);
// Whether Accept-Encoding allows gzip.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace art32::portal
