#include "pgwire/replication.h"

#include <algorithm>

#include "pgwire/body_reader.h"

namespace art32::pgwire {
namespace {

constexpr base::Instant epoch = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

}  // namespace

base::Instant instant_of_postgres(std::int64_t microseconds) noexcept {
  const std::int64_t most = std::chrono::microseconds::max().count() - epoch.time_since_epoch().count();
  return epoch + std::chrono::microseconds(std::min(microseconds, most));
}

std::int64_t to_postgres(base::Instant instant) noexcept {
  return (instant - epoch).count();
}

std::optional<WalMessage> parse_wal_message(base::ByteView content) noexcept {
  BodyReader body(content);
  const char kind = static_cast<char>(body.u8());
  if (kind == 'w') {
    WalData data;
    data.start = {body.u64()};
    data.end = {body.u64()};
    data.sent = instant_of_postgres(body.i64());
    data.data = body.rest();
    return body.failed() ? std::nullopt : std::optional<WalMessage>(data);
  }
  if (kind == 'k') {
    WalKeepalive keepalive;
    keepalive.end = {body.u64()};
    keepalive.sent = instant_of_postgres(body.i64());
    keepalive.wants_reply = body.u8() != 0;
    return body.finished() ? std::optional<WalMessage>(keepalive) : std::nullopt;
  }
  return std::nullopt;
}

void put_wal_status(base::Bytes& target, const WalStatus& status) {
  target.push_back('r');
  base::put_u64(target, status.written.value);
  base::put_u64(target, status.flushed.value);
  base::put_u64(target, status.applied.value);
  base::put_u64(target, static_cast<std::uint64_t>(to_postgres(status.sent)));
  target.push_back(status.wants_reply ? 1 : 0);
}

}  // namespace art32::pgwire
