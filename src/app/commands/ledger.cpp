// art32 ledger verify | show | proof | erase | keys
#include <unistd.h>

#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "app/commands/progress.h"
#include "app/owner_check.h"
#include "app/server_commands.h"
#include "crypto/signature.h"
#include "merkle/cosignature.h"
#include "merkle/signed_checkpoint.h"

namespace art32::app {
namespace {

base::Result<std::string> verifier_key(const Folder& folder) {
  ART32_CHECKED(check_owner(folder));
  ART32_ASSIGN(const Configuration configuration, load_configuration(folder));
  ART32_ASSIGN(const auto key, crypto::Ed25519PrivateKey::load(folder.ledger_key()));
  return merkle::format_verifier_key(
      {configuration.ledger.origin, merkle::SignatureType::ed25519, key.public_key()});
}

// What a reader of the ledger wants checked.
struct Wanted {
  std::string path, key;
  std::vector<std::string> witnesses;
  bool records = false;
};

base::Result<base::Instant> time_of(const merkle::Note& note, const merkle::VerifierKey& witness) {
  for (const merkle::NoteSignature& signature : note.signatures)
    if (signature.name == witness.name && signature.key == witness.id())
      return merkle::verify_cosignature(note.text, signature, witness);
  return base::failure(base::ErrorCode::check_failed,
                       fmt::format("{} hasn't cosigned the checkpoint", witness.name),
                       "fetch /ledger/checkpoint again; if it stays so, ask the witness what it has");
}

// Who of these cosigned a checkpoint of the tree that was verified; `check_failed` where one didn't.
base::Result<json::array> cosigned_by(const base::Path& folder, const std::string& text,
                                      const std::string& key, const merkle::Checkpoint& newest,
                                      const std::vector<std::string>& witnesses) {
  ART32_ASSIGN(const merkle::VerifierKey log, merkle::parse_verifier_key(key));
  ART32_ASSIGN(const merkle::Checkpoint checkpoint, merkle::open_checkpoint(text, {log, {}, 0}));
  ART32_CHECKED(ledger::folder_extends(folder, newest, checkpoint));
  ART32_ASSIGN(const merkle::Note note, merkle::parse_note(text));
  json::array found;
  for (const std::string& each : witnesses) {
    ART32_ASSIGN(const merkle::VerifierKey witness, merkle::parse_verifier_key(each));
    ART32_ASSIGN(const base::Instant time, time_of(note, witness));
    found.push_back(json::object{{"witness", witness.name},
                                 {"size", checkpoint.size.value},
                                 {"cosigned", base::rfc3339_seconds(time)}});
  }
  return found;
}

std::vector<std::string> witness_texts(const json::object& report) {
  std::vector<std::string> lines;
  const json::value* witnesses = report.if_contains("witnesses");
  if (witnesses == nullptr) return lines;
  for (const json::value& witness : witnesses->as_array())
    lines.push_back(fmt::format(
        "{} cosigned its first {} entries at {}.\n", std::string_view(witness.at("witness").as_string()),
        witness.at("size").to_number<std::uint64_t>(), std::string_view(witness.at("cosigned").as_string())));
  return lines;
}

base::Result<int> verify(const Context& context, const Wanted& wanted) {
  const std::string& path = wanted.path;
  std::string key = wanted.key;
  const Folder folder = context.folder();
  const base::Path ledger_folder = path.empty() ? folder.ledger() : base::Path(path);
  if (key.empty()) {
    auto own = verifier_key(folder);
    if (!own && !path.empty())
      return base::failure(base::ErrorCode::invalid_argument, "whose ledger is it? No verifier key was given",
                           "add --key with the key from the log's /ledger/key");
    if (!own) return tl::unexpected<base::Error>(own.error());
    key = *own;
  }
  // Before the newest checkpoint, which it mustn't be ahead of.
  ART32_ASSIGN(const std::string cosigned, ledger::folder_cosigned_note(ledger_folder));
  Progress progress("entries");
  ART32_ASSIGN(const ledger::Verification verified,
               ledger::verify_folder(ledger_folder, key, [&](std::uint64_t done, std::uint64_t all) {
                 progress.show(done, all);
               }));
  progress.end();
  json::object report{{"entries", verified.entries},
                      {"origin", verified.checkpoint.origin},
                      {"root", base::base64(verified.checkpoint.root)},
                      {"folder", ledger_folder.string()}};
  if (!wanted.witnesses.empty()) {
    ART32_ASSIGN(report["witnesses"],
                 cosigned_by(ledger_folder, cosigned, key, verified.checkpoint, wanted.witnesses));
  }
  if (wanted.records) {
    ART32_ASSIGN(const Configuration configuration, load_configuration(folder));
    ART32_ASSIGN(const std::uint64_t checked,
                 ledger::verify_records(
                     {ledger_folder, configuration.ledger.origin, folder.ledger_key(), folder.record_key()}));
    report["records"] = checked;
  }
  if (context.as_json) {
    print(pretty(report));
  } else {
    print(fmt::format("The ledger holds: {} entries, every tile, every leaf and the signature of {} agree.\n",
                      verified.entries, verified.checkpoint.origin));
    for (const std::string& line : witness_texts(report))
      print(line);
    if (wanted.records)
      print(fmt::format("{} records agree with their commitments.\n", report["records"].as_uint64()));
  }
  return 0;
}

base::Result<int> print_answer(const Context& context, std::string_view command,
                               const json::object& arguments,
                               const std::function<std::string(const json::value&)>& as_text) {
  ART32_ASSIGN(const json::value answer, ask(context.folder(), command, arguments));
  print(context.as_json ? pretty(answer) : as_text(answer));
  return 0;
}

std::string record_text(const json::value& record) {
  return fmt::format("entry    {}\nopening  {}\nrecord   {}",
                     std::string_view(record.at("entry").as_string()),
                     std::string_view(record.at("opening").as_string()), pretty(record.at("record")));
}

void add_verify(CLI::App& ledger, Context& context) {
  auto& command = add_command(ledger, "verify", "Check every tile, leaf and signature, as an outsider would",
                              "art32 ledger verify --records");
  auto wanted = std::make_shared<Wanted>();
  command.add_option("ledger", wanted->path, "A copy of a ledger's folder; else the installation's own")
      ->type_name("PATH");
  command.add_option("--key", wanted->key,
                     "The verifier key, as /ledger/key serves it; else the installation's own");
  command.add_flag("--records", wanted->records,
                   "Also decrypt every record and check it against its leaf (owner only)");
  command
      .add_option("--witness", wanted->witnesses,
                  "The verifier key of a witness that must have cosigned the newest checkpoint; repeatable")
      ->type_name("VKEY");
  command.callback(
      [&context, wanted] { context.action = [&context, wanted] { return verify(context, *wanted); }; });
}

// show and proof: one leaf index, one answer.
void add_for_index(CLI::App& ledger, Context& context, const std::string& name, const std::string& summary,
                   std::function<std::string(const json::value&)> as_text) {
  auto& command = add_command(ledger, name, summary, fmt::format("art32 ledger {} 7", name));
  auto index = std::make_shared<std::uint64_t>(0);
  command.add_option("index", *index, "The leaf's index, counted from 0")
      ->required()
      ->check(refuse_other_than_digits);
  command.callback([&context, index, name, as_text] {
    context.action = [&context, index, name, as_text] {
      return print_answer(context, "ledger " + name, {{"index", *index}}, as_text);
    };
  });
}

void add_erase(CLI::App& ledger, Context& context) {
  auto& command =
      add_command(ledger, "erase", "Destroy a record's key: its content is gone, every proof stays valid",
                  "art32 ledger erase 7 --reason 'request of 2026-11-23'");
  auto index = std::make_shared<std::uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  command.add_option("index", *index, "The leaf's index, counted from 0")
      ->required()
      ->check(refuse_other_than_digits);
  command.add_option("--reason", *reason, "Why; becomes part of the record of the erasure")->required();
  command.callback([&context, index, reason] {
    context.action = [&context, index, reason] {
      return print_answer(context, "ledger erase", {{"index", *index}, {"reason", *reason}},
                          [&](const json::value& answer) {
                            return fmt::format("Record {} is erased; leaf {} says so.\n", *index,
                                               answer.at("index").to_number<std::uint64_t>());
                          });
    };
  });
}

}  // namespace

void add_ledger_commands(CLI::App& root, Context& context) {
  CLI::App& ledger =
      add_command(root, "ledger", "The signed, append-only log of evidence", "art32 ledger verify");
  ledger.require_subcommand(1);
  add_verify(ledger, context);
  add_for_index(ledger, context, "show", "Print a record and its opening", record_text);
  add_for_index(ledger, context, "proof", "Print a leaf's offline proof (c2sp.org/tlog-proof)",
                [](const json::value& answer) { return std::string(answer.at("proof").as_string()); });
  add_erase(ledger, context);
  auto& keys = add_command(ledger, "keys", "Print the verifier key that outsiders need", "art32 ledger keys");
  keys.callback([&context] {
    context.action = [&context]() -> base::Result<int> {
      ART32_ASSIGN(const std::string key, verifier_key(context.folder()));
      print(context.as_json ? pretty(json::object{{"verifier_key", key}}) : key + "\n");
      return 0;
    };
  });
}

}  // namespace art32::app
