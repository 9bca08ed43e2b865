#include "net/http_response_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/assert.h"
#include "base/limits.h"

namespace art32::net {

namespace http = boost::beast::http;
using base::ErrorCode;
using base::failure;

class HttpResponseReader::Implementation {
 public:
  Implementation(BodyExpected body, std::size_t body_octets) {
    parser_.eager(true);
    parser_.skip(body == BodyExpected::no);
    parser_.body_limit(body_octets);
    parser_.header_limit(static_cast<std::uint32_t>(4 * base::limits::http_header_octets));
  }

  base::Status put(std::string_view octets) {
    // The parser takes a part and names what it left: that must come again, with more.
    waiting_.append(octets);
    boost::system::error_code error;
    while (!parser_.is_done() && !waiting_.empty()) {
      const std::size_t used = parser_.put(boost::asio::buffer(waiting_), error);
      waiting_.erase(0, used);
      if (error == http::error::need_more) return {};
      if (error) return refuse(error);
    }
    return {};
  }

  base::Status end() {
    if (parser_.is_done()) return {};
    // Beast takes the end for a bug of ours before anything was read.
    if (!parser_.got_some())
      return failure(ErrorCode::corrupt,
                     waiting_.empty() ? "the connection closed without an answer" : "the answer was cut off");
    boost::system::error_code error;
    parser_.put_eof(error);
    if (error) return refuse(error);
    return {};
  }

  bool is_done() const { return parser_.is_done(); }

  HttpResponse take() {
    ART32_ASSERT(parser_.is_done());
    HttpResponse response;
    auto& message = parser_.get();
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    response.body = std::make_shared<const std::string>(std::move(message.body()));
    return response;
  }

 private:
  static base::Status refuse(const boost::system::error_code& error) {
    if (error == http::error::body_limit)
      return failure(ErrorCode::exhausted, "the answer's body is larger than allowed");
    return failure(ErrorCode::corrupt, "the answer isn't HTTP/1.1: " + error.message());
  }

  http::response_parser<http::string_body> parser_;
  std::string waiting_;
};

HttpResponseReader::HttpResponseReader(BodyExpected body, std::size_t body_octets)
    : implementation_(std::make_unique<Implementation>(body, body_octets)) {}
HttpResponseReader::~HttpResponseReader() = default;

base::Status HttpResponseReader::put(std::string_view octets) {
  return implementation_->put(octets);
}
base::Status HttpResponseReader::end() {
  return implementation_->end();
}
bool HttpResponseReader::is_done() const {
  return implementation_->is_done();
}
HttpResponse HttpResponseReader::take() {
  return implementation_->take();
}

}  // namespace art32::net
