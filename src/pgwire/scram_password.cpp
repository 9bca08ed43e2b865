#include "pgwire/scram_password.h"

#include <stringprep.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"

namespace art32::pgwire {
namespace {

// What libidn allocated; wiped before it is freed.
template <class Letter>
class Allocated {
 public:
  Allocated(Letter* letters, std::size_t count) : letters_(letters), count_(count) {
    ART32_ASSERT(letters != nullptr);
  }
  Allocated(const Allocated&) = delete;
  Allocated& operator=(const Allocated&) = delete;
  ~Allocated() {
    ::explicit_bzero(letters_, count_ * sizeof(Letter));
    std::free(letters_);
  }
  Letter* data() const { return letters_; }
  std::size_t size() const { return count_; }

 private:
  Letter* letters_;
  std::size_t count_;
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char octet) { return (octet & 0x80) == 0; });
}

Allocated<std::uint32_t> code_points(std::string_view utf8) {
  std::size_t count = 0;
  std::uint32_t* const points =
      stringprep_utf8_to_ucs4(utf8.data(), static_cast<ssize_t>(utf8.size()), &count);
  return {points, count};
}

std::size_t length(const std::uint32_t* points) {
  std::size_t count = 0;
  while (points[count] != 0)
    ++count;
  return count;
}

// RFC 4013 section 2 without its normalisation: PostgreSQL looks for what is prohibited,
// unassigned or of mixed direction in what was mapped and isn't normalised yet.
const Stringprep_profile* before_normalisation() {
  static const std::vector<Stringprep_profile> steps = [] {
    std::vector<Stringprep_profile> copied;
    const Stringprep_profile* step = stringprep_saslprep;
    for (; step->operation != 0; ++step)
      if (step->operation != STRINGPREP_NFKC) copied.push_back(*step);
    copied.push_back(*step);
    return copied;
  }();
  return steps.data();
}

// Unicode's Corrigendum 4: five ideographs that libidn, as Unicode 3.2, takes apart wrongly.
std::uint32_t corrected(std::uint32_t point) {
  static constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 5> rows{
      {{0x2f868, 0x36fc}, {0x2f874, 0x5f53}, {0x2f91f, 0x243ab}, {0x2f95f, 0x7aee}, {0x2f9bf, 0x45d7}}};
  for (const auto& [wrong, right] : rows)
    if (point == wrong) return right;
  return point;
}

// Nothing when SASLprep prohibits the password, or leaves nothing of it.
std::optional<base::Secret> saslprep(std::string_view utf8) {
  const Allocated<std::uint32_t> points = code_points(utf8);
  std::size_t count = points.size();
  const int answer = stringprep_4i(points.data(), &count, points.size() + 1, STRINGPREP_NO_UNASSIGNED,
                                   before_normalisation());
  ART32_ASSERT(answer != STRINGPREP_TOO_SMALL_BUFFER && answer != STRINGPREP_MALLOC_ERROR);
  if (answer != STRINGPREP_OK || count == 0) return std::nullopt;
  std::transform(points.data(), points.data() + count, points.data(), corrected);

  std::uint32_t* const normal = stringprep_ucs4_nfkc_normalize(points.data(), static_cast<ssize_t>(count));
  const Allocated<std::uint32_t> normalised(normal, length(normal));
  std::size_t octets = 0;
  char* const text =
      stringprep_ucs4_to_utf8(normalised.data(), static_cast<ssize_t>(normalised.size()), nullptr, &octets);
  const Allocated<char> prepared(text, octets);
  return base::Secret(std::string_view(prepared.data(), prepared.size()));
}

}  // namespace

base::Result<base::Secret> prepare_scram_password(std::string_view password) {
  if (password.empty() || password.size() > base::limits::scram_password_octets ||
      password.find('\0') != password.npos)
    return base::failure(base::ErrorCode::invalid_argument, "the password is empty, too long or contains NUL",
                         "choose one of at most 4096 octets");
  if (!is_ascii(password) && base::is_utf8(password)) {
    if (auto prepared = saslprep(password)) return std::move(*prepared);
  }
  return base::Secret(password);
}

}  // namespace art32::pgwire
