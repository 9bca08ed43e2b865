// A first-in first-out ring of requests: no allocation while it
// stays short. Values; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gateway/statement_id.h"

namespace art32::gateway {

enum class Request : std::uint8_t {
  query,
  parse,
  bind,
  describe_statement,
  describe_portal,
  execute,
  close,
  sync,
  function_call,
  copy_end,  // CopyDone or CopyFail: has no answer of its own
  say_set,   // never sent: what SET, or RESET, of what the gateway keeps itself is answered
  say_reset,
};

enum class Owner : std::uint8_t {
  client,   // the client asked and gets the answers
  gateway,  // we asked; the answers are ours
  nobody,   // never sent: we answer the client ourselves
  refused,  // sent in the client's place so that the server fails: the client gets our error
};

struct PendingRequest {
  Request request = Request::query;
  Owner owner = Owner::client;
  std::uint32_t ticket = 0;  // of the client's name for it, where it parses (ClientStatements)
  StatementId statement = StatementId::none;  // the prepared one that a parse or close is about
};

class RequestQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  PendingRequest& front() { return ring_[head_]; }
  const PendingRequest& front() const { return ring_[head_]; }
  PendingRequest& at(std::size_t index) { return ring_[(head_ + index) & (ring_.size() - 1)]; }
  const PendingRequest& at(std::size_t index) const { return ring_[(head_ + index) & (ring_.size() - 1)]; }
  void push(PendingRequest request);
  void pop();
  // Takes out `count` from `index` on; those behind move up.
  void erase(std::size_t index, std::size_t count);

 private:
  std::vector<PendingRequest> ring_ = std::vector<PendingRequest>(8);  // its size a power of two
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace art32::gateway
