// A worker whose clients go to another process, or come from one.
#include "gateway/handed_client.h"
#include "gateway/statement_trail.h"
#include "gateway/worker.h"

namespace art32::gateway {

void Worker::hand_over(Give give) {
  give_ = std::move(give);
  for (const auto& [number, session] : sessions_)
    offered_.push_back(number);
  give_offered();
}

// At the end of the turn: its last answer is on its way by then, and the callers of this
// are off the stack.
void Worker::is_idle(const ClientSession& session) {
  if (!give_) return;
  offered_.push_back(session.number());
  if (offered_.size() > 1) return;
  loop_->post([this] { give_offered(); });
}

void Worker::give_offered() {
  for (const std::uint64_t number : std::exchange(offered_, {})) {
    const auto found = sessions_.find(number);
    if (found == sessions_.end() || !found->second->can_be_handed_over()) continue;
    give_(found->second->hand_over());
  }
}

void Worker::resume(HandedClient client) {
  loop_->post([this, held = std::make_shared<HandedClient>(std::move(client))] {
    const std::uint64_t number = ++last_session_;
    auto session =
        std::make_unique<ClientSession>(*this, std::move(held->socket), number, held->is_local, "");
    ClientSession& added = *session;
    sessions_.emplace(number, std::move(session));
    counters_.clients.set(sessions_.size());
    ++commons_.clients;
    cancel_ids_.emplace(held->cancel_id, &added);
    added.resume(std::move(*held));
  });
}

void Worker::set_staff(Staff staff) {
  staff_ = staff;
  if (staff == Staff::welcome) return;
  std::vector<ClientSession*> all;
  for (const auto& [number, session] : sessions_)
    if (session->needs_ledger()) all.push_back(session.get());
  for (ClientSession* session : all)
    session->end_if_idle();
}

std::size_t Worker::staff_count() const {
  std::size_t count = 0;
  for (const auto& [number, session] : sessions_)
    if (session->needs_ledger()) ++count;
  return count;
}

void Worker::end_staff() {
  std::vector<ClientSession*> all;
  for (const auto& [number, session] : sessions_)
    if (session->needs_ledger()) all.push_back(session.get());
  for (ClientSession* session : all)
    session->fail(pgwire::sqlstate::admin_shutdown, "another process takes the gateway over",
                  "connect again");
}

}  // namespace art32::gateway
