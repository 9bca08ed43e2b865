// An instance of art32 that exists to be attacked, and then to be broken: its
// own folder, its own keys, the real program serving it.
//
// Starts the program as a child and ends it with the object, the folder too.
// One thread. What a mutation needs to stay alive (a proxy) is kept here.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "audit/audit.h"
#include "base/scratch_folder.h"
#include "net/careless_proxy.h"
#include "net/scratch_postgres.h"
#include "net/subprocess.h"

namespace art32::audit {

class Scratch {
 public:
  // Initialises a folder and serves it; seconds at most. For probes of the gateway with one,
  // before a PostgreSQL of its own.
  static base::Result<std::unique_ptr<Scratch>> start(const base::Path& program, const LoadAnnex& load_annex,
                                                      Subject subject);
  ~Scratch();

  // The healthy instance as it stands now.
  Target target() const;

  // Ends and starts the server, so that its files can be changed meanwhile.
  base::Status stop();
  base::Status serve();

  // Writes art32.toml anew, as `change` makes it of the present text, and has it read.
  base::Status reconfigure(const std::function<std::string(std::string)>& change);
  net::ScratchPostgres& postgres() { return *postgres_; }  // where there is a gateway

  const base::Path& folder() const { return folder_.path(); }
  base::Path key(std::string_view name) const { return folder() / "keys" / name; }

  // How to undo what a mutation changed in the instance.
  void undo_by(std::function<base::Status()> undo) { undo_.push_back(std::move(undo)); }
  // Takes the proxy away and undoes the changes, the newest first. Whether there were any.
  base::Result<bool> mend();

  // Puts a careless proxy in front: the target with the proxy as its listener,
  // under a certificate of the scratch's own authority with a key of its own, or
  // with the very key of the server.
  enum class ProxyKey { foreign, of_the_server };
  base::Result<Target> behind_proxy(ProxyKey key, net::CarelessProxy::Rewrite rewrite = {});

 private:
  explicit Scratch(base::Path program) : program_(std::move(program)) {}
  base::Status read_facts(const LoadAnnex& load_annex);
  base::Status add_gateway();
  base::Path control_socket() const { return folder() / "run" / "control.sock"; }
  base::Status wait_until_listening();
  // Last seen checkpoint; shared with targets, which may outlive a run.
  struct Seen {
    std::mutex mutex;
    std::string note;
  };

  base::Path program_;
  base::ScratchFolder folder_;
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  Target facts_;
  std::unique_ptr<net::ScratchPostgres> postgres_;
  std::optional<net::Child> child_;
  std::vector<std::function<base::Status()>> undo_;
  std::unique_ptr<net::CarelessProxy> proxy_;  // before the child goes
};

}  // namespace art32::audit
