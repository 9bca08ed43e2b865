#include "portal/html.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "portal/tags.h"

namespace art32::portal {

TEST(Html, escapes_text_and_attribute_values) {
  const std::string evil = "<script>alert(\"x\" + 'y')</script> & more";
  const Html made = tag::p(Attribute("title", evil), evil);
  const std::string safe = "&lt;script&gt;alert(&quot;x&quot; + &#39;y&#39;)&lt;/script&gt; &amp; more";
  EXPECT_EQ(made.markup(), "<p title=\"" + safe + "\">" + safe + "</p>");
}

TEST(Html, nests_elements_without_escaping_them_twice) {
  EXPECT_EQ(tag::ul(tag::li("a < b"), tag::li(tag::b("c"))).markup(),
            "<ul><li>a &lt; b</li><li><b>c</b></li></ul>");
}

TEST(Html, writes_void_elements_without_an_end_and_empty_attributes_without_a_value) {
  EXPECT_EQ(tag::br().markup(), "<br>");
  EXPECT_EQ(tag::meta(Attribute("charset", "utf-8")).markup(), "<meta charset=\"utf-8\">");
  EXPECT_EQ(tag::details(Attribute("open"), "x").markup(), "<details open>x</details>");
  EXPECT_EQ(tag::td(Attribute{}, "x").markup(), "<td>x</td>");
}

TEST(Html, links_only_to_our_own_paths_https_and_mail) {
  for (const char* fine : {"/de/annex", "#part", "https://example.com/", "mailto:a@example.com", "?before=3"})
    EXPECT_EQ(href(fine).value, fine);
  for (const char* refused :
       {"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//evil.example", "",
        "/\\evil.example", "http://example.com/", " javascript:x", "java\nscript:x", "/a b"})
    EXPECT_EQ(href(refused).value, "#") << refused;
}

TEST(Html, never_lets_text_open_a_tag_or_close_an_attribute) {
  rc::check([](const std::string& text) {
    const std::string made = tag::p(Attribute("title", text), text).markup();
    RC_ASSERT(std::count(made.begin(), made.end(), '<') == 2);
    RC_ASSERT(std::count(made.begin(), made.end(), '"') == 2);
  });
}

TEST(Html, aborts_on_an_attribute_after_a_child) {
  EXPECT_DEATH(tag::p("text", class_("late")), "open_");
}

}  // namespace art32::portal
