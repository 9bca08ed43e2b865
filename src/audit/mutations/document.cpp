// Broken documents: an annex whose sentences are missing or altered, a log that
// was exchanged, rolled back or altered.

#include <map>

#include "audit/mutations/rewrite.h"
#include "audit/probes/ledger_view.h"
#include "audit/probes/probes.h"
#include "audit/scratch.h"
#include "base/text.h"
#include "crypto/random.h"
#include "crypto/signature.h"
#include "merkle/entry_bundle.h"
#include "merkle/note.h"
#include "merkle/signed_checkpoint.h"
#include "merkle/tile_builder.h"

namespace art32::audit {
namespace {

std::string without_first_sentence(std::string_view page) {
  constexpr std::string_view opening = "<span class=\"sentence\"";
  constexpr std::string_view closing = "</span>";
  const std::size_t start = page.find(opening);
  const std::size_t end = start == std::string_view::npos ? start : page.find(closing, start);
  if (end == std::string_view::npos) return std::string(page);
  return std::string(page.substr(0, start)) + std::string(page.substr(end + closing.size()));
}

std::string with_first_sentence_altered(std::string_view page) {
  const std::size_t start = page.find("<span class=\"sentence\"");
  const std::size_t text = start == std::string_view::npos ? start : page.find('>', start);
  if (text == std::string_view::npos) return std::string(page);
  return std::string(page.substr(0, text + 1)) + "Nicht: " + std::string(page.substr(text + 1));
}

base::Result<Target> behind(Scratch& scratch, net::CarelessProxy::Rewrite rewrite) {
  return scratch.behind_proxy(Scratch::ProxyKey::of_the_server, std::move(rewrite));
}

// Alters the pages of the annex whose addresses end so.
base::Result<Target> rewrite_annex(Scratch& scratch, std::string_view ending,
                                   std::string (*rewrite)(std::string_view page)) {
  return behind(scratch, [ending, rewrite](std::string_view request, std::string answer) {
    return target_of(request).ends_with(ending) ? answer_with(rewrite(body_of_answer(answer))) : answer;
  });
}

base::Result<Target> drop_an_english_sentence(Scratch& scratch) {
  return rewrite_annex(scratch, "/en/annex", without_first_sentence);
}

base::Result<Target> drop_a_sentence_in_both(Scratch& scratch) {
  return rewrite_annex(scratch, "/annex", without_first_sentence);
}

base::Result<Target> alter_a_german_sentence(Scratch& scratch) {
  return rewrite_annex(scratch, "/de/annex", with_first_sentence_altered);
}

struct Log {
  merkle::Checkpoint head;
  std::vector<base::Bytes> entries;
};

// The genuine log as the probe saw it last, which is what a forger starts from.
base::Result<Log> read_log(const Scratch& scratch) {
  const Target target = scratch.target();
  const ProbeContext context{target, std::chrono::steady_clock::now() + std::chrono::seconds(5)};
  const LedgerView view(context);
  ART32_ASSIGN(const std::string seen, target.last_checkpoint_note);
  ART32_ASSIGN(const Head head, view.open_head(seen));
  Log log{head.checkpoint, {}};
  for (const merkle::Tile& tile : merkle::tiles_of(head.checkpoint.size, merkle::TileKind::entries)) {
    ART32_ASSIGN(const base::Bytes bundle, view.fetch(tile));
    ART32_ASSIGN(const auto entries, merkle::parse_entry_bundle(bundle, tile.width));
    for (const base::ByteView entry : entries)
      log.entries.emplace_back(entry.begin(), entry.end());
  }
  return log;
}

// A whole log of these entries under the ledger's own key, in place of the served one.
base::Result<Target> serve_log(Scratch& scratch, const std::string& origin,
                               const std::vector<base::Bytes>& entries) {
  ART32_ASSIGN(const auto key, crypto::Ed25519PrivateKey::load(scratch.key("ledger.pem")));
  merkle::TileBuilder builder;
  for (const base::Bytes& entry : entries)
    builder.append(merkle::leaf_hash(entry));
  std::map<std::string, std::string> resources;
  for (const merkle::TileContent& tile : builder.take_new_tiles())
    resources[merkle::tile_path(tile.tile)] = base::to_text(tile.octets);
  for (const merkle::Tile& tile : merkle::tiles_of(builder.size(), merkle::TileKind::entries)) {
    const auto first = entries.begin() + static_cast<std::ptrdiff_t>(tile.index * merkle::tile_width);
    resources[merkle::tile_path(tile)] =
        base::to_text(merkle::encode_entry_bundle({first, first + static_cast<std::ptrdiff_t>(tile.width)}));
  }
  resources["checkpoint"] = merkle::sign_checkpoint({origin, builder.size(), builder.root()}, key);
  return behind(scratch, [resources](std::string_view request, std::string answer) {
    const std::string_view path = target_of(request);
    if (!path.starts_with("/ledger/")) return answer;
    const auto found = resources.find(std::string(path.substr(8)));
    return found == resources.end() ? answer : answer_with(found->second);
  });
}

// One leaf more than was seen, so that it doesn't shrink; the first is another one.
base::Result<Target> fork_the_log(Scratch& scratch) {
  ART32_ASSIGN(Log log, read_log(scratch));
  log.entries.front() = crypto::random_bytes(64);
  log.entries.push_back(crypto::random_bytes(64));
  return serve_log(scratch, log.head.origin, log.entries);
}

base::Result<Target> roll_the_log_back(Scratch& scratch) {
  ART32_ASSIGN(Log log, read_log(scratch));
  log.entries.pop_back();
  return serve_log(scratch, log.head.origin, log.entries);
}

base::Result<Target> change_what_stands_below(Scratch& scratch, std::string_view folder, std::size_t place) {
  return behind(scratch, [folder, place](std::string_view request, std::string answer) {
    return target_of(request).starts_with(folder) ? with_bit_flipped(std::move(answer), place) : answer;
  });
}

base::Result<Target> change_a_tile(Scratch& scratch) {
  return change_what_stands_below(scratch, "/ledger/tile/0/", 0);
}

base::Result<Target> change_an_entry(Scratch& scratch) {
  // Past the two octets of the first entry's length.
  return change_what_stands_below(scratch, "/ledger/tile/entries/", 2);
}

}  // namespace

std::vector<Mutation> mutations_of_annex_pairing() {
  return {{{"Ein Proxy lässt auf der englischen Seite einen Absatz weg.",
            "A proxy drops a paragraph from the English page."},
           drop_an_english_sentence},
          {{"Ein Proxy verändert den Wortlaut eines Absatzes auf der deutschen Seite.",
            "A proxy alters the wording of a paragraph on the German page."},
           alter_a_german_sentence},
          {{"Ein Proxy lässt denselben Absatz auf beiden Seiten weg.",
            "A proxy drops the same paragraph from both pages."},
           drop_a_sentence_in_both}};
}

std::vector<Mutation> mutations_of_ledger_consistency() {
  return {
      {{"Ein Proxy gibt ein längeres Log mit anderer Vergangenheit aus, unterschrieben mit demselben "
        "Schlüssel.",
        "A proxy offers a longer log with another past, signed with the same key."},
       fork_the_log},
      {{"Ein Proxy gibt ein früheres Log aus, dem der letzte Eintrag fehlt, unterschrieben mit "
        "demselben Schlüssel.",
        "A proxy offers an earlier log that lacks the last entry, signed with the same key."},
       roll_the_log_back},
      {{"Ein Proxy kippt ein Bit in einer Kachel.", "A proxy flips one bit in a tile."}, change_a_tile},
      {{"Ein Proxy kippt ein Bit in einem Eintrag.", "A proxy flips one bit in an entry."}, change_an_entry}};
}

}  // namespace art32::audit
