#include "portal/html.h"

#include "base/assert.h"
#include "base/text.h"

namespace art32::portal {

namespace {

bool is_safe_address(std::string_view address) {
  if (address.empty()) return false;
  for (char letter : address)
    if (static_cast<unsigned char>(letter) <= 0x20) return false;
  for (std::string_view scheme : {"https://", "mailto:", "tel:", "#", "?"})
    if (address.starts_with(scheme)) return true;
  // A path of ours; "//host" would leave the site.
  return address[0] == '/' && !address.starts_with("//") && !address.starts_with("/\\");
}

}  // namespace

Html::Html(std::string_view text) : markup_(base::escape_html(text)) {}

Html::Html(const std::vector<Html>& parts) {
  for (const Html& part : parts)
    markup_ += part.markup_;
}

Attribute href(std::string_view address) {
  return {"href", is_safe_address(address) ? address : "#"};
}

ElementWriter::ElementWriter(std::string_view name) {
  markup_ += '<';
  markup_ += name;
}

void ElementWriter::add(const Attribute& attribute) {
  ART32_ASSERT(open_);  // an attribute after a child
  if (attribute.name.empty()) return;
  markup_ += ' ';
  markup_ += attribute.name;
  if (!attribute.has_value) return;
  markup_ += "=\"";
  markup_ += base::escape_html(attribute.value);
  markup_ += '"';
}

void ElementWriter::add(const Html& child) {
  if (open_) markup_ += '>';
  open_ = false;
  markup_ += child.markup();
}

Html ElementWriter::finish(std::string_view name, Content content) {
  Html html;
  if (open_) markup_ += '>';
  if (content == Content::children) {
    markup_ += "</";
    markup_ += name;
    markup_ += '>';
  } else {
    ART32_ASSERT(open_);  // a void element has no children
  }
  html.markup_ = std::move(markup_);
  return html;
}

std::string document(const Html& root) {
  return "<!doctype html>\n" + root.markup() + "\n";
}

}  // namespace art32::portal
