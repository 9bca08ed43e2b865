// The pages of the trail: who sees them, what of a change they show, and what of it stays text.
#include "portal/trail_pages.h"

#include <gmock/gmock.h>

#include "portal/markup.h"
#include "portal/testing.h"
#include "portal/timeline.h"
#include "portal/trail_values.h"

namespace art32::portal {
namespace {

using namespace std::chrono_literals;
using testing::body_of;
using ::testing::HasSubstr;
using testing::header_of;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::occurrences;

constexpr std::string_view by_erika =
    R"({"at":"2026-11-23T12:00:00.500000Z","author":{"id":"7","kind":"user","request":"r-1","team":"42"},"kind":"transaction"})";
constexpr std::string_view by_nobody =
    R"({"at":"2026-11-23T15:00:00.000000Z","author":null,"kind":"transaction"})";

model::TrailChange change(std::uint64_t number, const std::string& kind, const std::string& columns,
                          std::string_view transaction = by_erika) {
  return {number,
          R"({"columns":)" + columns + R"(,"kind":")" + kind +
              R"(","schema":"public","table":"invoice","team":"42"})",
          std::string(transaction)};
}

class TrailPagesTest : public ::testing::Test {
 protected:
  TrailPagesTest() {
    EXPECT_TRUE(stage.accounts().add("auditor", identity::May::trail));
    EXPECT_TRUE(stage.accounts().add("watch"));
    bearer = token_of("auditor");
  }
  std::string token_of(const std::string& account) const {
    return "Bearer " + std::string(stage.accounts().issue_token(account, "t", std::nullopt)->text());
  }
  net::HttpResponse get(const std::string& target, std::vector<net::HttpHeader> more = {}) const {
    more.push_back({"Authorization", bearer});
    return stage.operators("GET", target, more);
  }
  std::string history(const model::TrailChange& of, const std::string& language = "en") {
    stage.trails.changes = {{of}, {}};
    return std::string(body_of(get("/" + language + "/trail/shop/row?team=42&table=public.invoice&row=7")));
  }

  testing::Stage stage;
  std::string bearer;
};

TEST_F(TrailPagesTest, are_for_accounts_that_may_read_the_trail) {
  const net::HttpResponse stranger = stage.operators("GET", "/en/trail");
  EXPECT_EQ(stranger.status, 401);
  EXPECT_THAT(header_of(stranger, "WWW-Authenticate"), HasSubstr("Basic"));
  bearer = token_of("watch");
  EXPECT_EQ(get("/en/trail/shop?team=42").status, 403);
  bearer = token_of("auditor");
  EXPECT_EQ(get("/en/trail").status, 200);
  EXPECT_EQ(get("/en/trail/shop?team=42", {{"Sec-Fetch-Site", "cross-site"}}).status, 403)
      << "nobody looks in another's name";
  EXPECT_THAT(stage.trails.looks, IsEmpty());
  EXPECT_EQ(get("/en/trail/shop?team=42", {{"Sec-Fetch-Site", "same-origin"}}).status, 200);
  EXPECT_EQ(stage.get("/en/trail").status, 404) << "not on the public listener";
  EXPECT_EQ(stage.get("/en/trail/shop?team=42").status, 404);
  EXPECT_EQ(stage.operators("GET", "/metrics").status, 200) << "the rest needs no account";
}

TEST_F(TrailPagesTest, ask_for_what_the_form_says_and_name_who_looked) {
  EXPECT_EQ(get("/de/trail/shop").status, 200);
  EXPECT_THAT(stage.trails.looks, IsEmpty()) << "an empty form is no look";
  const net::HttpResponse page =
      get("/de/trail/"
          "shop?team=42&table=old.odd+name&row=a%2Bb&actor=&request=r-1&column=note&from=2026-11-01&before=");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(header_of(page, "Cache-Control"), "no-store");
  EXPECT_THAT(header_of(page, "Content-Security-Policy"), HasSubstr("form-action 'self'"));
  ASSERT_EQ(stage.trails.looks.size(), 1U);
  const auto& look = stage.trails.looks.front();
  EXPECT_EQ(look.account + " " + look.purpose, "auditor page-search");
  EXPECT_EQ(look.question.team + "|" + *look.question.table + "|" + *look.question.row,
            "42|old.odd name|a+b");
  EXPECT_FALSE(look.question.actor || look.question.before);
  EXPECT_THAT(body_of(page), HasSubstr("Dazu ist nichts aufgezeichnet"));
  EXPECT_THAT(body_of(page), HasSubstr(R"(value="old.odd name")"));
  EXPECT_EQ(header_of(get("/trail/shop?team=4%202", {{"Accept-Language", "en"}}), "Location"),
            "/en/trail/shop?team=4%202");
  for (const char* const wrong : {"/en/trail/other?team=1", "/en/trail/shop/x", "/en/trail/shop/row",
                                  "/en/trail/shop/row?team=1", "/en/trail/shop/row/x?table=a&row=1"})
    EXPECT_EQ(get(wrong).status, 404) << wrong;
  EXPECT_EQ(stage.trails.looks.size(), 1U);
}

TEST_F(TrailPagesTest, say_what_went_wrong_and_nothing_of_the_system) {
  stage.trails.error = base::Error{base::ErrorCode::corrupt, "/var/lib/art32/trail/1.frames", ""};
  net::HttpResponse page = get("/de/trail/shop?team=42");
  EXPECT_EQ(page.status, 500);
  EXPECT_THAT(body_of(page), AllOf(HasSubstr("kann gerade nicht gelesen werden"), Not(HasSubstr("frames"))));
  stage.trails.error = base::Error{base::ErrorCode::invalid_argument, "\"<b>\" is no time", ""};
  page = get("/en/trail/shop?team=42&from=%3Cb%3E");
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(body_of(page), AllOf(HasSubstr("is no time"), Not(HasSubstr("<b>"))));
  stage.trails.error = base::Error{base::ErrorCode::conflict, "x", ""};
  EXPECT_EQ(get("/en/trail/shop/row?team=42&table=a&row=1").status, 409);
}

TEST_F(TrailPagesTest, list_what_was_found_with_who_did_it) {
  auto& changes = stage.trails.changes.changes;
  for (std::uint64_t i = 0; i < 60; ++i)
    changes.push_back(change(100 - i, "update", R"([["id","7"],["note","red","blue"]])",
                             i % 3 == 0 ? by_nobody : by_erika));
  changes.push_back({3, R"({"kind":"truncate","tables":[["public","invoice"]]})", std::string(by_nobody)});
  const std::string page(body_of(get("/en/trail/shop?team=42")));
  EXPECT_EQ(occurrences(page, "updated</span>"), 50U);
  EXPECT_EQ(occurrences(page, "class=\"unattributed\""), 17U);
  EXPECT_THAT(page, HasSubstr("/en/trail/shop/row?team=42&amp;table=public.invoice&amp;row=7"));
  EXPECT_THAT(page, HasSubstr("/en/trail/shop?team=42&amp;actor=user%3A7"));
  EXPECT_THAT(page, HasSubstr("61 changes from 23 November 2026, 12:00 UTC"));
  EXPECT_THAT(page, HasSubstr("40 with an author, 21 without"));
  EXPECT_THAT(page, HasSubstr("behind=51")) << "the next page goes on behind the last that is shown";
  EXPECT_EQ(page.find("<script"), page.npos);
}

TEST_F(TrailPagesTest, mark_the_words_that_changed) {
  const std::string page = history(change(
      5, "update",
      R"([["id","7"],["note","please pay the red invoice today","please pay the blue invoice today"],["state","open",null],["a","1"],["b","1"]])"));
  EXPECT_THAT(page, HasSubstr("please pay the <del>"));
  EXPECT_THAT(page, HasSubstr("red</del><ins>"));
  EXPECT_THAT(page, HasSubstr("blue</ins> invoice today"));
  EXPECT_THAT(page, HasSubstr("NULL"));
  EXPECT_THAT(page, HasSubstr("3 more columns stayed as they were"));
  EXPECT_THAT(page, HasSubstr("user:7"));
  EXPECT_THAT(page, HasSubstr("request r-1"));
  EXPECT_THAT(history(change(5, "delete", R"([["id","7"]])", by_nobody), "de"),
              AllOf(HasSubstr("gelöscht"), HasSubstr("ohne Urheber")));
}

TEST_F(TrailPagesTest, say_in_words_what_is_no_text) {
  const std::string personal(64, 'a');
  const std::string page = history(change(
      5, "insert",
      R"([["id","7"],["password",{"secret":true}],["name",{"personal":"a","value":"Erika"}],["mail",{"personal":"a","erased":true}],["phone",{"personal":"a","missing":true}],["story",{"personal":"a"}],["file",{"octets":20000000,"sha256":"00"}],["raw",{"base64":"/w=="}],["far",{"unsent":true}],["empty",""]])"));
  for (const char* const words :
       {"secret, never kept", "Erika", "about a person", "erased: the person was forgotten", "key is missing",
        "too long to be kept", "20,000,000 octets, kept as a digest", "1 octets that aren",
        "not in the database", "(empty)"})
    EXPECT_THAT(page, HasSubstr(words));
}

TEST_F(TrailPagesTest, let_nothing_of_a_row_become_markup_or_turn_text_around) {
  const std::string evil = R"(<script>alert(1)</script><img src=x onerror=y>)";
  stage.trails.changes = {
      {change(5, "update",
              R"([["id",")" + evil + R"("],[")" + evil + R"(","a\u0000b\u202Ec",")" + evil + R"("]])",
              R"({"at":"2026-11-23T12:00:00Z","author":{"id":")" + evil + R"(","kind":"user","request":")" +
                  evil + R"("}})")},
      {}};
  for (const char* const target :
       {"/en/trail/shop?team=%3Cscript%3E", "/de/trail/shop/row?team=1&table=%3Cscript%3E&row=%22%3E"}) {
    const std::string page(body_of(get(target)));
    EXPECT_EQ(page.find("<script"), page.npos) << target;
    EXPECT_EQ(page.find("<img"), page.npos) << target;
    EXPECT_EQ(page.find('\0'), page.npos) << target;
    EXPECT_EQ(page.find("\xE2\x80\xAE"), page.npos) << target;
  }
  const std::string page(body_of(get("/en/trail/shop/row?team=1&table=a&row=1")));
  EXPECT_THAT(page, HasSubstr("a⟨U+0000⟩b⟨U+202E⟩c"));
}

TEST_F(TrailPagesTest, stay_small_whatever_a_row_has) {
  const std::string huge(3'000'000, 'x');
  std::string words;
  for (int i = 0; i < 1'500; ++i)
    words += "a ";
  std::string columns = R"([["id","7"],["huge",")" + huge + R"(",null])";
  for (int i = 0; i < 200; ++i)
    columns += R"(,["c",")" + words + R"(",")" + words + R"(b"])";
  stage.trails.changes = {{}, {}};
  for (std::uint64_t i = 0; i < 25; ++i)
    stage.trails.changes.changes.push_back(change(i, "update", columns + "]"));
  const auto begin = std::chrono::steady_clock::now();
  const std::string page(body_of(get("/en/trail/shop/row?team=1&table=a&row=1")));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_LT(page.size(), 100'000'000U);
  EXPECT_THAT(page, HasSubstr("Whole value (3,000,000 octets)"));
  EXPECT_THAT(page, HasSubstr("and 2,992,000 more octets"));
}

TEST(TrailEvents, are_nothing_where_a_record_is_none) {
  for (const auto& [record, transaction] : {std::pair("", ""),
                                            {"{", "{}"},
                                            {"[]", "{}"},
                                            {R"({"kind":"transaction"})", "{}"},
                                            {R"({"kind":"insert"})", ""},
                                            {R"({"kind":7})", "{}"}})
    EXPECT_FALSE(read_event({1, record, transaction})) << record;
  const auto odd =
      read_event({1, R"({"kind":"update","columns":[7,[],["a"],["b",[]],{}],"schema":1,"table":null})",
                  R"({"at":7,"author":[]})"});
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->columns.size(), 1U);
  EXPECT_FALSE(odd->at);
  const auto gap =
      read_event({1, R"({"kind":"gap","noticed":"2026-11-23T12:00:00Z","reason":"the slot"})", ""});
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->words, "the slot");
}

TEST(TrailEvents, show_what_cannot_be_seen) {
  EXPECT_EQ(visible("a\tb\nc ü €"), "a\tb\nc ü €");
  EXPECT_EQ(visible(std::string_view("\0\x7f\xC2\x85", 4)), "⟨U+0000⟩⟨U+007F⟩⟨U+0085⟩");
  EXPECT_EQ(visible("\xE2\x80\x8B\xEF\xBB\xBF\xF3\xA0\x81\x81"), "⟨U+200B⟩⟨U+FEFF⟩⟨U+E0041⟩");
  EXPECT_EQ(shortened("ääää", 3), "ä…");
}

std::vector<TrailEvent> events(std::initializer_list<std::pair<std::string, std::string>> of) {
  std::vector<TrailEvent> all;
  for (const auto& [at, actor] : of) {
    TrailEvent event;
    event.at = base::parse_rfc3339(at);
    event.actor = actor;
    all.push_back(event);
  }
  return all;
}

TEST(Timeline, takes_the_shortest_unit_that_fits) {
  const auto title = [](const std::string& from, const std::string& to) {
    const std::string drawn =
        timeline(events({{from, ""}, {to, "user:7"}}), Counted::all, model::Language::english).markup();
    const std::size_t at = drawn.find("Changes per ");
    return drawn.substr(at, drawn.find('<', at) - at);
  };
  EXPECT_EQ(title("2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"), "Changes per minute");
  EXPECT_EQ(title("2026-11-23T12:00:00Z", "2026-11-23T14:00:00Z"), "Changes per hour");
  EXPECT_EQ(title("2026-11-01T12:00:00Z", "2026-11-23T14:00:00Z"), "Changes per day");
  EXPECT_EQ(title("2026-01-01T12:00:00Z", "2026-11-23T14:00:00Z"), "Changes per week");
  EXPECT_EQ(title("2023-01-01T12:00:00Z", "2026-11-23T14:00:00Z"), "Changes per 30 days");
  EXPECT_EQ(title("0001-01-01T12:00:00Z", "9999-11-23T14:00:00Z"), "Changes per 365 days");
}

TEST(Timeline, puts_those_without_an_author_on_top) {
  const std::string drawn = timeline(events({{"2026-11-23T12:00:00Z", "user:7"},
                                             {"2026-11-23T12:00:30Z", ""},
                                             {"2026-11-23T12:05:00Z", ""}}),
                                     Counted::part, model::Language::german)
                                .markup();
  EXPECT_EQ(occurrences(drawn, "class=\"known\""), 2U) << "a bar and its key";
  EXPECT_EQ(occurrences(drawn, "class=\"unknown\""), 3U);
  EXPECT_THAT(drawn, HasSubstr("3 Änderungen vom"));
  EXPECT_THAT(drawn, HasSubstr("Gezeichnet sind die neuesten 3"));
  EXPECT_TRUE(timeline({}, Counted::all, model::Language::german).empty());
}

}  // namespace
}  // namespace art32::portal
