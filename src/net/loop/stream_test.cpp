#include "net/loop/stream.h"

#include <malloc.h>

#include "base/limits.h"
#include "net/loop/testing.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using testing::Recorder;

class StreamOn : public testing::OnLoop {
 protected:
  testing::SocketPair pair_ = testing::tcp_pair();
  Recorder recorder_;
};
ART32_ON_BOTH_BACKENDS(StreamOn);

// Until nothing comes for a moment.
std::string read_all(const Descriptor& socket, std::chrono::milliseconds moment = 20ms) {
  std::string all;
  std::array<char, 4096> buffer;
  pollfd entry{socket.number(), POLLIN, 0};
  while (::poll(&entry, 1, static_cast<int>(moment.count())) == 1) {
    const ssize_t got = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return all;
}

void put(const Descriptor& socket, std::string_view text) {
  ASSERT_EQ(::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

// Sends until the kernel has no room; how much.
std::size_t fill(Stream& stream) {
  const base::Bytes piece(64U << 10, 'x');
  std::size_t sent = 0;
  for (; !stream.is_blocked(); sent += piece.size())
    stream.send(piece);
  return sent;
}

TEST_P(StreamOn, receives_what_the_peer_sends) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  put(pair_.other, "one ");
  EXPECT_TRUE(run_until([&] { return recorder_.received == "one "; }));
  put(pair_.other, "two");
  EXPECT_TRUE(run_until([&] { return recorder_.received == "one two"; }));
  EXPECT_EQ(recorder_.ends, 0);
}

TEST_P(StreamOn, sends_pieces_in_order_small_and_large) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  const std::string large(40'000, 'L');
  loop().post([&] {
    stream.send(base::as_bytes("a"));
    const std::array pieces = {base::as_bytes("b"), base::ByteView(), base::as_bytes("c")};
    stream.send(pieces);
    stream.send(base::as_bytes(large));
    stream.send(base::as_bytes("d"));
  });
  std::string received;
  EXPECT_TRUE(run_until([&] {
    received += read_all(pair_.other, 0ms);
    return received.size() == large.size() + 4;
  }));
  EXPECT_EQ(received, "abc" + large + "d");
  EXPECT_EQ(stream.pending(), 0U);
}

TEST_P(StreamOn, gathers_more_pieces_than_one_system_call_takes) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  const std::string piece(100, 'p');
  const std::vector<base::ByteView> pieces(300, base::as_bytes(piece));
  stream.send(pieces);
  std::string received;
  EXPECT_TRUE(run_until([&] {
    received += read_all(pair_.other, 0ms);
    return received.size() == 30'000;
  }));
}

TEST_P(StreamOn, tells_when_what_did_not_fit_has_gone_out) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  const std::size_t sent = fill(stream);
  EXPECT_GT(stream.pending(), 0U);
  stream.send(base::as_bytes("end"));
  std::string received;
  EXPECT_TRUE(run_until([&] {
    received += read_all(pair_.other, 0ms);
    return recorder_.drained == 1;
  }));
  EXPECT_EQ(stream.pending(), 0U);
  EXPECT_FALSE(stream.is_blocked());
  received += read_all(pair_.other);
  EXPECT_EQ(received.size(), sent + 3);
  EXPECT_TRUE(received.ends_with("xend"));
}

TEST_P(StreamOn, keeps_small_pieces_in_order_when_the_kernel_is_full) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  std::string sent;
  int number = 0;
  LoopTimer feed(loop(), [&] {
    for (int count = 0; count < 200 && sent.size() < 12'000'000; ++count) {
      const std::string piece = std::to_string(number++) + std::string(60, '.');
      stream.send(base::as_bytes(piece));
      sent += piece;
    }
    if (!stream.is_blocked()) feed.set(0ms);
  });
  feed.set(0ms);
  EXPECT_TRUE(run_until([&] { return stream.is_blocked(); }));
  std::string received;
  EXPECT_TRUE(run_until([&] {
    received += read_all(pair_.other, 0ms);
    return received.size() >= sent.size();
  }));
  EXPECT_TRUE(received == sent);
}

TEST_P(StreamOn, says_that_the_peer_has_closed_and_can_still_send) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  put(pair_.other, "last");
  ::shutdown(pair_.other.number(), SHUT_WR);
  EXPECT_TRUE(run_until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(recorder_.received, "last");
  EXPECT_TRUE(recorder_.end->is_orderly());
  stream.send(base::as_bytes("answer"));
  run_for(5ms);
  EXPECT_EQ(read_all(pair_.other), "answer");
  EXPECT_EQ(recorder_.ends, 1);
}

TEST_P(StreamOn, ends_its_side_after_what_waits_and_still_receives) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  std::size_t sent = 0;
  loop().post([&] {
    sent = fill(stream);
    stream.shutdown_write();
    stream.send(base::as_bytes("too late"));
  });
  std::size_t received = 0;
  bool has_ended = false;
  EXPECT_TRUE(run_until([&] {
    std::array<char, 65'536> buffer;
    for (ssize_t got = 1; got > 0;) {
      got = ::recv(pair_.other.number(), buffer.data(), buffer.size(), 0);
      if (got == 0) has_ended = true;
      if (got > 0) received += static_cast<std::size_t>(got);
    }
    return has_ended;
  }));
  EXPECT_EQ(received, sent);
  put(pair_.other, "answer");
  EXPECT_TRUE(run_until([&] { return recorder_.received == "answer"; }));
}

TEST_P(StreamOn, sends_what_is_queued_before_it_ends_its_side) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  loop().post([&] {
    stream.send(base::as_bytes("bye"));
    stream.shutdown_write();
  });
  run_for(5ms);
  EXPECT_EQ(read_all(pair_.other), "bye");
}

// Linux 6.8 and later make one event of the two for a multishot receive of io_uring.
TEST_P(StreamOn, sees_the_end_that_comes_together_with_octets) {
  for (int round = 0; round < 20; ++round) {
    testing::SocketPair pair = round % 2 == 0 ? testing::unix_pair() : testing::tcp_pair();
    Recorder recorder;
    const Stream stream(loop(), std::move(pair.one), recorder);
    run_for(2ms);
    loop().post([&] {
      put(pair.other, "octets");
      if (round % 4 == 3) testing::reset_on_close(pair.other);
      pair.other.close();
    });
    EXPECT_TRUE(run_until([&] { return recorder.ends == 1; }, 2s)) << round;
    EXPECT_TRUE(recorder.received == "octets" || round % 4 == 3);
  }
}

TEST_P(StreamOn, says_that_the_peer_has_reset_the_connection) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  run_for(2ms);
  testing::reset_on_close(pair_.other);
  pair_.other.close();
  EXPECT_TRUE(run_until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(recorder_.end->error, ECONNRESET);
  EXPECT_EQ(recorder_.end->text(), "Connection reset by peer");
  stream.send(base::as_bytes("nobody reads this"));
  run_for(5ms);
  EXPECT_EQ(recorder_.ends, 1);
}

TEST_P(StreamOn, gives_the_last_octets_of_a_peer_that_is_gone_before_it_fails) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  loop().post([&] {
    put(pair_.other, "fatal: shutting down");
    pair_.other.close();
    stream.send(base::as_bytes("one"));
    std::this_thread::sleep_for(5ms);
    stream.send(base::as_bytes(std::string(100'000, 'x')));
    stream.send(base::as_bytes(std::string(100'000, 'x')));
  });
  EXPECT_TRUE(run_until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(recorder_.received, "fatal: shutting down");
}

TEST_P(StreamOn, fails_while_paused_when_it_cannot_send) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  stream.pause();
  run_for(2ms);
  testing::reset_on_close(pair_.other);
  pair_.other.close();
  run_for(5ms);
  EXPECT_EQ(recorder_.ends, 0);
  stream.send(base::as_bytes("x"));
  EXPECT_TRUE(run_until([&] { return recorder_.ends == 1; }));
  EXPECT_FALSE(recorder_.end->is_orderly());
}

TEST_P(StreamOn, delivers_nothing_while_paused_and_everything_afterwards) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  recorder_.then = [&] { stream.pause(); };
  put(pair_.other, "one");
  EXPECT_TRUE(run_until([&] { return recorder_.received == "one"; }));
  for (int count = 0; count < 10; ++count)
    put(pair_.other, "0123456789");
  ::shutdown(pair_.other.number(), SHUT_WR);
  run_for(10ms);
  EXPECT_EQ(recorder_.received, "one");
  EXPECT_EQ(recorder_.ends, 0);
  recorder_.then = nullptr;
  stream.resume();
  EXPECT_TRUE(run_until([&] { return recorder_.ends == 1; }));
  EXPECT_EQ(recorder_.received.size(), 103U);
}

TEST_P(StreamOn, keeps_the_order_when_paused_and_resumed_within_one_call) {
  Stream stream(loop(), std::move(pair_.one), recorder_);
  recorder_.then = [&] {
    stream.pause();
    stream.resume();
  };
  const base::Bytes sent = testing::pattern_octets(0, 1U << 20);
  std::size_t given = 0;
  EXPECT_TRUE(run_until([&] {
    while (given < sent.size()) {
      const ssize_t put =
          ::send(pair_.other.number(), sent.data() + given, sent.size() - given, MSG_NOSIGNAL);
      if (put <= 0) break;
      given += static_cast<std::size_t>(put);
    }
    return recorder_.received.size() == sent.size();
  }));
  EXPECT_TRUE(recorder_.received == base::as_text(sent));
}

TEST_P(StreamOn, may_be_destroyed_in_each_of_its_callbacks) {
  auto stream = std::make_unique<Stream>(loop(), std::move(pair_.one), recorder_);
  recorder_.then = [&] { stream.reset(); };
  put(pair_.other, "one");
  EXPECT_TRUE(run_until([&] { return stream == nullptr; }));
  put(pair_.other, "two");
  run_for(5ms);
  EXPECT_EQ(recorder_.received, "one");

  testing::SocketPair next = testing::tcp_pair();
  recorder_.at_end = [&] { stream.reset(); };
  stream = std::make_unique<Stream>(loop(), std::move(next.one), recorder_);
  next.other.close();
  EXPECT_TRUE(run_until([&] { return stream == nullptr; }));

  struct UntilDrained : Recorder {
    std::unique_ptr<Stream> stream;
    void on_drained() override { stream.reset(); }
  } until_drained;
  next = testing::tcp_pair();
  until_drained.stream = std::make_unique<Stream>(loop(), std::move(next.one), until_drained);
  fill(*until_drained.stream);
  EXPECT_TRUE(run_until([&] {
    read_all(next.other, 0ms);
    return until_drained.stream == nullptr;
  }));
}

TEST_P(StreamOn, may_be_destroyed_by_another_stream_with_octets_for_both) {
  testing::SocketPair second = testing::tcp_pair();
  Recorder other_recorder;
  auto one = std::make_unique<Stream>(loop(), std::move(pair_.one), recorder_);
  auto other = std::make_unique<Stream>(loop(), std::move(second.one), other_recorder);
  recorder_.then = [&] { other.reset(); };
  other_recorder.then = [&] { one.reset(); };
  run_for(2ms);
  put(pair_.other, "x");
  put(second.other, "x");
  EXPECT_TRUE(run_until([&] { return one == nullptr || other == nullptr; }));
  run_for(5ms);
  EXPECT_NE(one == nullptr, other == nullptr);
}

TEST_P(StreamOn, sends_what_is_queued_when_it_is_destroyed_and_closes) {
  auto stream = std::make_unique<Stream>(loop(), std::move(pair_.one), recorder_);
  run_for(2ms);
  loop().post([&] {
    stream->send(base::as_bytes("bye"));
    stream.reset();
  });
  run_for(10ms);
  std::array<char, 16> buffer{};
  EXPECT_EQ(::recv(pair_.other.number(), buffer.data(), buffer.size(), 0), 3);
  EXPECT_EQ(::recv(pair_.other.number(), buffer.data(), buffer.size(), 0), 0);
}

TEST_P(StreamOn, hands_its_socket_on_without_losing_an_octet) {
  auto stream = std::make_unique<Stream>(loop(), std::move(pair_.one), recorder_);
  std::optional<Stream::Released> released;
  recorder_.then = [&] {
    stream->send(base::as_bytes("queued"));
    put(pair_.other, "two");
    released = stream->release();
    stream.reset();
  };
  put(pair_.other, "one");
  ASSERT_TRUE(run_until([&] { return released.has_value(); }));
  put(pair_.other, "three");
  run_for(5ms);
  EXPECT_EQ(recorder_.received, "one");
  const std::string rest = base::to_text(released->unread) + read_all(released->socket);
  EXPECT_EQ(rest, "twothree");
  EXPECT_EQ(read_all(pair_.other), "queued");
  EXPECT_EQ(::send(released->socket.number(), "alive", 5, MSG_NOSIGNAL), 5);
}

TEST_P(StreamOn, hands_on_what_was_held_and_what_waits) {
  auto stream = std::make_unique<Stream>(loop(), std::move(pair_.one), recorder_);
  put(pair_.other, "0123456789");
  recorder_.then = [&] { stream->pause(); };
  EXPECT_TRUE(run_until([&] { return !recorder_.received.empty(); }));
  put(pair_.other, "abc");
  run_for(5ms);
  const std::size_t sent = fill(*stream);
  const std::size_t waiting = stream->pending();
  const Stream::Released released = stream->release();
  stream.reset();
  EXPECT_EQ(released.unsent.size(), waiting);
  EXPECT_EQ(base::to_text(released.unread) + read_all(released.socket), "abc");
  EXPECT_EQ(read_all(pair_.other).size(), sent - waiting);
}

TEST_P(StreamOn, works_on_unix_sockets) {
  testing::SocketPair pair = testing::unix_pair();
  Recorder other;
  Stream one(loop(), std::move(pair.one), recorder_);
  Stream two(loop(), std::move(pair.other), other);
  const std::size_t sent = fill(one);
  EXPECT_TRUE(run_until([&] { return other.received.size() == sent; }));
  EXPECT_EQ(recorder_.drained, 1);
  one.shutdown_write();
  EXPECT_TRUE(run_until([&] { return other.ends == 1; }));
}

TEST_P(StreamOn, needs_well_below_a_kibioctet_while_idle) {
  constexpr std::size_t count = 400;
  std::vector<testing::SocketPair> pairs;
  for (std::size_t index = 0; index < count; ++index)
    pairs.push_back(testing::unix_pair());
  run_for(2ms);
  std::vector<std::unique_ptr<Stream>> streams;
  streams.reserve(count);
  const std::size_t before = ::mallinfo2().uordblks;
  for (auto& pair : pairs)
    streams.push_back(std::make_unique<Stream>(loop(), std::move(pair.one), recorder_));
  for (auto& pair : pairs)
    put(pair.other, "x");
  EXPECT_TRUE(run_until([&] { return recorder_.received.size() >= count; }));
  for (auto& stream : streams)
    stream->send(base::as_bytes("x"));
  recorder_.received = {};
  run_for(5ms);
  const std::size_t after = ::mallinfo2().uordblks;
  if (before > 0) {  // the sanitizers' allocator doesn't tell
    EXPECT_LT((after - before) / count, 600U);
  }
}

}  // namespace
}  // namespace art32::net
