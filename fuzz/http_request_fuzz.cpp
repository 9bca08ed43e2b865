// Requests of HTTP clients: the reader gives the same answer however the octets are
// cut, and lets nothing through that a handler must not see. The first octet says
// where to cut; small limits bring their edges within reach.
#include "base/assert.h"
#include "base/text.h"
#include "fuzz/input.h"
#include "net/http_request_reader.h"

namespace base = art32::base;
namespace net = art32::net;

namespace {

constexpr std::size_t header_octets = 300;
constexpr std::size_t body_octets = 40;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char octet) {
    return (static_cast<unsigned char>(octet) < 0x20 && octet != '\t') || octet == 0x7f;
  });
}

void check(const net::HttpRequest& request) {
  ART32_ASSERT(!request.method.empty() && request.target.starts_with('/') && request.path.starts_with('/'));
  ART32_ASSERT(base::is_utf8(request.path) && !has_control(request.path) && !has_control(request.query));
  for (const std::string_view segment : base::split(request.path, '/')) {
    ART32_ASSERT(segment != "." && segment != "..");
  }
  ART32_ASSERT(request.path.find('\\') == std::string::npos);
  ART32_ASSERT(request.body.size() <= body_octets);
  ART32_ASSERT(net::find_header(request.headers, "Host").has_value());
  ART32_ASSERT(!net::find_header(request.headers, "Transfer-Encoding").has_value());
  for (const net::HttpHeader& header : request.headers) {
    ART32_ASSERT(!header.name.empty() && !has_control(header.name) && !has_control(header.value));
  }
}

// What came of the octets, in one text to compare.
std::string read_all(std::string_view octets, std::size_t step) {
  using State = net::HttpRequestReader::State;
  net::HttpRequestReader reader(net::OldestHttp::http_1_1, header_octets, body_octets);
  std::string story;
  while (!octets.empty()) {
    State state = reader.put(octets.substr(0, step));
    octets.remove_prefix(std::min(step, octets.size()));
    while (state == State::complete) {
      const net::ReceivedRequest received = reader.take();
      check(received.request);
      story += received.request.method + " " + received.request.target + " " + received.request.body + "\n";
      state = reader.put({});
    }
    if (state == State::refused) return story + std::to_string(reader.status());
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const std::size_t step = 1 + input.number(1);
  const std::string whole = read_all(input.text(), std::string_view::npos);
  ART32_ASSERT(whole == read_all(input.text(), step));
  ART32_ASSERT(whole == read_all(input.text(), 1));
  return 0;
}
