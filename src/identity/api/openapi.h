// The OpenAPI 3.1 description of the JSON API, printed from its tables. Pure.
#pragma once

#include <string>

namespace art32::identity::api {

std::string openapi_document();

}  // namespace art32::identity::api
