#include "portal/portal.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "annex/phrases.h"
#include "portal/markup.h"
#include "portal/phrases.h"
#include "portal/testing.h"
#include "portal/view.h"

namespace art32::portal {

namespace {

using testing::attributes;
using testing::body_of;
using testing::header_of;
using testing::occurrences;
using testing::Stage;

// One stage for all: nothing below changes what another test reads.
class PortalPages : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    stage_ = std::make_unique<Stage>();
    stage_->run_audit();
    stage_->clock.advance(std::chrono::minutes(3));
    stage_->run_audit();
  }
  static void TearDownTestSuite() { stage_.reset(); }

  // Every page that links lead to, from the two trust pages on; external ones left out.
  static const std::map<std::string, net::HttpResponse>& crawl() {
    static const std::map<std::string, net::HttpResponse> found = [] {
      std::map<std::string, net::HttpResponse> pages;
      std::deque<std::string> open{"/de/", "/en/"};
      while (!open.empty() && pages.size() < 2000) {
        const std::string target = open.front();
        open.pop_front();
        if (pages.contains(target)) continue;
        const net::HttpResponse& response = pages[target] = stage_->get(target);
        if (!header_of(response, "Content-Type").starts_with("text/html")) continue;
        for (const char* name : {"href", "src"})
          for (std::string link : attributes(body_of(response), name)) {
            const std::string base = "https://example.com";
            if (link.starts_with(base)) link = link.substr(base.size());
            link = link.substr(0, link.find('#'));
            if (link.starts_with("/")) open.push_back(link);
          }
      }
      return pages;
    }();
    return found;
  }

  static bool is_html(const net::HttpResponse& response) {
    return response.status == 200 && header_of(response, "Content-Type").starts_with("text/html");
  }

  static std::unique_ptr<Stage> stage_;
};
std::unique_ptr<Stage> PortalPages::stage_;

TEST_F(PortalPages, have_links_that_all_lead_somewhere) {
  EXPECT_GT(crawl().size(), 60U);
  for (const auto& page : crawl()) {
    const bool is_typeset = page.first.ends_with("/annex.pdf");  // may still be in the making
    const bool is_closed = page.second.status == 403;
    EXPECT_TRUE(page.second.status == 200 || (is_typeset && page.second.status == 503))
        << page.first << is_closed;
  }
}

TEST_F(PortalPages, link_to_fragments_that_exist) {
  for (const auto& page : crawl()) {
    if (!is_html(page.second)) continue;
    for (const std::string& link : attributes(body_of(page.second), "href")) {
      const std::size_t mark = link.find('#');
      if (mark == link.npos || !(link.starts_with("/") || mark == 0)) continue;
      const std::string target = mark == 0 ? page.first : link.substr(0, mark);
      const auto found = crawl().find(target);
      ASSERT_NE(found, crawl().end()) << link;
      const auto ids = attributes(body_of(found->second), "id");
      EXPECT_TRUE(std::find(ids.begin(), ids.end(), link.substr(mark + 1)) != ids.end())
          << page.first << " " << link;
    }
  }
}

TEST_F(PortalPages, exist_in_both_languages) {
  std::size_t pages = 0;
  for (const auto& page : crawl()) {
    if (!is_html(page.second)) continue;
    const bool is_german = page.first.starts_with("/de/");
    EXPECT_TRUE(is_german || page.first.starts_with("/en/")) << page.first;
    const std::string twin = (is_german ? "/en/" : "/de/") + page.first.substr(4);
    EXPECT_TRUE(crawl().contains(twin)) << twin;
    EXPECT_EQ(occurrences(body_of(page.second), is_german ? "<html lang=\"de\">" : "<html lang=\"en\">"), 1U);
    ++pages;
  }
  EXPECT_GT(pages, 30U);
}

TEST_F(PortalPages, have_one_title_one_heading_one_main_part_and_unique_ids) {
  for (const auto& page : crawl()) {
    if (!is_html(page.second)) continue;
    const std::string_view body = body_of(page.second);
    EXPECT_EQ(occurrences(body, "<h1>"), 1U) << page.first;
    EXPECT_EQ(occurrences(body, "<main "), 1U) << page.first;
    const auto ids = attributes(body, "id");
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size()) << page.first;
  }
}

TEST_F(PortalPages, carry_no_script_no_inline_style_and_nothing_from_elsewhere) {
  for (const auto& page : crawl()) {
    if (!is_html(page.second)) continue;
    const std::string_view body = body_of(page.second);
    for (const char* refused :
         {"<script", "<style", " style=", "<iframe", "<img", "onerror=&#39;y&#39;>&amp;;"})
      EXPECT_EQ(occurrences(body, refused), 0U) << page.first << " " << refused;
    EXPECT_EQ(attributes(body, "src").size(), 0U);
  }
}

TEST_F(PortalPages, show_hostile_text_as_text) {
  const std::string shown = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;";
  for (const char* page : {"/de/annex", "/en/annex/parallel", "/de/measures/encryption.secrets",
                           "/en/security-audits/1", "/de/versions/1.0.0"}) {
    const net::HttpResponse response = stage_->get(page);
    EXPECT_GT(occurrences(body_of(response), shown), 0U) << page;
  }
}

TEST_F(PortalPages, put_each_paragraph_of_the_annex_into_one_sentence_without_markup) {
  for (const char* language : {"de", "en"}) {
    const net::HttpResponse page = stage_->get("/" + std::string(language) + "/annex");
    std::size_t paragraphs = 0;
    const model::Annex annex = testing::sample_annex("1.1.0");
    for (const model::Measure* measure : annex.measures())
      for (const model::Paragraph& paragraph : measure->paragraphs) {
        const std::string text = model::fill(*measure, paragraph, *model::parse_language(language));
        const std::string span = "<span class=\"sentence\" data-paragraph=\"" + measure->id + "/" +
                                 paragraph.id + "\">" + base::escape_html(text) + "</span>";
        EXPECT_EQ(occurrences(body_of(page), span), 1U) << span;
        ++paragraphs;
      }
    EXPECT_EQ(occurrences(body_of(page), "class=\"sentence\""), paragraphs);
  }
}

TEST_F(PortalPages, say_states_in_words_and_never_show_what_failed_as_kept) {
  const net::HttpResponse trust = stage_->get("/en/");
  EXPECT_EQ(occurrences(body_of(trust), "class=\"entry is-kept\""), 1U);
  EXPECT_EQ(occurrences(body_of(trust), "class=\"entry is-broken\""), 1U);
  EXPECT_EQ(occurrences(body_of(trust), "class=\"entry is-unproven\""), 2U);
  EXPECT_EQ(occurrences(body_of(trust), "1 kept, 1 broken, 2 unproven"), 1U);
  EXPECT_EQ(occurrences(body_of(stage_->get("/en/security-audits/1")), "1 of 3 probes passed"), 1U);
}

TEST(Counts, are_kept_only_when_all_are_and_broken_when_one_is) {
  EXPECT_EQ((Counts{5, 0, 0}.state()), model::State::kept);
  EXPECT_EQ((Counts{2, 0, 3}.state()), model::State::unproven);
  EXPECT_EQ((Counts{4, 1, 0}.state()), model::State::broken);
  EXPECT_EQ((Counts{0, 1, 4}.state()), model::State::broken);
  EXPECT_EQ((Counts{0, 0, 0}.state()), model::State::unproven);
}

TEST_F(PortalPages, show_a_section_in_the_contents_no_better_than_its_worst_measure) {
  const net::HttpResponse annex = stage_->get("/en/annex");
  const std::string_view body = body_of(annex);
  const std::size_t begin = body.find("<nav class=\"contents\"");
  const std::string_view contents = body.substr(begin, body.find("</nav>", begin) - begin);
  // One kept and one broken; none kept of two.
  EXPECT_EQ(occurrences(contents, "<span class=\"aside is-broken\">1 of 2 "), 1U);
  EXPECT_EQ(occurrences(contents, "state of the section: broken</span>"), 1U);
  EXPECT_EQ(occurrences(contents, "<span class=\"aside is-unproven\">0 of 2 "), 1U);
  EXPECT_EQ(occurrences(contents, "state of the section: unproven</span>"), 1U);
  EXPECT_EQ(occurrences(contents, "is-kept"), 0U);
}

TEST_F(PortalPages, give_a_measure_the_same_margin_as_the_annex) {
  const std::string begin = "<aside class=\"margin\" aria-label=\"Stand von Absatz 1.2.1\">";
  const auto margin = [&](const char* page) {
    const std::string body(body_of(stage_->get(page)));
    const std::size_t at = body.find(begin);
    return at == body.npos ? "" : body.substr(at, body.find("</aside>", at) - at);
  };
  const std::string shown = margin("/de/measures/encryption.secrets");
  EXPECT_EQ(shown, margin("/de/annex"));
  // A broken promise whose proof is enforced is no contradiction when both are named.
  for (const char* part : {"verletzt", "Nachweisart: erzwungen", ">geprüft ", "/de/evidence/"})
    EXPECT_EQ(occurrences(shown, part), 1U) << part;
}

TEST_F(PortalPages, show_charts_with_their_dates_and_signs) {
  const net::HttpResponse page = stage_->get("/en/measures/encryption.secrets");
  const std::string_view body = body_of(page);
  const std::size_t begin = body.find("<figure class=\"runs\">");
  ASSERT_NE(begin, body.npos);
  const std::string_view figure = body.substr(begin, body.find("</figure>", begin) - begin);
  EXPECT_EQ(occurrences(figure, "<time datetime="), 2U);
  EXPECT_EQ(occurrences(figure, " failed</li>"), 1U);
  EXPECT_EQ(occurrences(figure, " passed</li>"), 0U);
  EXPECT_EQ(occurrences(figure, "viewBox=\"0 0 32 "), 1U);  // as wide as two runs
}

TEST(Phrases, are_the_words_of_the_exported_annex) {
  for (const model::Language language : model::languages) {
    const annex::Phrases& exported = annex::phrases(language);
    EXPECT_EQ(exported.version, phrases::version.in(language));
    EXPECT_EQ(exported.as_of, phrases::as_of_label.in(language));
    EXPECT_EQ(exported.effective, phrases::effective.in(language));
    EXPECT_EQ(exported.binding_language, phrases::binding_language.in(language));
    EXPECT_EQ(exported.provider, phrases::processor.in(language));
    EXPECT_EQ(exported.data_protection, phrases::contact_protection.in(language));
    EXPECT_EQ(exported.security, phrases::contact_security.in(language));
    EXPECT_EQ(exported.contents, phrases::contents.in(language));
  }
}

TEST_F(PortalPages, carry_the_security_headers_on_every_response) {
  std::vector<net::HttpResponse> responses;
  for (const auto& page : crawl())
    responses.push_back(page.second);
  for (const char* target :
       {"/nothing", "/de/nothing", "/metrics", "/healthz", "/", "/ledger/checkpoint", "/ledger/no"})
    responses.push_back(stage_->get(target));
  responses.push_back(stage_->request("POST", "/de/"));
  for (const net::HttpResponse& response : responses) {
    EXPECT_EQ(header_of(response, "Strict-Transport-Security"), "max-age=31536000");
    EXPECT_TRUE(header_of(response, "Content-Security-Policy").starts_with("default-src 'none';"));
    EXPECT_EQ(header_of(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(response, "Referrer-Policy"), "no-referrer");
    EXPECT_NE(header_of(response, "Cache-Control"), "");
  }
}

TEST_F(PortalPages, keep_records_of_accounts_closed) {
  ASSERT_TRUE(stage_->accounts().add("monitor"));
  ASSERT_TRUE(stage_->ledger().flush());
  const std::string leaf = std::to_string(stage_->ledger().checkpoint().size.value - 1);
  for (const std::string& target :
       {"/de/evidence/" + leaf, "/evidence/" + leaf + ".json", "/evidence/" + leaf + ".record"}) {
    const net::HttpResponse response = stage_->get(target);
    EXPECT_EQ(response.status, 403) << target;
    EXPECT_EQ(occurrences(body_of(response), "monitor"), 0U);
  }
}

}  // namespace

}  // namespace art32::portal
