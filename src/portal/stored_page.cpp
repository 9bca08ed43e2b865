#include "portal/stored_page.h"

#include "base/assert.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "portal/gzip.h"

namespace art32::portal {

namespace {

constexpr std::size_t least_octets_to_gzip = 1024;

bool is_compressible(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.starts_with("application/atom") || type.starts_with("application/feed") ||
         type.starts_with("image/svg");
}

}  // namespace

std::string_view cache_control(Caching caching) {
  switch (caching) {
    case Caching::never:
      return "no-store";
    case Caching::revalidate:
      return "no-cache";
    case Caching::briefly:
      return "public, max-age=2";
    case Caching::forever:
      return "public, max-age=31536000, immutable";
  }
  return "no-store";
}

StoredPage store_page(std::string_view type, net::SharedBody body, Caching caching,
                      std::vector<net::HttpHeader> more) {
  ART32_ASSERT(body != nullptr);
  StoredPage page;
  page.headers = std::move(more);
  page.headers.push_back({"Content-Type", std::string(type)});
  page.headers.push_back({"Cache-Control", std::string(cache_control(caching))});
  const std::string digest = crypto::sha256_hex(*body).substr(0, 20);
  page.etag = "\"" + digest + "\"";
  page.gzip_etag = "\"" + digest + "-gzip\"";
  if (is_compressible(type) && body->size() >= least_octets_to_gzip) {
    page.gzip = std::make_shared<const std::string>(gzip(*body));
    page.headers.push_back({"Vary", "Accept-Encoding"});
    page.gzip_headers = page.headers;
    page.gzip_headers.push_back({"Content-Encoding", "gzip"});
    page.gzip_headers.push_back({"ETag", page.gzip_etag});
  }
  page.headers.push_back({"ETag", page.etag});
  page.body = std::move(body);
  return page;
}

net::HttpResponse respond(const StoredPage& page, const net::HttpRequest& request) {
  const auto accepted = net::find_header(request.headers, "Accept-Encoding");
  const bool is_gzip = page.gzip != nullptr && accepted && accepts_gzip(*accepted);
  net::HttpResponse response{page.status, is_gzip ? page.gzip_headers : page.headers,
                             is_gzip ? page.gzip : page.body};
  const auto known = net::find_header(request.headers, "If-None-Match");
  if (page.status == 200 && known && matches(*known, is_gzip ? page.gzip_etag : page.etag)) {
    response.status = 304;
    response.body = nullptr;
  }
  return response;
}

bool matches(std::string_view if_none_match, std::string_view etag) {
  for (std::string_view one : base::split(if_none_match, ',')) {
    one = base::trim(one);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

bool accepts_gzip(std::string_view accept_encoding) {
  for (std::string_view one : base::split(accept_encoding, ',')) {
    const std::vector<std::string_view> parts = base::split(one, ';');
    const std::string_view coding = base::trim(parts.front());
    if (coding != "gzip" && coding != "*") continue;
    const std::string_view quality = parts.size() > 1 ? base::trim(parts[1]) : "q=1";
    return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" && quality != "q=0.000";
  }
  return false;
}

}  // namespace art32::portal
