// Streams under load and under random treatment: nothing lost, nothing doubled, memory
// bounded by what back-pressure lets through.
#include <sys/resource.h>

#include <random>

#include "base/limits.h"
#include "net/loop/stream.h"
#include "net/loop/testing.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;

class StreamLoadOn : public testing::OnLoop {};
ART32_ON_BOTH_BACKENDS(StreamLoadOn);

// Passes on what one stream receives to another, pausing while too much is pending.
struct Pipe : StreamHandler {
  Stream* source = nullptr;
  Stream* target = nullptr;
  std::size_t most_pending = 0;
  bool has_ended = false;

  void on_data(base::ByteView octets) override {
    target->send(octets);
    most_pending = std::max(most_pending, target->pending());
    if (target->pending() > base::limits::loop_queued_octets) source->pause();
  }
  void on_drained() override {}
  void on_end(const StreamEnd&) override {
    has_ended = true;
    target->shutdown_write();
  }
};

struct PipeEnd : StreamHandler {
  Stream* source = nullptr;
  void on_data(base::ByteView) override {}
  void on_drained() override { source->resume(); }
  void on_end(const StreamEnd&) override {}
};

// Checks that the octets are those of the pattern.
struct PatternReader : StreamHandler {
  std::size_t received = 0;
  bool is_right = true;
  bool has_ended = false;
  std::function<void()> then;

  void on_data(base::ByteView octets) override {
    for (const std::uint8_t octet : octets)
      is_right = is_right && octet == testing::pattern(received++);
    if (then) then();
  }
  void on_drained() override {}
  void on_end(const StreamEnd&) override { has_ended = true; }
};

struct PatternWriter : StreamHandler {
  Stream* stream = nullptr;
  std::size_t left = 0;
  std::size_t sent = 0;

  void write() {
    while (left > 0 && !stream->is_blocked()) {
      const std::size_t count = std::min<std::size_t>(left, 200'000);
      stream->send(testing::pattern_octets(sent, count));
      sent += count;
      left -= count;
    }
    if (left == 0) stream->shutdown_write();
  }
  void on_data(base::ByteView) override {}
  void on_drained() override { write(); }
  void on_end(const StreamEnd&) override {}
};

TEST_P(StreamLoadOn, passes_100_megaoctets_to_a_slow_reader_with_bounded_memory) {
  constexpr std::size_t total = 100'000'000;
  testing::SocketPair in = testing::tcp_pair();
  testing::SocketPair out = testing::tcp_pair();
  PatternWriter writer;
  Pipe pipe;
  PipeEnd pipe_end;
  PatternReader reader;
  Stream first(loop(), std::move(in.one), writer);
  Stream second(loop(), std::move(in.other), pipe);
  Stream third(loop(), std::move(out.one), pipe_end);
  Stream last(loop(), std::move(out.other), reader);
  writer.stream = &first;
  writer.left = total;
  pipe.source = pipe_end.source = &second;
  pipe.target = &third;
  // Reads in gulps of at least 3 MB, then rests.
  std::size_t gulp_end = 3'000'000;
  LoopTimer rest(loop(), [&] { last.resume(); });
  reader.then = [&] {
    if (reader.received < gulp_end) return;
    gulp_end = reader.received + 3'000'000;
    last.pause();
    rest.set(3ms);
  };
  writer.write();
  EXPECT_TRUE(run_until([&] { return reader.has_ended; }, 60s));
  EXPECT_EQ(reader.received, total);
  EXPECT_TRUE(reader.is_right);
  // What one turn may bring at most before the pause holds.
  EXPECT_LE(pipe.most_pending,
            base::limits::loop_queued_octets +
                std::max(4 * base::limits::loop_bulk_octets,
                         base::limits::loop_receive_buffers * base::limits::loop_receive_octets));
}

void raise_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8'192);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_P(StreamLoadOn, serves_2000_streams_that_all_talk) {
  constexpr std::size_t count = 2'000;
  constexpr int rounds = 5;
  struct Echo : StreamHandler {
    Stream* stream = nullptr;
    int* left = nullptr;
    int heard = 0;
    bool asks = false;
    void on_data(base::ByteView octets) override {
      if (asks && ++heard == rounds) {
        --*left;
        return;
      }
      stream->send(octets);
    }
    void on_drained() override {}
    void on_end(const StreamEnd&) override {}
  };
  raise_limit();
  int left = count;
  std::vector<Echo> handlers(2 * count);
  std::vector<std::unique_ptr<Stream>> streams;
  for (std::size_t index = 0; index < count; ++index) {
    testing::SocketPair pair = testing::unix_pair();
    streams.push_back(std::make_unique<Stream>(loop(), std::move(pair.one), handlers[2 * index]));
    streams.push_back(std::make_unique<Stream>(loop(), std::move(pair.other), handlers[2 * index + 1]));
  }
  for (std::size_t index = 0; index < handlers.size(); ++index) {
    handlers[index].stream = streams[index].get();
    handlers[index].left = &left;
    handlers[index].asks = index % 2 == 0;
    if (handlers[index].asks) streams[index]->send(base::as_bytes("question"));
  }
  EXPECT_TRUE(run_until([&] { return left == 0; }));
}

// Both ends of a connection, treated at random; each checks what it receives.
class RandomEnd : public StreamHandler {
 public:
  RandomEnd(EventLoop& loop, Descriptor socket, std::mt19937& random) : random_(random) {
    stream_ = std::make_unique<Stream>(loop, std::move(socket), *this);
  }

  void act() {
    if (stream_ == nullptr) return;
    switch (random_() % 8) {
      case 0:
        stream_->pause();
        break;
      case 1:
      case 2:
        stream_->resume();
        break;
      default:
        send();
    }
  }
  void resume() {
    if (stream_) stream_->resume();
  }
  void close() { stream_.reset(); }
  void finish() {
    is_final_ = true;
    if (stream_) stream_->shutdown_write();
  }

  std::size_t sent() const { return sent_; }
  std::size_t received() const { return received_; }
  bool is_right() const { return is_right_; }
  bool has_ended() const { return has_ended_ || stream_ == nullptr; }

 private:
  void send() {
    if (is_final_ || stream_->pending() > 1'000'000) return;
    constexpr std::array<std::size_t, 6> sizes = {1, 30, 400, 5'000, 17'000, 200'000};
    const std::size_t first = 1 + random_() % sizes[random_() % sizes.size()];
    const std::size_t second = random_() % 50;
    const base::Bytes octets = testing::pattern_octets(sent_, first + second);
    const base::ByteView all(octets);
    const std::array pieces = {all.first(first), all.subspan(first)};
    stream_->send(pieces);
    sent_ += octets.size();
  }
  void on_data(base::ByteView octets) override {
    if (stream_ == nullptr || has_ended_) is_right_ = false;
    for (const std::uint8_t octet : octets)
      is_right_ = is_right_ && octet == testing::pattern(received_++);
    if (random_() % 3 == 0) act();
  }
  void on_drained() override {
    if (random_() % 3 == 0) act();
  }
  void on_end(const StreamEnd& end) override {
    if (has_ended_ && end.is_orderly()) is_right_ = false;
    has_ended_ = true;
  }

  std::mt19937& random_;
  std::unique_ptr<Stream> stream_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  bool is_right_ = true;
  bool has_ended_ = false;
  bool is_final_ = false;
};

TEST_P(StreamLoadOn, loses_nothing_however_streams_are_paused_resumed_and_written_to) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::unique_ptr<RandomEnd>> ends;
    for (int count = 0; count < 8; ++count) {
      testing::SocketPair pair = random() % 2 == 0 ? testing::tcp_pair() : testing::unix_pair();
      ends.push_back(std::make_unique<RandomEnd>(loop(), std::move(pair.one), random));
      ends.push_back(std::make_unique<RandomEnd>(loop(), std::move(pair.other), random));
    }
    int turns = 0;
    run_until([&] {
      for (int count = 0; count < 20; ++count)
        ends[random() % ends.size()]->act();
      return ++turns == 60;
    });
    for (const auto& end : ends)
      end->finish();
    EXPECT_TRUE(run_until([&] {
      bool all = true;
      for (const auto& end : ends) {
        end->resume();
        all = all && end->has_ended();
      }
      return all;
    }));
    for (std::size_t index = 0; index < ends.size(); index += 2) {
      EXPECT_TRUE(ends[index]->is_right() && ends[index + 1]->is_right());
      EXPECT_EQ(ends[index]->sent(), ends[index + 1]->received());
      EXPECT_EQ(ends[index + 1]->sent(), ends[index]->received());
    }
  }
}

TEST_P(StreamLoadOn, delivers_only_right_octets_however_streams_are_closed) {
  for (unsigned seed = 100; seed < 112; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::unique_ptr<RandomEnd>> ends;
    const auto replace = [&](std::size_t index) {
      testing::SocketPair pair = random() % 2 == 0 ? testing::tcp_pair() : testing::unix_pair();
      ends[index] = std::make_unique<RandomEnd>(loop(), std::move(pair.one), random);
      ends[index + 1] = std::make_unique<RandomEnd>(loop(), std::move(pair.other), random);
    };
    ends.resize(16);
    for (std::size_t index = 0; index < ends.size(); index += 2)
      replace(index);
    int turns = 0;
    bool is_right = true;
    run_until([&] {
      for (int count = 0; count < 20; ++count)
        ends[random() % ends.size()]->act();
      ends[random() % ends.size()]->close();
      const std::size_t chosen = random() % ends.size() / 2 * 2;
      is_right = is_right && ends[chosen]->is_right() && ends[chosen + 1]->is_right();
      if (random() % 2 == 0) replace(chosen);
      return ++turns == 60;
    });
    for (const auto& end : ends)
      is_right = is_right && end->is_right();
    EXPECT_TRUE(is_right);
  }
}

}  // namespace
}  // namespace art32::net
