#include "trail/event_stream.h"

#include <gmock/gmock.h>

#include <thread>

#include "trail/testing.h"

namespace art32::trail {
namespace {

using testing::ModelTrail;

// A receiver in memory: takes, refuses, or hangs, as it is told.
class Receiver {
 public:
  enum class Mood { takes, refuses, loses, takes_few };

  base::Status take(std::span<const StreamEvent> events) {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (mood_ == Mood::refuses) return base::failure(base::ErrorCode::unavailable, "not now");
    if (mood_ == Mood::takes_few && events.size() > 3)
      return base::failure(base::ErrorCode::exhausted, "too many");
    if (mood_ != Mood::loses)
      for (const StreamEvent& event : events)
        got_.push_back(event);
    return {};
  }
  base::Status alive() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(breaks_, false)) return {};
    return base::failure(base::ErrorCode::unavailable, "closed");
  }
  void set(Mood mood) {
    const std::lock_guard lock(mutex_);
    mood_ = mood;
  }
  void break_connection() {
    const std::lock_guard lock(mutex_);
    breaks_ = true;
  }
  std::vector<StreamEvent> got() {
    const std::lock_guard lock(mutex_);
    return got_;
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  Mood mood_ = Mood::takes;
  bool breaks_ = false;
  int asked_ = 0;
  std::vector<StreamEvent> got_;
};

class Sender final : public EventSender {
 public:
  Sender(Receiver& receiver, bool is_acknowledged) : receiver_(receiver), is_acknowledged_(is_acknowledged) {}
  base::Status send(std::span<const StreamEvent> events, const std::stop_token&) override {
    return receiver_.take(events);
  }
  bool is_acknowledged() const override { return is_acknowledged_; }
  base::Status look() override { return receiver_.alive(); }

 private:
  Receiver& receiver_;
  const bool is_acknowledged_;
};

struct Streamed : ModelTrail {
  explicit Streamed(std::uint32_t seed) : ModelTrail(seed) {}

  EventStream::Options stream_options() {
    EventStream::Options stream;
    stream.trail = {options.folder, options.key};
    stream.cursors = options.folder / "streams/siem.db";
    stream.source = {"shop", "0.1.0"};
    stream.seal_look = [this]() -> base::Status {
      ++looks;
      return {};
    };
    stream.most_events = 1 + draw(20);
    stream.pause = stream.first_retry = stream.last_retry = std::chrono::milliseconds(2);
    return stream;
  }
  // Runs a stream while `act` does something.
  void while_it_runs(const std::function<void(EventStream&)>& act, bool is_acknowledged = true) {
    EventStream stream(stream_options(), std::make_unique<Sender>(receiver, is_acknowledged));
    std::jthread thread([&](const std::stop_token& stop) { stream.run(stop); });
    act(stream);
  }
  void add(int epochs) {
    for (int i = 0; i < epochs; ++i) {
      add_transaction(1 + draw(12));
      seal();
    }
  }
  bool arrive(std::size_t events) {
    for (int i = 0; i < 2'000 && of_changes(receiver.got()) < events; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return of_changes(receiver.got()) >= events;
  }
  // Different ones.
  static std::size_t of_changes(const std::vector<StreamEvent>& events) {
    std::set<std::string> known;
    for (const StreamEvent& event : events)
      known.insert(event.id);
    return known.size();
  }
  std::size_t changes() const {
    std::size_t all = 0;
    for (const auto& [team, records] : told)
      for (const auto& record : records)
        all += record.is_end ? 0 : 1;
    return all;
  }
  // Each team's, the first time that they came, in their order, and none is missing.
  void expect_all_in_order() {
    std::map<std::string, std::vector<std::uint64_t>> numbers;
    std::set<std::string> known;
    for (const StreamEvent& event : receiver.got())
      if (known.insert(event.id).second) numbers[event.team].push_back(event.number);
    for (const auto& [team, records] : told) {
      std::vector<std::uint64_t> expected;
      for (const auto& record : records)
        if (!record.is_end) expected.push_back(record.number);
      EXPECT_EQ(numbers[team], expected) << "team " << team;
    }
  }

  Receiver receiver;
  int looks = 0;
};

TEST(EventStream, brings_every_change_once_while_the_receiver_takes_them) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    Streamed trail(seed);
    trail.add(10);
    trail.while_it_runs([&](EventStream& stream) {
      EXPECT_TRUE(trail.arrive(trail.changes()));
      trail.add(10);
      EXPECT_TRUE(trail.arrive(trail.changes()));
      EXPECT_TRUE(stream.state().is_delivering);
    });
    trail.expect_all_in_order();
    EXPECT_EQ(trail.receiver.got().size(), trail.changes()) << "none came twice";
    EXPECT_EQ(trail.looks, 1) << "one look, however many batches";
  }
}

TEST(EventStream, loses_nothing_to_a_receiver_that_refuses_and_keeps_no_one_waiting) {
  Streamed trail(11);
  trail.receiver.set(Receiver::Mood::refuses);
  trail.while_it_runs([&](EventStream& stream) {
    trail.add(20);  // the trail is sealed meanwhile
    for (int i = 0; i < 1'000 && (trail.receiver.asked() < 3 || !stream.state().trouble); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const StreamState state = stream.state();
    EXPECT_FALSE(state.is_delivering);
    EXPECT_GT(state.waiting, 0U);
    EXPECT_TRUE(state.oldest);
    ASSERT_TRUE(state.trouble);
    EXPECT_EQ(state.trouble->what, "not now");
    trail.receiver.set(Receiver::Mood::takes);
    EXPECT_TRUE(trail.arrive(trail.changes()));
    for (int i = 0; i < 1'000 && stream.state().waiting > 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(stream.state().waiting, 0U);
    EXPECT_FALSE(stream.state().oldest);
    EXPECT_FALSE(stream.state().trouble);
  });
  trail.expect_all_in_order();
}

TEST(EventStream, goes_on_where_it_was_when_it_begins_again) {
  Streamed trail(21);
  for (int i = 0; i < 5; ++i) {
    trail.add(4);
    trail.while_it_runs([&](EventStream&) { EXPECT_TRUE(trail.arrive(trail.changes())); });
  }
  trail.expect_all_in_order();
  // Each time the last batch may have been taken and not noted.
  EXPECT_LE(trail.receiver.got().size(), trail.changes() + 5U * 20U);
  EXPECT_EQ(trail.looks, 5);
}

TEST(EventStream, sends_fewer_at_once_to_who_takes_no_more) {
  Streamed trail(31);
  trail.receiver.set(Receiver::Mood::takes_few);
  trail.add(20);
  EventStream::Options options = trail.stream_options();
  options.most_events = 500;
  options.first_retry = std::chrono::hours(1);  // it isn't waited for
  EventStream stream(std::move(options), std::make_unique<Sender>(trail.receiver, true));
  {
    std::jthread thread([&](const std::stop_token& stop) { stream.run(stop); });
    EXPECT_TRUE(trail.arrive(trail.changes()));
  }
  trail.expect_all_in_order();
}

// As syslog: what a receiver had in its buffers when it died was said to be sent.
TEST(EventStream, sends_again_what_an_ended_connection_may_have_lost) {
  Streamed trail(41);
  trail.receiver.set(Receiver::Mood::loses);
  trail.add(10);
  trail.while_it_runs(
      [&](EventStream& stream) {
        for (int i = 0; i < 2'000 && stream.state().sent < trail.changes(); ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        EXPECT_TRUE(trail.receiver.got().empty());
        trail.receiver.set(Receiver::Mood::takes);
        trail.receiver.break_connection();
        EXPECT_TRUE(trail.arrive(trail.changes()));
      },
      false);
  trail.expect_all_in_order();
}

TEST(EventStream, brings_only_the_teams_that_are_named) {
  Streamed trail(51);
  trail.add(20);
  EventStream::Options options = trail.stream_options();
  options.teams = std::vector<std::string>{"2"};
  EventStream stream(std::move(options), std::make_unique<Sender>(trail.receiver, true));
  std::size_t of_2 = 0;
  for (const auto& record : trail.told["2"])
    of_2 += record.is_end ? 0 : 1;
  {
    std::jthread thread([&](const std::stop_token& stop) { stream.run(stop); });
    EXPECT_TRUE(trail.arrive(of_2));
  }
  for (const StreamEvent& event : trail.receiver.got())
    EXPECT_EQ(event.team, "2");
  EXPECT_EQ(trail.receiver.got().size(), of_2);
}

TEST(EventStream, sends_nothing_before_the_look_is_sealed) {
  Streamed trail(61);
  trail.add(3);
  EventStream::Options options = trail.stream_options();
  std::atomic<int> tries = 0;
  options.seal_look = [&]() -> base::Status {
    if (++tries < 5) return base::failure(base::ErrorCode::exhausted, "the disk is full");
    return {};
  };
  EventStream stream(std::move(options), std::make_unique<Sender>(trail.receiver, true));
  std::jthread thread([&](const std::stop_token& stop) { stream.run(stop); });
  while (tries < 4)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(tries >= 5 || trail.receiver.got().empty());
  EXPECT_TRUE(trail.arrive(trail.changes()));
}

// An older trail was restored, and the cursors weren't.
TEST(EventStream, begins_earlier_where_the_trail_is_shorter_than_it_was) {
  Streamed trail(71);
  trail.add(5);
  auto cursors = StreamCursors::open(trail.stream_options().cursors);
  ASSERT_TRUE(cursors);
  const std::uint64_t end = trail.told["1"].size();
  ASSERT_TRUE(
      cursors->move({{team_reference(base::read_file(trail.options.key, 32).value(), "1"), end + 100}}));
  trail.while_it_runs([&](EventStream&) {
    for (int i = 0; i < 500 && trail.receiver.asked() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::size_t before = trail.told["1"].size();
    while (trail.told["1"].size() == before)
      trail.add(1);
    std::uint64_t last = 0;
    for (const auto& record : trail.told["1"])
      if (!record.is_end) last = record.number;
    const auto has_come = [&] {
      const auto got = trail.receiver.got();
      return std::ranges::any_of(
          got, [&](const StreamEvent& event) { return event.team == "1" && event.number == last; });
    };
    for (int i = 0; i < 1'000 && !has_come(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(has_come());
  });
}

}  // namespace
}  // namespace art32::trail
