#include <fmt/core.h>

#include "annex/phrases.h"
#include "annex/print_style.h"
#include "annex/render.h"
#include "base/text.h"

namespace art32::annex {
namespace {

using base::escape_html;
using model::Language;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// Spaces at which no line may end: "Art. 28", "Abs. 2", "72 Stunden".
std::string keep_together(std::string_view text) {
  std::string bound;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside = i > 0 && i + 1 < text.size() && text[i] == ' ';
    const bool unit = inside && is_digit(text[i - 1]) && is_letter(text[i + 1]);
    const bool clause =
        inside && text[i - 1] == '.' && i > 3 && is_letter(text[i - 2]) && is_digit(text[i + 1]);
    if (unit || clause)
      bound += "\u00a0";
    else
      bound += text[i];
  }
  return bound;
}

std::string anchor(std::string_view id) {
  return base::replace_all(std::string(id), ".", "-");
}

class Page {
 public:
  Page(const model::Annex& annex, Language language, std::string_view pages)
      : annex_(annex), language_(language), words_(phrases(language)), pages_(pages) {}

  std::string write() {
    begin();
    title();
    contents();
    add("<main>\n");
    for (std::size_t i = 0; i < annex_.sections.size(); ++i)
      section(annex_.sections[i], i + 1);
    add("</main>\n</body>\n</html>\n");
    return std::move(html_);
  }

 private:
  void add(std::string_view html) { html_ += html; }
  std::string text(const model::Text& both) const { return escape_html(keep_together(both.in(language_))); }

  // A text in the margin of every page (CSS string-set).
  std::string margin(std::string_view name, std::string_view value) const {
    return fmt::format("<span style=\"string-set: {} content()\">{}</span>", name, escape_html(value));
  }

  void begin() {
    const model::Document& document = annex_.document;
    const std::string name = document.title.in(language_);
    add(fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{0}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{1} – {2}</title>\n",
        tag(language_), escape_html(name), escape_html(document.company.name)));
    add(fmt::format("<meta name=\"author\" content=\"{}\">\n<meta name=\"description\" content=\"{}\">\n",
                    escape_html(document.company.name), text(document.subtitle)));
    add(fmt::format("<meta name=\"dcterms.created\" content=\"{}\">\n", base::iso_date(document.as_of)));
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>");
    add(print_style);
    add("</style>\n</head>\n<body>\n<div class=\"strings\" aria-hidden=\"true\">");
    add(margin("document", name));
    add(margin("imprint",
               fmt::format("{} · {} {} · {} {}", document.company.name, words_.version, document.version,
                           words_.as_of, format_date(document.as_of, language_))));
    add(margin("page-word", words_.page));
    add(margin("of-word", words_.page_of));
    add("</div>\n");
  }

  void title() {
    const model::Document& document = annex_.document;
    const model::Company& company = document.company;
    add("<header>\n");
    add(fmt::format("<p class=\"letterhead\"><strong>{}</strong>{} · {} {} · {} · {}</p>\n",
                    escape_html(company.name), escape_html(company.street), escape_html(company.postcode),
                    escape_html(company.city), text(company.country), escape_html(company.website)));
    add(fmt::format("<div class=\"title\"><h1>{}</h1>\n<p class=\"subtitle\">{}</p></div>\n",
                    text(document.title), text(document.subtitle)));
    add("<table class=\"facts\"><tbody>\n");
    fact(words_.version, document.version);
    fact(words_.as_of, format_date(document.as_of, language_));
    fact(words_.effective, format_date(document.effective, language_));
    fact(words_.binding_language, language_name(document.binding, language_));
    fact(words_.data_protection, contact(document.data_protection));
    fact(words_.security, contact(document.security));
    add("</tbody></table>\n</header>\n");
    add(fmt::format("<aside class=\"notice\"><p>{}</p>\n<p>{}{}</p></aside>\n",
                    text(document.translation_notice), words_.state_note,
                    pages_.empty() ? "." : ": " + address(fmt::format("{}/{}/", pages_, tag(language_)))));
    add(fmt::format("<section class=\"preamble\"><h2>{}</h2>\n<p>{}</p></section>\n", words_.preamble,
                    text(document.preamble)));
  }

  // Where the state of today is; the link is followed only by who clicks it.
  static std::string address(std::string_view url) {
    return fmt::format("<a class=\"address\" href=\"{0}\">{0}</a>", escape_html(url));
  }

  void fact(std::string_view name, std::string_view value) {
    add(fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", name, escape_html(value)));
  }

  static std::string contact(const model::Contact& contact) {
    return contact.name + " · " + contact.email + (contact.phone.empty() ? "" : " · " + contact.phone);
  }

  void contents() {
    add(fmt::format("<nav class=\"contents\"><h2>{}</h2>\n<ol>\n", words_.contents));
    for (std::size_t i = 0; i < annex_.sections.size(); ++i) {
      const model::Section& section = annex_.sections[i];
      add(fmt::format("<li>{}<ol>\n", entry(section.id, fmt::format("{}", i + 1), section.title)));
      for (std::size_t j = 0; j < section.measures.size(); ++j) {
        const model::Measure& measure = section.measures[j];
        add(fmt::format("<li>{}</li>\n",
                        entry(measure.id, fmt::format("{}.{}", i + 1, j + 1), measure.title)));
      }
      add("</ol></li>\n");
    }
    add("</ol></nav>\n");
  }

  std::string entry(std::string_view id, std::string_view number, const model::Text& title) const {
    return fmt::format("<a href=\"#{}\"><span class=\"number\">{} </span>{}</a>", anchor(id), number,
                       text(title));
  }

  void section(const model::Section& section, std::size_t number) {
    add(fmt::format(
        "<section class=\"section\" id=\"{0}\">\n<h2 data-chapter=\"{2}\"><span class=\"number\">{1} </span>"
        "{2}</h2>\n",
        anchor(section.id), number, text(section.title)));
    if (!section.introduction.in(language_).empty())
      add(fmt::format("<p class=\"introduction\">{}</p>\n", text(section.introduction)));
    for (std::size_t i = 0; i < section.measures.size(); ++i)
      measure(section.measures[i], fmt::format("{}.{}", number, i + 1));
    add("</section>\n");
  }

  void measure(const model::Measure& measure, std::string_view number) {
    add(
        fmt::format("<section class=\"measure\" id=\"{}\">\n<h3><span class=\"number\">{} </span>{} "
                    "<span class=\"identifier\">{}</span></h3>\n",
                    anchor(measure.id), number, text(measure.title), escape_html(measure.id)));
    if (!pages_.empty())
      add(fmt::format("<p class=\"now\">{}: {}</p>\n", words_.state_now,
                      address(measure_page(pages_, measure, language_))));
    for (std::size_t i = 0; i < measure.paragraphs.size(); ++i)
      paragraph(measure, measure.paragraphs[i], i + 1);
    add("</section>\n");
  }

  void paragraph(const model::Measure& measure, const model::Paragraph& paragraph, std::size_t number) {
    add(fmt::format(
        "<div class=\"paragraph\" id=\"{}-{}\">\n<p class=\"text\"><span class=\"mark\">({})</span> {}</p>\n",
        anchor(measure.id), escape_html(paragraph.id), number,
        escape_html(keep_together(fill(measure, paragraph, language_)))));
    const bool proven = has_proof(paragraph);
    add(fmt::format("<p class=\"proof{}\">{}: <span class=\"kind\">{}</span> <span class=\"{}\">{}</span>",
                    proven ? " stands" : "", words_.proof,
                    proven ? name(paragraph.proof, language_) : words_.unproven,
                    proven ? "identifier" : "intended",
                    escape_html(proven ? proof_sources(paragraph) : intended_phrase(paragraph, language_))));
    add("</p>\n</div>\n");
  }

  const model::Annex& annex_;
  Language language_;
  const Phrases& words_;
  std::string_view pages_;
  std::string html_;
};

}  // namespace

std::string to_html(const model::Annex& annex, Language language, std::string_view pages) {
  return Page(annex, language, pages).write();
}

}  // namespace art32::annex
