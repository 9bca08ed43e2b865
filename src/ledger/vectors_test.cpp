// The test vectors of docs/formats/ledger.md, computed: the page must hold them word for word.
#include <gtest/gtest.h>

#include "base/file.h"
#include "crypto/digest.h"
#include "crypto/mac.h"
#include "ledger/erasure.h"
#include "ledger/frame.h"
#include "ledger/key_files.h"
#include "ledger/sealing.h"
#include "merkle/tree.h"

namespace art32::ledger {
namespace {

base::Bytes counting(std::uint8_t first, std::size_t count) {
  base::Bytes octets;
  for (std::size_t number = 0; number < count; ++number)
    octets.push_back(static_cast<std::uint8_t>(first + number));
  return octets;
}

std::string line(std::string_view name, std::string_view value) {
  return fmt::format("{} = {}\n", name, value);
}

std::string vectors() {
  const base::Bytes record_key = counting(0x00, 32), wrapping_key = counting(0x40, 32);
  const std::string record = R"({"probe":"tls.versions","verdict":"pass"})";
  const base::Instant time = *base::parse_rfc3339("2026-11-23T16:51:54.123456Z");
  const SealedRecord sealed = seal_record(record_key, "verdict", time, base::as_bytes(record));

  base::Bytes frame;
  put_frame(frame, {7, sealed.entry, sealed.sealed});
  base::Bytes header;
  put_batch_header(header, {7, 1, static_cast<std::uint32_t>(frame.size())});

  KeySlot slot;
  slot.index = 7;
  slot.offset = 4'096 + batch_header_octets;
  std::ranges::copy(crypto::wrap_key(wrapping_key, record_key), slot.wrapped.begin());
  KeySlot erased;
  erased.index = 7;
  erased.is_erased = true;
  erased.erased_by = 9;

  return line("record key (wrapping)", base::hex(wrapping_key)) + line("own key", base::hex(record_key)) +
         line("record", record) + line("opening", base::hex(opening_of(record_key))) +
         line("encryption key",
              base::hex(crypto::hmac_sha256(record_key, base::as_bytes("art32-encryption/v1")))) +
         line("entry", base::as_text(sealed.entry)) +
         line("leaf hash", base::hex(merkle::leaf_hash(sealed.entry))) +
         line("sealed", base::hex(sealed.sealed)) + line("batch header", base::hex(header)) +
         line("frame", base::hex(frame)) + line("key slot", base::hex(encode_key_slot(slot))) +
         line("erased slot", base::hex(encode_key_slot(erased))) +
         line("erasure", format_erasure(7, "asked for by the person"));
}

TEST(LedgerFormat, page_holds_these_vectors) {
  const base::Path page = base::Path(__FILE__).parent_path() / "../../docs/formats/ledger.md";
  const auto text = base::read_text_file(page);
  ASSERT_TRUE(text) << text.error().message();
  EXPECT_NE(text->find(vectors()), text->npos) << "the block has to be\n" << vectors();
}

}  // namespace
}  // namespace art32::ledger
