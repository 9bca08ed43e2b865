// The OpenAPI 3.1 description of the JSON API, printed from its tables (route.h, schema.h): made once
// and served at /api/openapi.json. Pure.
#pragma once

#include <string>

namespace art32::identity::api {

std::string openapi_document();

}  // namespace art32::identity::api
