// art32 witness init | serve | key
#include "app/commands/witness.h"

#include "app/commands/output.h"
#include "app/serve.h"
#include "app/witness_program.h"

namespace art32::app {
namespace {

base::Result<int> init(const Context& context, WitnessSettings settings,
                       const std::vector<std::string>& logs) {
  const base::Path folder = context.folder().root;
  for (const std::string& log : logs) {
    ART32_ASSIGN(settings.logs.emplace_back(), merkle::parse_verifier_key(log));
  }
  ART32_CHECKED(make_witness(folder, settings));
  ART32_ASSIGN(const auto witness,
               ledger::Witness::open(witness_options(folder, settings), base::SystemClock()));
  if (context.as_json) {
    print(pretty(json::object{{"folder", folder.string()}, {"verifier_key", witness->verifier_key()}}));
    return 0;
  }
  print(
      fmt::format("{0} holds a witness. Its key, for the logs that it is to cosign:\n  {1}\n"
                  "Start it with:  art32 --folder {0} witness serve\n",
                  folder.string(), witness->verifier_key()));
  return 0;
}

base::Result<int> print_key(const Context& context) {
  const base::Path folder = context.folder().root;
  ART32_ASSIGN(const WitnessSettings settings, load_witness_settings(folder));
  ART32_ASSIGN(const auto key, crypto::Ed25519PrivateKey::load(witness_options(folder, settings).key));
  const std::string text =
      merkle::format_verifier_key({settings.name, merkle::SignatureType::cosignature_v1, key.public_key()});
  print(context.as_json ? pretty(json::object{{"verifier_key", text}}) : text + "\n");
  return 0;
}

void add_init(CLI::App& witness, Context& context) {
  auto& command = add_command(witness, "init", "Make a witness: its key, its memory, witness.toml",
                              "art32 --folder /srv/witness witness init --name witness.example.com/w1 --log "
                              "'annex.example.org/ledger+...'");
  auto settings = std::make_shared<WitnessSettings>();
  auto logs = std::make_shared<std::vector<std::string>>();
  command.add_option("--name", settings->name, "What its cosignatures are signed as; never changes")
      ->required();
  command
      .add_option("--log", *logs,
                  "The verifier key of a log that it cosigns, as its /ledger/key serves it; repeatable")
      ->type_name("VKEY");
  command
      .add_option("--address", settings->address,
                  "The numeric address to listen on: of the loopback until there is a certificate")
      ->capture_default_str();
  command.add_option("--port", settings->port, "The port; 0 for any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  command.callback([&context, settings, logs] {
    context.action = [&context, settings, logs] { return init(context, *settings, *logs); };
  });
}

}  // namespace

std::string witness_lines(const json::value& witnesses) {
  const std::string_view state = witnesses.at("state").as_string();
  const bool is_bad = state == "contradicted" || state == "late";
  const bool wanted = colours_wanted();
  const auto count = [&](const char* key) { return witnesses.at(key).to_number<std::uint64_t>(); };
  std::string out = fmt::format("  {} {}: {} of {} needed cosigned the {} entries that are served\n",
                                is_bad ? "TROUBLE " : "witness ",
                                coloured(state,
                                         is_bad                 ? Colour::red
                                         : state == "witnessed" ? Colour::green
                                                                : Colour::yellow,
                                         wanted),
                                count("cosigned"), count("needed"), count("size"));
  for (const json::value& witness : witnesses.at("witnesses").as_array()) {
    const std::string_view name = witness.at("name").as_string();
    if (const json::value& error = witness.at("error"); error.is_string())
      out += fmt::format("           {} {}: {}\n", name, std::string_view(witness.at("state").as_string()),
                         std::string_view(error.as_string()));
    else if (const json::value& time = witness.at("cosigned"); time.is_string())
      out += fmt::format("           {} cosigned {} entries at {}\n", name,
                         witness.at("size").to_number<std::uint64_t>(), std::string_view(time.as_string()));
    else
      out += fmt::format("           {} isn't asked yet\n", name);
  }
  return out;
}

void add_witness_commands(CLI::App& root, Context& context) {
  CLI::App& witness =
      add_command(root, "witness", "Cosign the checkpoints of other people's ledgers (c2sp.org/tlog-witness)",
                  "art32 --folder /srv/witness witness serve");
  witness.require_subcommand(1);
  add_init(witness, context);
  auto& serving =
      add_command(witness, "serve",
                  "Answer POST /add-checkpoint and GET /key until SIGTERM; SIGHUP reads the certificate anew",
                  "art32 --folder /srv/witness witness serve");
  serving.callback([&context] {
    context.action = [&context]() -> base::Result<int> {
      ART32_CHECKED(serve_witness(context.folder().root, base::SystemClock()));
      return 0;
    };
  });
  auto& key = add_command(witness, "key", "Print the verifier key that logs and their readers need",
                          "art32 --folder /srv/witness witness key");
  key.callback([&context] { context.action = [&context] { return print_key(context); }; });
}

}  // namespace art32::app
