#include "trail/event_senders.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "net/https_session.h"
#include "net/loop/resolver.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// Connects to the first of the host's addresses that lets us; `open(endpoint)`.
template <class Open>
auto open_first(const StreamTarget& target, const Open& open) -> decltype(open(net::Endpoint())) {
  ART32_ASSIGN(const auto addresses, net::Resolver::system_lookup(target.host, target.port));
  auto opened = open({addresses.front().host(), target.port, target.host});
  for (std::size_t i = 1; !opened && i < addresses.size(); ++i)
    opened = open({addresses[i].host(), target.port, target.host});
  return opened;
}

class HttpsSender final : public EventSender {
 public:
  explicit HttpsSender(SenderOptions options) : options_(std::move(options)) {}

  bool is_acknowledged() const override { return true; }
  Status send(std::span<const StreamEvent> events, const std::stop_token& stop) override {
    const net::HttpRequest request = request_of(events);
    const net::Deadline deadline(options_.limit, stop);
    if (session_ && !session_->is_open()) session_.reset();
    if (!session_) {
      ART32_ASSIGN(net::HttpsSession session, open_first(options_.target, [&](const net::Endpoint& endpoint) {
                     return net::HttpsSession::open(endpoint, options_.authorities_pem, deadline);
                   }));
      session_ = std::move(session);
    }
    const auto response = session_->exchange(request, base::limits::event_answer_octets, deadline);
    if (!response) {
      session_.reset();
      return tl::unexpected<base::Error>(response.error());
    }
    return judge(*response);
  }

 private:
  net::HttpRequest request_of(std::span<const StreamEvent> events) const {
    net::HttpRequest request;
    request.method = "POST";
    request.target = options_.target.target;
    request.headers = {{"Content-Type", "application/x-ndjson"}, {"User-Agent", "art32"}};
    if (!options_.token.view().empty())
      request.headers.push_back({"Authorization", "Bearer " + std::string(options_.token.text())});
    for (const StreamEvent& event : events)
      request.body += event.json + "\n";
    return request;
  }
  static Status judge(const net::HttpResponse& response) {
    if (response.status >= 200 && response.status < 300) return {};
    const std::string what =
        fmt::format("the receiver answered {} {}", response.status, net::reason_phrase(response.status));
    if (response.status == 413) return failure(ErrorCode::exhausted, what);
    if (response.status == 401 || response.status == 403)
      return failure(ErrorCode::unavailable, what, "look at token_file, and at what the receiver allows");
    return failure(ErrorCode::unavailable, what);
  }

  const SenderOptions options_;
  std::optional<net::HttpsSession> session_;
};

class SyslogSender final : public EventSender {
 public:
  explicit SyslogSender(SenderOptions options) : options_(std::move(options)), host_(machine_name()) {}

  bool is_acknowledged() const override { return false; }
  Status send(std::span<const StreamEvent> events, const std::stop_token& stop) override {
    const net::Deadline deadline(options_.limit, stop);
    ART32_CHECKED(look());
    if (!channel_) {
      ART32_ASSIGN(channel_, open_first(options_.target, [&](const net::Endpoint& endpoint) {
                     return net::TlsChannel::open(endpoint, {options_.authorities_pem, ""}, deadline);
                   }));
    }
    const Status sent = send_all(events, deadline);
    if (!sent) channel_.reset();
    return sent;
  }
  Status look() override {
    if (!channel_ || channel_->is_alive()) return {};
    channel_.reset();
    return failure(ErrorCode::unavailable, "the receiver closed the connection");
  }

 private:
  Status send_all(std::span<const StreamEvent> events, const net::Deadline& deadline) {
    for (const StreamEvent& event : events)
      ART32_CHECKED(channel_->send(syslog_frame(syslog_message(event, host_)), deadline));
    ART32_CHECKED(channel_->wait_until_received(deadline));
    if (!channel_->is_alive()) return failure(ErrorCode::unavailable, "the receiver closed the connection");
    return {};
  }

  const SenderOptions options_;
  const std::string host_;
  std::unique_ptr<net::TlsChannel> channel_;
};

}  // namespace

std::optional<StreamTarget> parse_stream_target(std::string_view url) {
  StreamTarget target;
  constexpr std::string_view https = "https://", syslog = "syslog+tls://";
  if (url.starts_with(https)) {
    url.remove_prefix(https.size());
    target.port = 443;
  } else if (url.starts_with(syslog)) {
    url.remove_prefix(syslog.size());
    target.kind = StreamTarget::Kind::syslog;
    target.port = 6514;
  } else {
    return std::nullopt;
  }
  const bool is_printable = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7F'; });
  std::string_view host = url.substr(0, std::min(url.find_first_of("/?#"), url.size()));
  target.target = url.substr(host.size());
  if (!is_printable || target.target.find('#') != std::string::npos || host.find('@') != host.npos)
    return std::nullopt;
  if (target.kind == StreamTarget::Kind::syslog && !target.target.empty()) return std::nullopt;
  if (!target.target.starts_with('/')) target.target.insert(0, "/");
  const std::size_t bracket = host.rfind(']'), colon = host.rfind(':');
  if (colon != host.npos && (bracket == host.npos || colon > bracket)) {
    const auto port = base::parse_number(host.substr(colon + 1));
    if (!port || *port == 0 || *port > 65'535) return std::nullopt;
    target.port = static_cast<std::uint16_t>(*port);
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  target.host = host;
  if (host.empty() || host.find_first_of("[]") != host.npos) return std::nullopt;
  return target;
}

std::unique_ptr<EventSender> make_sender(SenderOptions options) {
  if (options.target.kind == StreamTarget::Kind::https)
    return std::make_unique<HttpsSender>(std::move(options));
  return std::make_unique<SyslogSender>(std::move(options));
}

}  // namespace art32::trail
