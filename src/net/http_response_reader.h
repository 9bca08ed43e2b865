// An HTTP/1.1 response from octets (RFC 9112): pure, fed as they arrive.
// For the client. Lengths, chunks and bodies that end with the connection; the
// body's size is bounded. One response each.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace art32::net {

enum class BodyExpected { no, yes };  // no: the request was HEAD

class HttpResponseReader {
 public:
  HttpResponseReader(BodyExpected body, std::size_t body_octets);
  ~HttpResponseReader();

  // `corrupt` when this isn't HTTP, `exhausted` when the body is too large.
  base::Status put(std::string_view octets);
  // The peer closed: ends a body that has no length; `corrupt` if it is cut short.
  base::Status end();
  bool is_done() const;
  HttpResponse take();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace art32::net
