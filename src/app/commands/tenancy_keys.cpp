#include "app/commands/tenancy_keys.h"

#include "app/commands/asking.h"
#include "app/entrance.h"
#include "app/owner_check.h"
#include "app/server_commands.h"
#include "crypto/private_file.h"
#include "tenancy/key_ring.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;

struct KeyFile {
  std::string_view name;  // as the command line has it
  base::Path (Folder::*path)() const;
};

constexpr KeyFile files[] = {{"claim", &Folder::claim_keys}, {"entry", &Folder::entry_keys}};

const KeyFile& file_named(std::string_view name) {
  return name == files[0].name ? files[0] : files[1];
}

Result<tenancy::KeyRing> read_ring(const base::Path& path) {
  ART32_ASSIGN(const base::Secret text, crypto::load_private_file(path));
  auto ring = tenancy::KeyRing::parse(text.text());
  if (!ring) return tl::unexpected<base::Error>(ring.error().within(path.string()));
  return ring;
}

// A server that runs goes on with the keys of before otherwise.
base::Status take_up(const Folder& folder) {
  const auto reloaded = ask_server(folder, "reload", {});
  if (reloaded || reloaded.error().code == ErrorCode::unavailable) return {};
  return tl::unexpected<base::Error>(reloaded.error().within("the file is changed, the server isn't"));
}

Result<int> list_keys(const Context& context) {
  const Folder folder = context.folder();
  ART32_CHECKED(check_owner(folder));
  ART32_CHECKED(make_tenancy_keys(folder));
  json::array all;
  for (const KeyFile& file : files) {
    ART32_ASSIGN(const tenancy::KeyRing ring, read_ring((folder.*file.path)()));
    for (const tenancy::Key& key : ring.keys())
      all.push_back(
          {{"file", json::string(file.name)}, {"id", key.id}, {"signs", key.id == ring.signing().id}});
  }
  print(context.as_json ? pretty(all) : list_text(all, {"file", "id", "signs"}));
  return 0;
}

struct KeyChange {
  const char *name, *summary;
  base::Status (tenancy::KeyRing::*change)(std::string_view id);
  const char* done;  // with the file's name and the key's id
};

constexpr KeyChange changes[] = {
    {"add", "Add a fresh key, which is believed and doesn't sign yet", &tenancy::KeyRing::add,
     "{0} key {1} is believed from now on. Give a copy of the file to whoever believes or signs with these "
     "keys,\nthen: art32 tenancy keys sign {0} {1}\n"},
    {"sign", "Sign with this key from now on", &tenancy::KeyRing::sign_with,
     "{0} key {1} signs from now on. Once what the one before has signed has expired (an hour for claims, a "
     "minute\nfor entries), take that one out: art32 tenancy keys remove {0} ID\n"},
    {"remove", "Take a key out: what it signed isn't believed any more", &tenancy::KeyRing::remove,
     "{0} key {1} is gone. Keep it elsewhere for as long as the audit trail is read: what it signed stands "
     "there.\n"}};

// Returns which key signs now.
Result<std::string> change_file(const Folder& folder, const KeyChange& change, const std::string& name,
                                const std::string& id) {
  const base::Path path = (folder.*file_named(name).path)();
  ART32_ASSIGN(const base::File lock, lock_tenancy_keys(folder));
  ART32_ASSIGN(tenancy::KeyRing ring, read_ring(path));
  ART32_CHECKED((ring.*change.change)(id));
  ART32_CHECKED(crypto::replace_private_file(path, ring.text().view()));
  return ring.signing().id;
}

Result<int> change_keys(const Context& context, const KeyChange& change, const std::string& name,
                        const std::string& id) {
  const Folder folder = context.folder();
  ART32_CHECKED(check_owner(folder));
  ART32_CHECKED(make_tenancy_keys(folder));
  ART32_ASSIGN(const std::string signs, change_file(folder, change, name, id));
  ART32_CHECKED(take_up(folder));
  print(context.as_json ? pretty(json::object{{"file", name}, {"id", id}, {"signs", signs}})
                        : fmt::format(fmt::runtime(change.done), name, id));
  return 0;
}

}  // namespace

void add_tenancy_keys(CLI::App& tenancy, Context& context) {
  auto& keys =
      add_command(tenancy, "keys", "The keys that sign claims and entries", "art32 tenancy keys list");
  keys.require_subcommand(1);
  auto& list = add_command(keys, "list", "List them, without the secrets", "art32 tenancy keys list --json");
  list.callback([&context] { context.action = [&context] { return list_keys(context); }; });
  for (const KeyChange& change : changes) {
    auto file = std::make_shared<std::string>();
    auto id = std::make_shared<std::string>();
    auto& command = add_command(keys, change.name, change.summary,
                                fmt::format("art32 tenancy keys {} entry 2027-01", change.name));
    command.add_option("file", *file, "claim or entry")->required()->check(CLI::IsMember({"claim", "entry"}));
    command.add_option("id", *id, "The key's id: 1 to 16 of a-z 0-9 -")->required();
    command.callback([&context, &change, file, id] {
      context.action = [&context, &change, file, id] { return change_keys(context, change, *file, *id); };
    });
  }
}

}  // namespace art32::app
