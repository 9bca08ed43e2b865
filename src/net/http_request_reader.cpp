#include "net/http_request_reader.h"

#include "base/assert.h"
#include "net/http_request_head.h"

namespace art32::net {

namespace {

enum class HeadEnd { not_yet, found, malformed };

// RFC 9112 section 2.2: a bare CR or LF is a way to smuggle a line past others, so
// lines end in CRLF only. `from` is the end of the last look, moved along.
HeadEnd find_head_end(std::string_view buffer, std::size_t& from) {
  while (from < buffer.size()) {
    while (from < buffer.size() && buffer[from] != '\r' && buffer[from] != '\n' && buffer[from] != '\0')
      ++from;
    if (from == buffer.size()) return HeadEnd::not_yet;
    const std::size_t found = from;
    if (buffer[found] != '\r') return HeadEnd::malformed;
    if (found + 1 == buffer.size()) return HeadEnd::not_yet;  // looks at this CR again with its successor
    if (buffer[found + 1] != '\n') return HeadEnd::malformed;
    if (found == 0) return HeadEnd::malformed;
    from = found + 2;
    if (found >= 2 && buffer[found - 1] == '\n') return HeadEnd::found;
  }
  return HeadEnd::not_yet;
}

}  // namespace

HttpRequestReader::State HttpRequestReader::put(std::string_view octets) {
  if (status_ != 0) return State::refused;
  buffer_.append(octets);
  return head_read_ ? read_body() : read_head();
}

HttpRequestReader::State HttpRequestReader::read_head() {
  // Never looks beyond the limit, so that the verdict doesn't hang on how much came at once.
  const std::string_view window = std::string_view(buffer_).substr(0, header_octets_);
  const HeadEnd end = find_head_end(window, scanned_);
  if (end == HeadEnd::malformed) return refuse(400);
  if (end == HeadEnd::not_yet && buffer_.size() > header_octets_)
    return refuse(window.find('\n') == std::string_view::npos ? 414 : 431);
  if (end == HeadEnd::not_yet) return State::needs_more;

  auto parsed = parse_request_head(std::string_view(buffer_).substr(0, scanned_), oldest_);
  if (const int* status = std::get_if<int>(&parsed)) return refuse(*status);
  auto& head = std::get<RequestHead>(parsed);
  if (head.content_length > body_octets_) return refuse(413);
  received_ = std::move(head.received);
  body_size_ = head.content_length;
  continue_wanted_ = head.wants_continue;
  head_read_ = true;
  buffer_.erase(0, scanned_);
  return read_body();
}

HttpRequestReader::State HttpRequestReader::read_body() {
  if (buffer_.size() < body_size_) {
    const bool ask = continue_wanted_ && buffer_.empty();
    continue_wanted_ = false;
    return ask ? State::wants_continue : State::needs_more;
  }
  return State::complete;
}

HttpRequestReader::State HttpRequestReader::refuse(int status) {
  status_ = status;
  buffer_ = {};
  return State::refused;
}

ReceivedRequest HttpRequestReader::take() {
  ART32_ASSERT(head_read_ && buffer_.size() >= body_size_);
  received_.request.body = buffer_.substr(0, body_size_);
  buffer_.erase(0, body_size_);
  if (buffer_.empty()) buffer_ = {};  // an idle connection keeps no buffer
  scanned_ = 0;
  head_read_ = false;
  return std::exchange(received_, {});
}

}  // namespace art32::net
