// The headers that every response carries, error answers of the server too.
//
// HSTS comes from the annex: the promise encryption.transport / hsts_max_age is
// what the control portal.hsts reads; it speaks of this host
// alone, so the header does too. RFC 6797; CSP level 3; no inline styles or
// scripts exist on our pages, so none are allowed.
#pragma once

#include <vector>

#include "model/annex.h"
#include "net/http.h"

namespace art32::portal {

std::vector<net::HttpHeader> security_headers(const model::Annex& annex);

}  // namespace art32::portal
