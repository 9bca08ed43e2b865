// Where database.separation is fought: two teams that nobody has, a session for each, the tables,
// and the owner's row in each of them. Teams that the configuration names stand before and after;
// others are founded, and removed.
//
// Made for one database and one account of the application's; whoever made it takes the rows out
// again by take_rows(). The context, the canary and the observations outlive it. One thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "audit/observe.h"
#include "audit/probes/tenant_row.h"
#include "audit/probes/tenant_session.h"

namespace art32::audit {

// What was tried of many things, as one observation.
struct Tally {
  std::size_t tried = 0;
  std::vector<std::string> got, unknown, apart;  // apart: where it makes no sense, and why

  Outcome outcome() const;
  std::string seen(std::string_view things = "tables") const;
  // A row or a word of another team's came back from there.
  void take(const std::string& where, const TenantAnswer& answer);
};

// Never a word of the row itself: evidence is for everybody's eyes.
std::string words_of_found(const TenantAnswer& answer);
std::string words_of(const TenantAnswer& answer);

class SeparationGround {
 public:
  SeparationGround(const ProbeContext& context, const ApplicationCanary& canary, Observations& observations)
      : context_(context), canary_(canary), observations_(observations) {}

  // Signs both teams in, removes what a run before has left, and founds the teams or finds them there.
  base::Status begin();
  void put_rows();   // the owner's
  void take_rows();  // of both

  TenantSession& owner() { return *owner_; }
  TenantSession& other() { return *other_; }
  const std::string& owner_team() const { return owner_team_; }
  const std::string& other_team() const { return other_team_; }
  const std::string& owner_claim() const { return owner_claim_; }
  const std::string& other_claim() const { return other_claim_; }
  const std::vector<TenantTable>& tables() const { return tables_; }
  // The owner's row there as JSON; empty where it has none.
  const std::string& row_of(const TenantTable& table) { return rows_[table.name]; }

  // Rows of others were found there: no more is tried of it.
  bool is_broken(const TenantTable& table) const { return broken_.contains(table.name); }
  void mark_broken(const TenantTable& table) { broken_.insert(table.name); }
  bool is_late(Tally& tally) const;
  std::string own_rows(const TenantTable& table) const;  // how many rows of the owner's are seen

  base::Result<std::unique_ptr<TenantSession>> sign_in() const;
  // Another session that acts for the owner and sees its rows. Null, and said so, where there is none.
  std::unique_ptr<TenantSession> sign_in_as_owner(const model::Text& text);

  const GatewayTarget& gateway() const { return *context_.target.gateway; }
  void attack(const model::Text& text, Outcome outcome, std::string seen);
  void control(const model::Text& text, Outcome outcome, std::string seen);

 private:
  std::string place() const;
  base::Status wait_for_others();
  base::Status find_tables();
  base::Status found_teams();
  bool are_standing() const { return !canary_.teams.empty(); }
  base::Status find_standing_teams();
  base::Result<bool> may(const TenantTable& table, const char* function, const char* privilege) const;
  base::Status put_row(const TenantTable& table);
  base::Status put_or_find_row(const TenantTable& table);
  void say_what_is_bare();
  void take_left_rows();
  void revive(std::unique_ptr<TenantSession>& session, const std::string& claim);
  // What is there still, and why; and the tables where standing teams keep their row.
  struct Rest {
    std::vector<std::string> left, kept;
  };
  Rest take_out();

  const ProbeContext& context_;
  const ApplicationCanary& canary_;
  Observations& observations_;
  std::unique_ptr<TenantSession> guard_, owner_, other_;
  std::vector<TenantTable> tables_;  // the teams', those of teams, children: parents come first
  std::vector<std::string> unclear_;
  std::map<std::string, std::string> rows_;
  std::set<std::string> broken_;
  std::vector<std::string> bare_;  // where a standing team has no row, and can't put one
  std::string owner_team_, other_team_, owner_claim_, other_claim_;
};

// The attacks, by what they go through. Each reports what it saw.
void attack_tables(SeparationGround& ground);
void attack_views_and_functions(SeparationGround& ground);
void attack_by_claims(SeparationGround& ground);
void attack_pooled_sessions(SeparationGround& ground);
void attack_by_entries(SeparationGround& ground);

}  // namespace art32::audit
