// The ids by which clients ask to cancel: 31 bits, never negative as an int. 3 bits of the
// process's generation, which the next process that takes over raises by one, 6 of the worker,
// 22 drawn at random, not twice at a time. So the clients of up to eight processes that follow
// each other have different ids, and an id names the worker whose client has it: one that is
// handed over goes to the worker of that number.
#pragma once

#include <cstdint>

namespace art32::gateway {

inline constexpr unsigned most_workers = 64;
inline constexpr unsigned generations = 8;

constexpr std::uint32_t make_cancel_id(unsigned generation, unsigned worker, std::uint32_t random) {
  return (generation % generations) << 28 | worker << 22 | (random & 0x3f'ffff);
}

constexpr unsigned worker_of_cancel_id(std::uint32_t id) {
  return id >> 22 & (most_workers - 1);
}

}  // namespace art32::gateway
