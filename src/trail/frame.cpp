#include "trail/frame.h"

#include <algorithm>

#include "crypto/digest.h"

namespace art32::trail {
namespace {

constexpr std::size_t checksum_octets = frame_overhead - frame_head_octets;

}  // namespace

void put_frame(base::Bytes& target, FrameType type, base::ByteView content) {
  const std::size_t begin = target.size();
  base::put_u32(target, static_cast<std::uint32_t>(content.size()));
  target.push_back(static_cast<std::uint8_t>(type));
  base::append(target, content);
  const crypto::Digest digest = crypto::sha256(base::ByteView(target).subspan(begin));
  base::append(target, base::ByteView(digest).first(checksum_octets));
}

std::size_t frame_octets(base::ByteView head) noexcept {
  return frame_overhead + base::get_u32(head);
}

std::optional<Frame> parse_frame(base::ByteView octets) noexcept {
  if (octets.size() < frame_overhead || frame_octets(octets) != octets.size()) return std::nullopt;
  const auto type = static_cast<FrameType>(octets[4]);
  if (type != FrameType::block && type != FrameType::epoch) return std::nullopt;
  const base::ByteView covered = octets.first(octets.size() - checksum_octets);
  const crypto::Digest digest = crypto::sha256(covered);
  if (!std::ranges::equal(base::ByteView(digest).first(checksum_octets), octets.last(checksum_octets)))
    return std::nullopt;
  Frame frame{type, covered.subspan(frame_head_octets)};
  std::ranges::copy(octets.last(checksum_octets), frame.checksum.begin());
  return frame;
}

}  // namespace art32::trail
