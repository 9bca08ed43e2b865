// A first-in first-out ring of requests: no allocation while it
// stays short. Values; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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
};

enum class Owner : std::uint8_t {
  client,   // the client asked and gets the answers
  gateway,  // we asked; the answers are ours
  nobody,   // never sent: we answer the client ourselves
};

struct PendingRequest {
  Request request = Request::query;
  Owner owner = Owner::client;
  std::uint32_t statement = 0;
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
  // Takes out the one at `index`; those behind move up.
  void erase(std::size_t index);

 private:
  std::vector<PendingRequest> ring_ = std::vector<PendingRequest>(8);  // its size a power of two
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace art32::gateway
