// By the entry that makes a server connection act for a team, as SQL of the application's: one made
// for another connection, one used before, one that has expired, one of a stranger's key. No
// application ever sees one; this is what the database does if it did.
#include <algorithm>

#include "audit/probes/separation_ground.h"
#include "base/bytes.h"
#include "crypto/random.h"

namespace art32::audit {
namespace {

// Far above what the gateway's own entries count to, which go on from 1.
constexpr std::uint64_t high = 1'000'000;

// A session of the second team that keeps its server connection, since entries are for one. One that
// is believed has used up the numbers of the gateway's own, so nobody else may get the connection.
class Entered {
 public:
  static base::Result<Entered> open(SeparationGround& ground) {
    Entered entered(ground);
    ART32_ASSIGN(entered.session_, ground.sign_in());
    ART32_CHECKED(entered.session_->act_for(ground.other_claim()));
    ART32_CHECKED(entered.session_->query("listen art32_entry").map([](const auto&) {}));
    ART32_ASSIGN(const auto name,
                 entered.session_->query("select pg_catalog.encode(art32.session(), 'hex')"));
    entered.name_ = name.front().front().value_or("");
    return entered;
  }
  Entered(Entered&&) = default;
  // What isn't an entry has the gateway enter anew: if that is refused, it closes the connection.
  ~Entered() {
    if (!session_) return;
    enter("");
    (void)session_->query("select 1");
  }

  const std::string& name() const { return name_; }
  base::Result<std::string> entry(const std::string& team, std::uint64_t number, ClaimFlaw flaw,
                                  const std::string& name) const {
    return ground_->gateway().sign_entry(team, name, number, flaw);
  }
  void enter(const std::string& entry) { (void)session_->query("select art32.enter('\\x" + entry + "')"); }
  // Of the first team's, in any table.
  Tally sees() {
    Tally tally;
    for (const TenantTable& table : ground_->tables()) {
      if (ground_->row_of(table).empty() || ground_->is_broken(table)) continue;
      ++tally.tried;
      const TenantAnswer seen = session_->ask(ground_->own_rows(table));
      if (seen.found()) tally.take(table.name, seen);
      if (seen.kind == TenantAnswer::Kind::lost) tally.unknown.push_back(table.name + ": " + words_of(seen));
      if (!seen.found()) break;  // for nobody, or another team: in one table as in all
    }
    return tally;
  }

 private:
  explicit Entered(SeparationGround& ground) : ground_(&ground) {}
  SeparationGround* ground_;
  std::unique_ptr<TenantSession> session_;
  std::string name_;
};

base::Status show_that_one_is_believed(Entered& entered, SeparationGround& ground) {
  ART32_ASSIGN(const std::string entry,
               entered.entry(ground.owner_team(), high, ClaimFlaw::none, entered.name()));
  entered.enter(entry);
  if (entered.sees().got.empty())
    return base::failure(base::ErrorCode::check_failed, "the team's own row isn't seen by it");
  // And away from it again: what comes back afterwards came by the attack.
  ART32_ASSIGN(const std::string back,
               entered.entry(ground.other_team(), high + 1, ClaimFlaw::none, entered.name()));
  entered.enter(back);
  if (!entered.sees().got.empty())
    return base::failure(base::ErrorCode::check_failed, "another entry doesn't end it");
  return {};
}

void try_entry(SeparationGround& ground, const model::Text& text, ClaimFlaw flaw,
               bool of_another_connection) {
  Tally tally;
  auto entered = Entered::open(ground);
  if (!entered) return ground.attack(text, Outcome::undecided, entered.error().what);
  const std::string name = of_another_connection ? base::hex(crypto::random_bytes(16)) : entered->name();
  const auto entry = entered->entry(ground.owner_team(), high, flaw, name);
  if (!entry) return ground.attack(text, Outcome::undecided, entry.error().what);
  entered->enter(*entry);
  tally = entered->sees();
  ground.attack(text, tally.outcome(), tally.seen());
}

// The one that was believed, once more.
void try_replayed(SeparationGround& ground, Entered& entered) {
  const model::Text text{"Ein Eintrag, der schon gebraucht ist", "An entry that was used before"};
  const auto entry = entered.entry(ground.owner_team(), high, ClaimFlaw::none, entered.name());
  if (!entry) return ground.attack(text, Outcome::undecided, entry.error().what);
  entered.enter(*entry);
  const Tally tally = entered.sees();
  ground.attack(text, tally.outcome(), tally.seen());
}

}  // namespace

void attack_by_entries(SeparationGround& ground) {
  const bool is_worthwhile = std::ranges::any_of(ground.tables(), [&ground](const TenantTable& table) {
    return !ground.row_of(table).empty() && !ground.is_broken(table);
  });
  if (!is_worthwhile) return;  // each table is open without one, or the control has said why not
  const model::Text believed{"Ein Eintrag für ebendiese Verbindung gilt",
                             "An entry for this very connection is believed"};
  {
    auto entered = Entered::open(ground);
    const base::Status shown =
        entered ? show_that_one_is_believed(*entered, ground) : tl::unexpected<base::Error>(entered.error());
    ground.control(believed, shown ? Outcome::worked : Outcome::undecided,
                   shown ? "once" : shown.error().what);
    if (!shown) return;
    try_replayed(ground, *entered);
  }
  try_entry(ground, {"Ein Eintrag für eine andere Verbindung", "An entry for another connection"},
            ClaimFlaw::none, true);
  try_entry(ground, {"Ein abgelaufener Eintrag", "An entry that has expired"}, ClaimFlaw::expired, false);
  try_entry(ground, {"Ein Eintrag mit fremdem Schlüssel", "An entry signed with a stranger's key"},
            ClaimFlaw::unknown_key, false);
}

}  // namespace art32::audit
