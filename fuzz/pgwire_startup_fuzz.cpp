// The first packets of a connection: the opening comes to the same end however they are
// cut, never lets encryption be nested or asked for twice, and a start-up that is
// accepted has a user, no doubles, and a version that both sides agree on. The first
// octet says how requests for encryption are answered.
#include "base/assert.h"
#include "fuzz/input.h"
#include "pgwire/negotiation.h"
#include "pgwire/opening.h"
#include "pgwire/rebuild.h"

namespace base = art32::base;
namespace pgwire = art32::pgwire;

namespace {

using Step = pgwire::Opening::Step;

void check_startup(const pgwire::StartupMessage& message) {
  ART32_ASSERT(!message.user().empty() && !message.database().empty());
  const pgwire::Negotiated server = pgwire::negotiate(message);
  ART32_ASSERT(server.version == pgwire::protocol_3_0 || server.version == pgwire::protocol_3_2);
  if (!server.must_tell) return;
  std::vector<std::string_view> sent;
  for (const pgwire::StartupParameter& option : message.protocol_options)
    sent.push_back(option.name);
  const auto client = pgwire::accept_negotiation(message.version, sent, server.message());
  ART32_ASSERT(client && *client == server.version);
}

// Requests of either kind may be answered once; what a packet holds is built anew.
void check_packet(const pgwire::Opening::Decision& decision, base::ByteView packet) {
  const auto rebuilt = pgwire::rebuild_first_packet(packet);
  ART32_ASSERT(decision.packet && rebuilt && rebuilt->size() == packet.size());
  const auto* message = std::get_if<pgwire::StartupMessage>(&*decision.packet);
  if (message != nullptr) check_startup(*message);
  if (message == nullptr || message->protocol_options.empty())
    ART32_ASSERT(base::as_text(*rebuilt) == base::as_text(packet));
}

void answer(pgwire::Opening& opening, Step step, bool accepts) {
  if (step == Step::begin_tls) {
    ART32_ASSERT(!opening.tls_started(pgwire::alpn_protocol));
  } else if (!accepts) {
    opening.encryption_refused();
  } else if (step == Step::answer_ssl) {
    ART32_ASSERT(!opening.tls_started(""));
  } else {
    opening.gss_started();
  }
}

// Each step as a letter. Octets come packet by packet, as from a client that waits for
// answers, each in pieces of `step`.
std::string walk(base::ByteView stream, std::uint64_t answers, std::size_t step) {
  pgwire::Opening opening;
  std::string story;
  for (std::size_t came = 0; came < stream.size();) {
    const auto frame = pgwire::read_startup_frame(stream);
    const std::size_t most =
        frame.octets > 0 ? std::min<std::size_t>(frame.octets, stream.size()) : stream.size();
    came = std::min(came + step, most);
    const auto decision = opening.next(stream.first(came));
    if (decision.step == Step::needs_more && came == most) return story + "?";
    if (decision.step == Step::needs_more) continue;
    story += static_cast<char>('0' + static_cast<int>(decision.step));
    ART32_ASSERT(story.size() <= 4);
    if (decision.step == Step::refuse) return story + std::string(decision.refusal->reason);
    if (decision.used > 0) check_packet(decision, stream.first(decision.used));
    if (decision.step == Step::start_session || decision.step == Step::cancel_request) return story;
    // Direct TLS: its record stands for the handshake, the rest for what it carries.
    stream = stream.subspan(decision.step == Step::begin_tls ? 1 : decision.used);
    came = 0;
    answer(opening, decision.step, (answers & 1) != 0);
    answers >>= 1;
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const std::uint64_t answers = input.number(1);
  const std::string whole = walk(input.rest(), answers, SIZE_MAX / 2);
  ART32_ASSERT(whole == walk(input.rest(), answers, 3) && whole == walk(input.rest(), answers, 1));
  (void)pgwire::read_encryption_answer(input.rest(), pgwire::Transport::tls);
  return 0;
}
