// SCRAM from both ends: what parses is bounded and comes back from what is written
// for it; no foreign client logs in and no foreign server proves itself. The first octet
// says who reads the rest.
#include "base/assert.h"
#include "base/limits.h"
#include "fuzz/input.h"
#include "pgwire/scram_client.h"
#include "pgwire/scram_password.h"
#include "pgwire/scram_server.h"

namespace base = art32::base;
namespace limits = art32::base::limits;
namespace pgwire = art32::pgwire;

namespace {

// Two messages with a newline between.
struct Pair {
  std::string_view first;
  std::string_view last;
};
Pair split(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  return {text.substr(0, end), text.substr(std::min(end + 1, text.size()))};
}

void check_messages(std::string_view text) {
  if (const auto message = pgwire::parse_client_first(text)) {
    ART32_ASSERT(message->nonce.size() <= limits::scram_nonce_octets);
    ART32_ASSERT(std::string(pgwire::gs2_header(message->flag)) + std::string(message->bare) == text);
  }
  if (const auto message = pgwire::parse_server_first(text)) {
    ART32_ASSERT(message->iterations > 0 && message->iterations <= limits::scram_iterations);
    ART32_ASSERT(pgwire::format_server_first(*message) == text);
  }
  if (const auto message = pgwire::parse_client_final(text)) {
    ART32_ASSERT(pgwire::with_proof(message->without_proof, message->proof) == text);
  }
  if (const auto signature = pgwire::parse_server_final(text)) {
    ART32_ASSERT(pgwire::format_server_final(*signature) == text);
  }
}

void check_server(std::string_view text, bool is_tls) {
  const base::Secret secret(base::Bytes(32, 5));
  const auto [first, last] = split(text);
  const base::Bytes end_point = is_tls ? base::Bytes(32, 7) : base::Bytes();
  for (const std::string_view mechanism : {pgwire::scram_sha_256, pgwire::scram_sha_256_plus}) {
    pgwire::ScramServer server(pgwire::mock_scram_verifier(secret, "user"), end_point, "server-nonce");
    (void)server.answer_first(mechanism, first);
    ART32_ASSERT(!server.answer_final(last) && !server.is_finished());
  }
}

void check_client(std::string_view text, bool is_tls) {
  const auto [first, last] = split(text);
  pgwire::ScramKeys keys{base::Secret(base::Bytes(32, 1)), base::Secret(base::Bytes(32, 2))};
  pgwire::ScramClient client(std::move(keys), pgwire::ChannelBinding::preferred,
                             is_tls ? base::Bytes(32, 7) : base::Bytes(), "client-nonce");
  const std::string_view offer[] = {pgwire::scram_sha_256_plus, pgwire::scram_sha_256};
  ART32_ASSERT(client.start(offer));
  (void)client.answer(first);
  ART32_ASSERT(!client.finish(last) && !client.is_finished() && !client.is_channel_bound());
}

void check_verifier(std::string_view text) {
  const auto verifier = pgwire::parse_scram_verifier(text);
  if (!verifier) return;
  const base::Secret written = pgwire::format_scram_verifier(*verifier);
  const auto again = pgwire::parse_scram_verifier(written.text());
  ART32_ASSERT(again && again->iterations == verifier->iterations && again->salt == verifier->salt);
}

void check_password(std::string_view text) {
  const auto prepared = pgwire::prepare_scram_password(text);
  if (prepared) ART32_ASSERT(prepared->size() > 0 && prepared->text().find('\0') == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  switch (input.number(1)) {
    case 's':
    case 'S':
      check_server(input.text(), data[0] == 'S');
      break;
    case 'c':
    case 'C':
      check_client(input.text(), data[0] == 'C');
      break;
    case 'v':
      check_verifier(input.text());
      break;
    case 'p':
      check_password(input.text());
      break;
    default:
      check_messages(input.text());
  }
  return 0;
}
