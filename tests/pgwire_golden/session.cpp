#include "tests/pgwire_golden/session.h"

#include "base/assert.h"
#include "base/file.h"
#include "pgwire/opening.h"

namespace art32::pgwire {
namespace {

constexpr std::size_t recording_octets = 20U << 10;

}  // namespace

std::vector<Session> recorded_sessions() {
  const base::Path folder = base::Path(ART32_SOURCE_FOLDER) / "tests/pgwire_golden";
  std::vector<Session> sessions;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    base::Path path = entry.path();
    if (path.extension() != ".frontend") continue;
    Session session;
    session.name = path.stem().string();
    session.frontend = base::read_file(path, recording_octets).value();
    session.backend = base::read_file(path.replace_extension(".backend"), recording_octets).value();
    sessions.push_back(std::move(session));
  }
  std::sort(sessions.begin(), sessions.end(),
            [](const Session& left, const Session& right) { return left.name < right.name; });
  return sessions;
}

Opened open_session(const Session& session) {
  Opened opened{{}, session.frontend, session.backend};
  Opening opening;
  while (!opened.frontend.empty()) {
    const StartupFrame frame = read_startup_frame(opened.frontend);
    ART32_ASSERT(frame.status == StartupStatus::packet && frame.octets <= opened.frontend.size());
    const base::ByteView packet = opened.frontend.first(frame.octets);
    const auto decision = opening.next(packet);
    ART32_ASSERT(decision.used == packet.size());
    opened.packets.emplace_back(packet.begin(), packet.end());
    opened.frontend = opened.frontend.subspan(decision.used);
    const bool is_ssl = decision.step == Opening::Step::answer_ssl;
    if (!is_ssl && decision.step != Opening::Step::answer_gss) return opened;
    const auto answer =
        read_encryption_answer(opened.backend.first(1), is_ssl ? Transport::tls : Transport::gss);
    ART32_ASSERT(answer == EncryptionAnswer::accepted || answer == EncryptionAnswer::refused);
    opened.backend = opened.backend.subspan(1);
    // Who was accepted gave up at once: nothing encrypted was recorded.
    if (answer == EncryptionAnswer::accepted) break;
    opening.encryption_refused();
  }
  ART32_ASSERT(opened.frontend.empty() && opened.backend.empty());
  return opened;
}

std::vector<Message> split(Origin origin, base::ByteView stream, std::mt19937& random) {
  std::uniform_int_distribution<std::size_t> sizes(1, 1U << std::uniform_int_distribution(1, 10)(random));
  std::vector<Message> messages;
  FrameScanner scanner(origin);
  std::size_t held = 0;
  while (held < stream.size()) {
    base::ByteView input = stream.first(std::min(held + sizes(random), stream.size()));
    held = input.size();
    for (Piece piece = scanner.next(input); !piece.bytes.empty(); piece = scanner.next(input)) {
      if (piece.kind == Piece::Kind::header) messages.push_back({piece.type, {}});
      base::append(messages.back().octets, piece.bytes);
      input = input.subspan(piece.bytes.size());
      stream = stream.subspan(piece.bytes.size());
      held -= piece.bytes.size();
    }
    ART32_ASSERT(held < header_octets);
  }
  ART32_ASSERT(stream.empty() && scanner.is_between_messages());
  return messages;
}

}  // namespace art32::pgwire
