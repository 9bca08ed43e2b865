// What separation by team costs the database: reads by key under a policy that calls the
// functions of art32, against the same read with the team in its WHERE and no policy: a parameter
// like the key, since one prepared statement serves all teams. pgbench with prepared statements straight at
// the server, in rounds that alternate, medians. And what it costs the gateway to go from team to team.
#include <fstream>

#include "bench/figure.h"
#include "bench/separation/forward_auth.h"
#include "bench/separation/team_switches.h"
#include "net/subprocess.h"
#include "tests/tenancy/protected_database.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;
using test::Functions;

constexpr int rounds = 5;
constexpr int clients = 2;
constexpr int seconds = 4;  // of a round
constexpr int teams = 100;
constexpr int rows_of_a_team = 1'000;

// An entry made in SQL, with the key in its text: pgbench can't make one. Tables: `invoice` as the
// tests have it, `bare` with the same rows and without a policy.
void prepare(test::ProtectedDatabase& database) {
  base::Bytes inner(64, 0x36), outer(64, 0x5c);
  const base::ByteView key = database.keys().signing().secret.view();
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner[i] ^= key[i];
    outer[i] ^= key[i];
  }
  database.admin(fmt::format(R"(
create function public.act_for(team text) returns void language plpgsql as $$
declare
  body bytea := '\x01026b31'::bytea || art32.session() || int8send(1)
    || int8send(extract(epoch from clock_timestamp())::bigint + 60)
    || set_byte('\x00', 0, length(team)) || convert_to(team, 'UTF8')
    || '\x0475736572'::bytea || '\x0131'::bytea || '\x0131'::bytea;
begin
  perform art32.enter(body || sha256('\x{}'::bytea || sha256('\x{}'::bytea || convert_to(E'art32 entry\n', 'UTF8') || body)));
end $$;
truncate invoice restart identity;
insert into invoice (team_id, note) select 1 + i % {}, 'note ' || i from generate_series(0, {}) i;
create table bare as select * from invoice;
alter table bare add primary key (id);
create index on bare (team_id);
grant select on bare to app;
)",
                             base::hex(outer), base::hex(inner), teams, teams * rows_of_a_team - 1));
  database.admin("vacuum analyze invoice");
  database.admin("vacuum analyze bare");
}

// Each connection enters once, and then reads rows of team 1.
std::string script(std::string_view query) {
  return fmt::format(
      "\\if :entered\n\\else\nselect art32.session();\nselect public.act_for('1');\n\\set entered "
      "1\n\\endif\n"
      "\\set team 1\n\\set place random(0, {})\n\\set id 1 + :place * {}\n{};\n",
      rows_of_a_team - 1, teams, query);
}

struct Way {
  std::string name;
  const test::ProtectedDatabase* database;
  std::string query;
};

// Transactions a second.
double run(const Way& way, const base::Path& folder) {
  std::ofstream(folder / "script.sql") << script(way.query);
  const auto& postgres = way.database->postgres();
  net::Command command;
  command.arguments = {"pgbench", "-n",
                       "-M",      "prepared",
                       "-f",      "script.sql",
                       "-D",      "entered=0",
                       "-c",      std::to_string(clients),
                       "-j",      std::to_string(clients),
                       "-T",      std::to_string(seconds),
                       "app"};
  command.environment = {"PGHOST=" + postgres.socket_folder().string(),
                         fmt::format("PGPORT={}", postgres.port()), "PGUSER=app",
                         "PGPASSWORD=" + postgres.password()};
  command.folder = folder;
  const auto finished = net::run(command, 60s);
  if (!finished || finished->exit_code != 0)
    give_up(finished ? finished->errors : finished.error().message());
  const std::size_t at = finished->output.find("tps = ");
  if (at == std::string::npos || finished->errors.find("ERROR") != std::string::npos)
    give_up(finished->output + finished->errors);
  return std::stod(finished->output.substr(at + 6));
}

int bench() {
  test::ProtectedDatabase& extension = test::protected_database(Functions::extension);
  test::ProtectedDatabase& plain = test::protected_database(Functions::plain);
  prepare(extension);
  prepare(plain);
  const std::string by_policy = "select note from invoice where id = :id";
  const std::string by_hand = "select note from bare where id = :id and team_id = :team";
  const Way ways[] = {{"extension", &extension, by_policy},
                      {"plain SQL", &plain, by_policy},
                      {"by hand", &extension, by_hand}};
  std::map<std::string, std::vector<double>> rates;
  const base::ScratchFolder scratch;
  for (int round = 0; round < rounds; ++round)
    for (const Way& way : ways)
      rates[way.name].push_back(run(way, scratch.path()));
  const double peer = median(rates["by hand"]);
  for (const Way& way : ways)
    fmt::print("{:<12} {:>9.0f} reads/s {:>8.2f} us\n", way.name, median(rates[way.name]),
               1e6 * clients / median(rates[way.name]));
  figure("separation.read.extension", peer / median(rates["extension"]), "x", "<=", 1.05);
  figure("separation.read.plain", peer / median(rates["plain SQL"]), "x", "<=", 1.40);
  measure_team_switches(extension);
  measure_forward_auth();
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::bench();
}
