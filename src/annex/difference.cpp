#include "annex/difference.h"

#include <algorithm>

#include <fmt/core.h>

#include "annex/word_difference.h"
#include "base/text.h"

namespace art32::annex {
namespace {

using model::Language;
using model::Text;

Text same(std::string value) {
  return {value, value};
}

Text filled(const model::Measure& measure, const model::Paragraph& paragraph) {
  return {fill(measure, paragraph, Language::german), fill(measure, paragraph, Language::english)};
}

Text formatted(const model::Promise& promise) {
  return {format(promise, Language::german), format(promise, Language::english)};
}

class Comparison {
 public:
  std::vector<Difference> run(const model::Annex& before, const model::Annex& after) {
    compare_documents(before.document, after.document);
    pair_up(before.sections, after.sections, "order of sections",
            [&](const auto* a, const auto* b) { compare_sections(a, b); });
    return std::move(all_);
  }

 private:
  // One value that may have changed; nothing stands for absent.
  void value(std::string_view subject, const Text* before, const Text* after) {
    if (before != nullptr && after != nullptr && *before == *after) return;
    if (before == nullptr && after == nullptr) return;
    static const Text nothing;
    const Text& a = before == nullptr ? nothing : *before;
    const Text& b = after == nullptr ? nothing : *after;
    const Change change = before == nullptr  ? Change::added
                          : after == nullptr ? Change::removed
                                             : Change::changed;
    all_.push_back({change, measure_, paragraph_, std::string(subject), compare_words(a.german, b.german),
                    compare_words(a.english, b.english)});
  }

  void value(std::string_view subject, const Text& before, const Text& after) {
    value(subject, &before, &after);
  }
  void value(std::string_view subject, const std::string& before, const std::string& after) {
    value(subject, same(before), same(after));
  }

  // Calls `visit` with the items of the same id, absent ones as null; then compares the order.
  template <class Item, class Visit>
  void pair_up(const std::vector<Item>& before, const std::vector<Item>& after, std::string_view order,
               const Visit& visit) {
    const auto find = [](const std::vector<Item>& items, const std::string& id) -> const Item* {
      const auto at =
          std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
      return at == items.end() ? nullptr : &*at;
    };
    std::vector<std::string> old_order, new_order;
    for (const Item& item : before) {
      const Item* twin = find(after, item.id);
      if (twin != nullptr) old_order.push_back(item.id);
      if (twin == nullptr) visit(&item, twin);
    }
    for (const Item& item : after) {
      const Item* twin = find(before, item.id);
      if (twin != nullptr) new_order.push_back(item.id);
      visit(twin, &item);
    }
    value(order, base::join(old_order, " "), base::join(new_order, " "));
  }

  void compare_documents(const model::Document& a, const model::Document& b) {
    value("title", a.title, b.title);
    value("subtitle", a.subtitle, b.subtitle);
    value("version", a.version, b.version);
    value("date", Text{format_date(a.as_of, Language::german), format_date(a.as_of, Language::english)},
          Text{format_date(b.as_of, Language::german), format_date(b.as_of, Language::english)});
    value("effective date",
          Text{format_date(a.effective, Language::german), format_date(a.effective, Language::english)},
          Text{format_date(b.effective, Language::german), format_date(b.effective, Language::english)});
    value("binding language", std::string(tag(a.binding)), std::string(tag(b.binding)));
    value("translation notice", a.translation_notice, b.translation_notice);
    value("preamble", a.preamble, b.preamble);
    compare_company(a.company, b.company);
    compare_contact("data protection contact", a.data_protection, b.data_protection);
    compare_contact("security contact", a.security, b.security);
  }

  void compare_company(const model::Company& a, const model::Company& b) {
    const auto address = [](const model::Company& company) -> Text {
      const std::string street =
          fmt::format("{}, {}, {} {}, ", company.name, company.street, company.postcode, company.city);
      return {street + company.country.german, street + company.country.english};
    };
    value("company", address(a), address(b));
    value("website", a.website, b.website);
  }

  void compare_contact(std::string_view subject, const model::Contact& a, const model::Contact& b) {
    const auto line = [](const model::Contact& contact) {
      return contact.name + ", " + contact.email + (contact.phone.empty() ? "" : ", " + contact.phone);
    };
    value(subject, line(a), line(b));
  }

  void compare_sections(const model::Section* a, const model::Section* b) {
    measure_.clear();
    paragraph_.clear();
    const std::string& id = a == nullptr ? b->id : a->id;
    value("section " + id, a == nullptr ? nullptr : &a->title, b == nullptr ? nullptr : &b->title);
    static const std::vector<model::Measure> none;
    const Text* introduction_before =
        a == nullptr || a->introduction.german.empty() ? nullptr : &a->introduction;
    const Text* introduction_after =
        b == nullptr || b->introduction.german.empty() ? nullptr : &b->introduction;
    value("introduction of section " + id, introduction_before, introduction_after);
    pair_up(a == nullptr ? none : a->measures, b == nullptr ? none : b->measures,
            "order of measures in " + id, [&](const auto* old_measure, const auto* new_measure) {
              compare_measures(old_measure, new_measure);
            });
  }

  void compare_measures(const model::Measure* a, const model::Measure* b) {
    measure_ = a == nullptr ? b->id : a->id;
    value(a == nullptr || b == nullptr ? "measure" : "title", a == nullptr ? nullptr : &a->title,
          b == nullptr ? nullptr : &b->title);
    // The promises of a measure that came or went are in its paragraphs' texts.
    if (a != nullptr && b != nullptr) compare_promises(*a, *b);
    static const std::vector<model::Paragraph> none;
    pair_up(a == nullptr ? none : a->paragraphs, b == nullptr ? none : b->paragraphs, "order of paragraphs",
            [&](const auto* old_paragraph, const auto* new_paragraph) {
              compare_paragraphs(a, old_paragraph, b, new_paragraph);
            });
    measure_.clear();
  }

  void compare_promises(const model::Measure& a, const model::Measure& b) {
    for (const model::Promise& promise : a.promises)
      if (b.promise(promise.name) == nullptr) compare_promise(&promise, nullptr);
    for (const model::Promise& promise : b.promises)
      compare_promise(a.promise(promise.name), &promise);
  }

  void compare_promise(const model::Promise* a, const model::Promise* b) {
    if (a != nullptr && b != nullptr && *a == *b) return;
    const std::string subject = "promise " + (a == nullptr ? b->name : a->name);
    const Text before = a == nullptr ? Text{} : formatted(*a);
    const Text after = b == nullptr ? Text{} : formatted(*b);
    if (before == after)  // another type that reads the same
      value(subject + " (type)", std::string(name(a->type)), std::string(name(b->type)));
    else
      value(subject, a == nullptr ? nullptr : &before, b == nullptr ? nullptr : &after);
  }

  void compare_paragraphs(const model::Measure* old_measure, const model::Paragraph* a,
                          const model::Measure* new_measure, const model::Paragraph* b) {
    paragraph_ = a == nullptr ? b->id : a->id;
    const Text before = a == nullptr ? Text{} : filled(*old_measure, *a);
    const Text after = b == nullptr ? Text{} : filled(*new_measure, *b);
    value("text", a == nullptr ? nullptr : &before, b == nullptr ? nullptr : &after);
    if (a != nullptr && b != nullptr) {
      if (before == after) value("placeholders", a->text, b->text);
      value(
          "proof",
          Text{std::string(name(a->proof, Language::german)), std::string(name(a->proof, Language::english))},
          Text{std::string(name(b->proof, Language::german)),
               std::string(name(b->proof, Language::english))});
      value("controls", base::join(a->controls, ", "), base::join(b->controls, ", "));
      value("probes", base::join(a->probes, ", "), base::join(b->probes, ", "));
    }
    paragraph_.clear();
  }

  std::string measure_;
  std::string paragraph_;
  std::vector<Difference> all_;
};

}  // namespace

std::vector<Difference> compare(const model::Annex& before, const model::Annex& after) {
  return Comparison().run(before, after);
}

}  // namespace art32::annex
