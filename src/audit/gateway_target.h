// What probes of the database gateway attack, and how they get at it: plain values and
// callbacks, so that the real system and a scratch instance look alike. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace art32::audit {

// A database's server, as the gateway is told to reach it.
struct DatabaseServer {
  std::string name;     // of the database, as the gateway's clients know it
  std::string address;  // numeric; or the folder of a unix socket
  std::uint16_t port = 0;
  std::string server_name;          // what its certificate must be for
  std::string database;             // as the server knows it
  std::string role;                 // somebody whom the server may let in
  bool is_exempt_from_tls = false;  // by the configuration
  bool is_local() const { return address.starts_with('/'); }
};

// A staff member who exists for one probe run and is removed after it.
struct StaffCanary {
  std::string name;
  std::string password;
  std::vector<std::string> databases;  // that it may sign in to: all of them
};
// Somebody who exists for one probe run and is to one separated database what its application is.
struct ApplicationCanary {
  std::string name;
  std::string password;
  std::string database;
  std::string team_column;
  std::vector<std::string> leaves_out;  // tables that nothing is put into
  // Of this database the same in each run, and nobody else's to know: what the canary teams are made
  // of. What a run that was cut off has left, the next one finds by it.
  std::string seed;
  // Two that stand in the database already, or none. They aren't removed, nor is what the application
  // may put in and not take out.
  std::vector<std::string> teams = {};
  std::string principal = {};  // in whose place it signs in
};
// What is wrong with a claim that must not be believed.
enum class ClaimFlaw { none, expired, other_audience, unknown_key };

// What a check of a separated database's schema found, and what it has to have seen to be believed.
struct PostureFinding {
  std::string group, check, object;  // "policies", "rls-not-forced", "public.bill"
};
struct PostureView {
  std::string database;
  std::vector<PostureFinding> findings;
  std::size_t tables = 0;     // of teams
  bool sees_trouble = false;  // asked about a role that may do everything, it said so
  std::string error;          // why nothing was seen; empty
};

// How the trail of a database stands, and what the database doesn't give it.
struct TrailView {
  std::string database;
  std::string slot, publication;
  bool is_connected = false;
  std::vector<std::string> findings;      // "identity public.bill"
  std::string error;                      // why nothing was seen; empty
  std::optional<base::Instant> oldest;    // when the oldest records that are there were sealed
  std::chrono::milliseconds retention{};  // how long the server keeps them
};

// What the trail has of a canary's change.
struct TrailHit {
  bool has_author = false;
  std::string team, actor;  // "system:probe"
  std::string request;
};

// Whether the log that the canary's statements go to takes them.
enum class StatementLogState { working, refusing };

struct GatewayTarget {
  std::function<base::Result<std::vector<DatabaseServer>>()> databases;
  // Opens a connection to a database's server by the gateway's own code, up to where a
  // password would be sent; at this port of the loopback where it isn't 0.
  std::function<base::Status(const std::string& database, std::uint16_t instead)> reach;
  std::function<base::Result<StaffCanary>(StatementLogState)> make_staff;
  std::function<void(const StaffCanary&)> remove_staff;
  // One for each separated database; empty function: there is none.
  std::function<base::Result<std::vector<ApplicationCanary>>()> make_applications;
  std::function<void(const ApplicationCanary&)> remove_application;
  // A claim for that team, of a canary, for a minute.
  std::function<base::Result<std::string>(const std::string& team, ClaimFlaw flaw)> sign_claim;
  // Of every separated database, looked at now.
  std::function<base::Result<std::vector<PostureView>>()> look_at_postures;
  // The entry that the gateway would send for that team to the server connection of this name
  // (hexadecimal); as sign_claim's, with the flaws expired and unknown_key.
  std::function<base::Result<std::string>(const std::string& team, const std::string& session,
                                          std::uint64_t number, ClaimFlaw flaw)>
      sign_entry;
  // Of every database with a trail, looked at now; empty function: there is none.
  std::function<base::Result<std::vector<TrailView>>()> look_at_trails;
  // The sealed record of the row with that note in art32_trail.canary; nothing while there is none.
  std::function<base::Result<std::optional<TrailHit>>(const std::string& database, const std::string& note)>
      find_in_trail;
  // Puts that row there, past the gateway.
  std::function<base::Status(const std::string& database, const std::string& note)> write_past_gateway;
  // Empty where what is stored of the trail's newest records is what was sealed; else what isn't.
  std::function<base::Result<std::string>(const std::string& database)> check_records;
  // Whether a sealed record of a statement contains this text.
  std::function<base::Result<bool>(const std::string& text)> is_logged;
};

}  // namespace art32::audit
