// HTML and inline SVG, built from typed elements; text is escaped by default.
//
//   tag::p(class_("lead"), "Kept since ", tag::time(datetime(at), "Monday"))
//
// An Html is a piece of finished markup. It comes from an element function (tags.h)
// or from text, which is escaped; there is no way to put markup in as a string.
// Attribute names are checked by the compiler: no style and no event handlers,
// which the Content-Security-Policy would refuse anyway. Attributes come before
// children. Values; any thread. HTML Living Standard, section 13.3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace art32::portal {

class Html {
 public:
  Html() = default;
  Html(std::string_view text);  // escapes; implicit, so that text can stand among elements
  Html(const std::string& text) : Html(std::string_view(text)) {}
  Html(const char* text) : Html(std::string_view(text)) {}
  Html(const std::vector<Html>& parts);  // one after the other

  Html& add(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend class ElementWriter;
  std::string markup_;
};

template <class... Parts>
Html together(const Parts&... parts) {
  Html all;
  (all.add(Html(parts)), ...);
  return all;
}

class AttributeName {
 public:
  consteval AttributeName(const char* name) : name_(name) {
    if (name_.empty() || name_ == "style" || name_.substr(0, 2) == "on")
      throw "not an attribute for our pages";
    for (char letter : name_) {
      const bool fine = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                        letter == '-' || (letter >= '0' && letter <= '9');
      if (!fine) throw "not an attribute name";
    }
  }
  constexpr std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

// An empty name stands for no attribute at all, so that one can be optional.
struct Attribute {
  std::string_view name;
  std::string value;
  bool has_value = true;

  Attribute() = default;
  Attribute(AttributeName attribute, std::string_view content) : name(attribute.text()), value(content) {}
  explicit Attribute(AttributeName attribute) : name(attribute.text()), has_value(false) {}
};

enum class Content { children, nothing };  // nothing: a void element

class ElementWriter {
 public:
  explicit ElementWriter(std::string_view name);
  void add(const Attribute& attribute);
  void add(const Html& child);
  Html finish(std::string_view name, Content content);

 private:
  std::string markup_;
  bool open_ = true;  // the start tag still takes attributes
};

struct Element {
  std::string_view name;
  Content content = Content::children;

  template <class... Parts>
  Html operator()(const Parts&... parts) const {
    ElementWriter writer(name);
    (writer.add(parts), ...);
    return writer.finish(name, content);
  }
};

inline Attribute class_(std::string_view names) {
  return {"class", names};
}
inline Attribute id(std::string_view value) {
  return {"id", value};
}
inline Attribute lang(std::string_view value) {
  return {"lang", value};
}
// An address: only of our own site, https, mailto or tel; anything else becomes "#".
Attribute href(std::string_view address);

// "<!doctype html>" and the tree, as sent.
std::string document(const Html& root);

}  // namespace art32::portal
