// art32 trail evidence | check-evidence: a team's records for somebody who doesn't have to believe us
#include "app/commands/asking.h"
#include "app/commands/progress.h"
#include "app/commands/trail.h"
#include "app/commands/trail_filter.h"
#include "app/evidence_pack.h"
#include "app/server_commands.h"
#include "base/text.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

struct Options {
  TrailFilter filter;
  std::string folder, team, first, last, key;
  std::vector<std::string> witnesses;
  bool with_values = false;
};

json::object arguments_of(const Options& options) {
  json::object arguments = arguments_of(options.filter);
  arguments["team"] = options.team;
  for (const auto& [key, text] : {std::pair("first", &options.first), std::pair("last", &options.last)})
    if (const auto number = base::parse_number(*text)) arguments[key] = *number;
  if (options.with_values) arguments["personal"] = true;
  return arguments;
}

// Stretch by stretch, until `end`.
base::Status copy_octets(const Folder& folder, json::object arguments, std::uint64_t end,
                         const std::function<base::Status(base::ByteView)>& add,
                         const std::function<void(std::uint64_t)>& progress) {
  while (arguments.at("next").to_number<std::uint64_t>() < end) {
    ART32_ASSIGN(const json::value stretch, ask_server(folder, "trail evidence octets", arguments));
    const auto octets = base::from_base64(text_of(stretch.at("octets")));
    const bool is_further =
        stretch.at("next") != arguments.at("next") || stretch.at("offset") != arguments.at("offset");
    if (!octets || !is_further)
      return failure(ErrorCode::corrupt, "the trail has no more records, though it should have",
                     "art32 ledger verify, and restore the trail's folder from a backup");
    ART32_CHECKED(add(*octets));
    arguments["next"] = stretch.at("next");
    arguments["offset"] = stretch.at("offset");
    progress(stretch.at("next").to_number<std::uint64_t>());
  }
  return {};
}

Result<int> make(const Context& context, const Options& options) {
  const Folder folder = context.folder();
  ART32_ASSIGN(const json::value answer, ask_server(folder, "trail evidence", arguments_of(options)));
  ART32_ASSIGN(const trail::EvidenceDocument document, trail::parse_evidence(text_of(answer.at("evidence"))));
  ART32_ASSIGN(EvidencePackWriter writer, EvidencePackWriter::begin(options.folder, document));
  const trail::RecordRange range = document.evidence.range;
  Progress progress("records");
  const auto show = [&](std::uint64_t next) { progress.show(next - range.first, range.end - range.first); };
  json::object arguments{{"look", answer.at("look")}, {"next", range.first}, {"offset", 0}};
  ART32_CHECKED(copy_octets(
      folder, arguments, range.end, [&](base::ByteView octets) { return writer.add_records(octets); }, show));
  if (options.with_values) {
    arguments["values"] = true;
    ART32_CHECKED(copy_octets(
        folder, arguments, range.end, [&](base::ByteView octets) { return writer.add_values(octets); },
        show));
  }
  ART32_CHECKED(writer.finish([&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); }));
  progress.end();
  print(context.as_json
            ? pretty(json::object{{"folder", options.folder},
                                  {"first", range.first},
                                  {"end", range.end},
                                  {"size", document.evidence.shown.state.size.value}})
            : fmt::format("{} has {} records, and was checked. Whoever gets it begins with index.html.\n{}",
                          options.folder, range.end - range.first,
                          document.evidence.shown.state.size.value > 0
                              ? ""
                              : fmt::format("Nothing was ever recorded of a team \"{}\".\n", options.team)));
  return 0;
}

Result<int> check(const Context& context, const Options& options) {
  Progress progress("records");
  ART32_ASSIGN(
      const VerifiedEvidence verified,
      verify_evidence_pack(options.folder, {options.key, options.witnesses},
                           [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); }));
  progress.end();
  const trail::Evidence& evidence = verified.document.evidence;
  const std::uint64_t records = evidence.range.end - evidence.range.first;
  if (context.as_json) {
    print(pretty(json::object{{"team", evidence.team},
                              {"database", verified.document.database},
                              {"first", evidence.range.first},
                              {"end", evidence.range.end},
                              {"size", evidence.shown.state.size.value},
                              {"values", verified.values},
                              {"sealed", base::rfc3339(verified.sealed)},
                              {"origin", verified.checkpoint.origin},
                              {"checkpoint", verified.checkpoint.size.value}}));
    return 0;
  }
  print(
      fmt::format("The evidence holds: {} records from number {} on, of {} that team \"{}\" had in the trail "
                  "of \"{}\" when {} "
                  "sealed it, at {}. "
                  "None was altered, none is missing.\n",
                  records, evidence.range.first, evidence.shown.state.size.value, evidence.team,
                  verified.document.database, verified.checkpoint.origin, base::rfc3339(verified.sealed)));
  if (verified.values > 0)
    print(fmt::format("{} personal values are those that the records commit to.\n", verified.values));
  return 0;
}

}  // namespace

void add_trail_evidence(CLI::App& trail, Context& context) {
  auto options = std::make_shared<Options>();
  auto& evidence = add_command(trail, "evidence",
                               "Write a team's records into a folder, with the proof that none is missing",
                               "art32 trail evidence --team 42 --since 2026-11-01 pack");
  evidence.add_option("folder", options->folder, "That is made; not there yet")
      ->required()
      ->type_name("PATH");
  add_database(evidence, options->filter.database);
  evidence.add_option("--team", options->team, "Whose records; '' for those of no team")->required();
  add_times(evidence, options->filter);
  evidence.add_option("--first", options->first, "From this number on")->check(refuse_other_than_digits);
  evidence.add_option("--last", options->last, "Up to this number")->check(refuse_other_than_digits);
  evidence.add_flag("--personal", options->with_values,
                    "Also the personal values that aren't erased; whoever gets them has them for good");
  evidence.callback(
      [&context, options] { context.action = [&context, options] { return make(context, *options); }; });
  auto& check_evidence = add_command(trail, "check-evidence",
                                     "Check such a folder, as whoever gets it would: nothing else is read",
                                     "art32 trail check-evidence pack --key \"$(cat ledger.key)\"");
  check_evidence.add_option("folder", options->folder, "The folder")->required()->type_name("PATH");
  check_evidence
      .add_option("--key", options->key,
                  "The verifier key of the ledger, as its owner's site has it at /ledger/key; from where the "
                  "maker of the folder can't have changed it")
      ->required();
  check_evidence.add_option("--witness", options->witnesses,
                            "The verifier key of a witness that must have cosigned; repeat it for more");
  check_evidence.callback(
      [&context, options] { context.action = [&context, options] { return check(context, *options); }; });
}

}  // namespace art32::app
