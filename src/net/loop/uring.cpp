#include "net/loop/uring.h"

#include <cerrno>
#include <thread>

#include "base/assert.h"

namespace art32::net {

namespace {

// What io_uring_enter(2) may answer without anything being wrong with our calls.
bool may_be_repeated(int result) {
  return result >= 0 || result == -EINTR || result == -ETIME || result == -EAGAIN || result == -EBUSY;
}

}  // namespace

base::Result<std::unique_ptr<Uring>> Uring::make(unsigned submissions, unsigned completions) {
  constexpr unsigned base_flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE |
                                  IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SINGLE_ISSUER;
  int result = 0;
  for (const unsigned flags : {base_flags | IORING_SETUP_DEFER_TASKRUN, base_flags}) {
    std::unique_ptr<Uring> ring(new Uring());
    io_uring_params parameters{};
    parameters.flags = flags;
    parameters.cq_entries = completions;
    result = ::io_uring_queue_init_params(submissions, &ring->ring_, &parameters);
    if (result != 0) continue;
    ring->is_made_ = true;
    constexpr unsigned needed = IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP;
    if ((parameters.features & needed) == needed) return ring;
    result = -EINVAL;
  }
  if (result == -EPERM || result == -ENOSYS || result == -EACCES)
    return base::failure(base::ErrorCode::unsupported, "the kernel doesn't let us use io_uring",
                         "see kernel.io_uring_disabled and the service's system call filter");
  if (result == -EINVAL)
    return base::failure(base::ErrorCode::unsupported, "the kernel is too old for our use of io_uring",
                         "run Linux 6.1 or newer");
  return base::system_failure("cannot set up io_uring", -result);
}

Uring::~Uring() {
  if (is_made_) ::io_uring_queue_exit(&ring_);
}

void Uring::enable() {
  ART32_ASSERT(!is_enabled_);
  // io_uring_enable_rings(3), which Debian's library declares and doesn't export.
  const int result =
      ::io_uring_register(static_cast<unsigned>(ring_.ring_fd), IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  ART32_ASSERT(result == 0);
  is_enabled_ = true;
}

io_uring_sqe& Uring::submission() {
  io_uring_sqe* entry = ::io_uring_get_sqe(&ring_);
  if (entry == nullptr) {
    hand_over();
    entry = ::io_uring_get_sqe(&ring_);
  }
  ART32_ASSERT(entry != nullptr);
  return *entry;
}

void Uring::hand_over() {
  while (::io_uring_sq_ready(&ring_) > 0) {
    const int result = ::io_uring_submit(&ring_);
    ART32_ASSERT(may_be_repeated(result));
    if (result >= 0) continue;
    // Short of memory, or of room for completions.
    move_completions(early_);
    std::this_thread::yield();
  }
}

void Uring::enter(std::optional<std::chrono::nanoseconds> limit) {
  int result = 0;
  if (!limit) {
    result = ::io_uring_submit_and_wait(&ring_, 1);
  } else if (limit->count() <= 0) {
    result = ::io_uring_submit_and_get_events(&ring_);
  } else {
    __kernel_timespec time{limit->count() / 1'000'000'000, limit->count() % 1'000'000'000};
    io_uring_cqe* first = nullptr;
    result = ::io_uring_submit_and_wait_timeout(&ring_, &first, 1, &time, nullptr);
  }
  ART32_ASSERT(may_be_repeated(result));
  hand_over();
}

void Uring::take(std::vector<Completion>& target) {
  target.insert(target.end(), early_.begin(), early_.end());
  early_.clear();
  move_completions(target);
}

void Uring::move_completions(std::vector<Completion>& target) {
  for (;;) {
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* entry = nullptr;
    io_uring_for_each_cqe(&ring_, head, entry) {
      target.push_back({entry->user_data, entry->res, entry->flags});
      ++count;
    }
    ::io_uring_cq_advance(&ring_, count);
    if (!::io_uring_cq_has_overflow(&ring_)) return;
    ::io_uring_get_events(&ring_);
  }
}

}  // namespace art32::net
