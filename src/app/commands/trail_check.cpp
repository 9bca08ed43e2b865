// art32 trail check-records | accept-loss: whether the records are those that were sealed, and what to do
// where some are gone for good
#include <unistd.h>

#include "app/commands/asking.h"
#include "app/commands/progress.h"
#include "app/commands/trail.h"
#include "app/commands/trail_filter.h"
#include "app/owner_check.h"
#include "app/server_commands.h"
#include "app/trail_service.h"
#include "trail/stored_check.h"

namespace art32::app {
namespace {

using base::Result;

// The ledger is the running server's: it is asked.
class AskedLedger final : public model::EvidenceSource {
 public:
  explicit AskedLedger(const Folder& folder) : folder_(folder) {}

  Result<base::Bytes> record(model::LeafIndex index) const override {
    ART32_ASSIGN(const json::value shown, ask_server(folder_, "ledger show", {{"index", index.value}}));
    return base::to_bytes(json::serialize(shown.at("record")));
  }

 private:
  const Folder folder_;
};

Result<int> check_records(const Context& context, const std::string& name) {
  ART32_ASSIGN(const GatewayDatabase database, trail_database(context, name));
  const trail::RecordStore::Options store = trail_store(context.folder(), database.name);
  ART32_ASSIGN(const auto reader, trail::RecordReader::open({store.folder, store.key}));
  Progress progress("records");
  ART32_ASSIGN(const trail::StoredCheck checked,
               trail::check_stored(*reader, AskedLedger(context.folder()), {}, {},
                                   [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); }));
  progress.end();
  ART32_ASSIGN(const json::value seals,
               ask_server(context.folder(), "trail check", {{"database", database.name}}));
  if (const std::string problem = text_of(seals.at("problem")); !problem.empty())
    return base::failure(base::ErrorCode::check_failed, problem);
  print(context.as_json ? pretty(json::object{{"teams", checked.teams}, {"records", checked.records}})
                        : fmt::format("{} records of {} teams are those that were sealed; none is missing, "
                                      "and every seal in the ledger follows "
                                      "the one before.\n",
                                      checked.records, checked.teams));
  return 0;
}

Result<int> accept_loss(const Context& context, const std::string& name) {
  ART32_ASSIGN(const GatewayDatabase database, trail_database(context, name));
  return ask_and_print(
      context, "trail accept-loss", {{"database", database.name}, {"by", user_name(::getuid())}},
      [](const json::value& answer) {
        return fmt::format(
            "The trail of \"{}\" goes on, with a record of the gap. art32 trail status shows it.\n",
            text_of(answer.at("database")));
      });
}

using Act = Result<int> (*)(const Context&, const std::string&);

void add(CLI::App& trail, Context& context, const std::string& name, const std::string& summary, Act act) {
  auto& command = add_command(trail, name, summary, "art32 trail " + name);
  auto database = std::make_shared<std::string>();
  add_database(command, *database);
  command.callback([&context, database, act] {
    context.action = [&context, database, act] { return act(context, *database); };
  });
}

}  // namespace

void add_trail_checks(CLI::App& trail, Context& context) {
  add(trail, context, "check-records",
      "Read every stored record, and compare all with the seals in the ledger", check_records);
  add(trail, context, "accept-loss",
      "Go on with a gap, where an older copy of a trail's folder was put back and the newest one is lost for "
      "good",
      accept_loss);
}

}  // namespace art32::app
