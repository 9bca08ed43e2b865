#include "trail/index_terms.h"

#include "crypto/mac.h"

namespace art32::trail {
namespace {

constexpr std::string_view label = "art32-trail-term/v1\n";

// JSON values end where they end: nothing need stand between them.
TermHash hash(const crypto::Digest& key, std::string_view kind, std::string_view a = {},
              std::string_view b = {}, std::string_view c = {}) {
  return base::get_u32(crypto::hmac_sha256(
             key, {base::as_bytes(kind), base::as_bytes(a), base::as_bytes(b), base::as_bytes(c)})) >>
         (32U - term_bits);
}

}  // namespace

TeamTerms::TeamTerms(base::ByteView team_key) : key_(crypto::hmac_sha256(team_key, base::as_bytes(label))) {}

TermHash TeamTerms::row(std::string_view schema, std::string_view table, std::string_view identity) const {
  return hash(key_, "row", schema, table, identity);
}
TermHash TeamTerms::table(std::string_view schema, std::string_view table) const {
  return hash(key_, "table", schema, table);
}
TermHash TeamTerms::actor(std::string_view kind, std::string_view id) const {
  return hash(key_, "actor", kind, id);
}
TermHash TeamTerms::request(std::string_view request) const {
  return hash(key_, "request", request);
}
TermHash TeamTerms::open() const {
  return hash(key_, "open");
}

}  // namespace art32::trail
