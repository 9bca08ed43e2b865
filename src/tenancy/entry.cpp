#include "tenancy/entry.h"

#include <array>
#include <optional>

#include "base/assert.h"
#include "crypto/mac.h"

namespace art32::tenancy {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::uint8_t version = 1;
constexpr std::size_t mac_octets = 32;
constexpr std::string_view entry_domain = "art32 entry\n";
constexpr std::string_view context_domain = "art32 context\n";

void put_word(base::Bytes& target, std::string_view word) {
  ART32_ASSERT(word.size() < 256);
  target.push_back(static_cast<std::uint8_t>(word.size()));
  base::append(target, base::as_bytes(word));
}

// Takes fields off the front; once something is missing, everything is empty.
class Fields {
 public:
  explicit Fields(base::ByteView octets) : left_(octets) {}

  base::ByteView take(std::size_t size) {
    if (size > left_.size()) {
      is_short_ = true;
      left_ = {};
      return {};
    }
    const base::ByteView taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }
  std::string word() {
    const base::ByteView size = take(1);
    return base::to_text(take(size.empty() ? 0 : size[0]));
  }
  bool is_whole() const { return !is_short_ && left_.empty(); }

 private:
  base::ByteView left_;
  bool is_short_ = false;
};

base::Bytes make(std::array<std::string_view, 4> words, base::ByteView session, std::uint64_t number,
                 base::Instant expires, const KeyRing& keys) {
  ART32_ASSERT(session.size() == session_octets);
  const Key& key = keys.signing();
  base::Bytes entry{version};
  put_word(entry, key.id);
  base::append(entry, session);
  base::put_u64(entry, number);
  base::put_u64(entry,
                static_cast<std::uint64_t>(
                    std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count()));
  for (const std::string_view word : words)
    put_word(entry, word);
  base::append(entry, crypto::hmac_sha256(key.secret.view(), {base::as_bytes(entry_domain), entry}));
  return entry;
}

}  // namespace

base::Bytes make_entry(const model::Claim& claim, base::ByteView session, std::uint64_t number,
                       base::Instant expires, const KeyRing& keys) {
  ART32_ASSERT(fault_of(claim).empty());
  return make({claim.team.value, name(claim.actor.kind), claim.actor.id, claim.request}, session, number,
              expires, keys);
}

base::Bytes make_nobody_entry(base::ByteView session, std::uint64_t number, base::Instant expires,
                              const KeyRing& keys) {
  return make({}, session, number, expires, keys);
}

base::Result<CommitContext> read_commit_context(base::ByteView message, const KeyRing& keys) {
  const auto wrong = [](std::string_view why) {
    return failure(ErrorCode::corrupt, "a transaction's context can't be read: " + std::string(why));
  };
  if (message.size() < mac_octets) return wrong("it is too short");
  const base::ByteView content = message.first(message.size() - mac_octets);
  Fields fields(content);
  const base::ByteView given = fields.take(1);
  if (given.empty() || given[0] != version) return wrong("it has another version");
  const std::string key_id = fields.word();
  const base::ByteView numbers = fields.take(24);
  CommitContext context;
  context.team.value = fields.word();
  const auto kind = model::parse_actor_kind(fields.word());
  context.actor.id = fields.word();
  context.request = fields.word();
  if (!fields.is_whole() || !kind) return wrong("its fields don't add up");
  context.system = base::get_u64(numbers);
  context.database = base::get_u64(numbers.subspan(8));
  context.transaction = base::get_u64(numbers.subspan(16));
  context.actor.kind = *kind;
  const Key* key = keys.find(key_id);
  if (key == nullptr ||
      !crypto::equal_constant_time(
          message.last(mac_octets),
          crypto::hmac_sha256(key->secret.view(), {base::as_bytes(context_domain), content})))
    return failure(ErrorCode::permission, "a transaction's context isn't signed by a known key",
                   "somebody wrote it who isn't the database's extension, or the key files differ");
  return context;
}

}  // namespace art32::tenancy
