// One table of art32.toml while it is read, and where its findings go.
//
// Each reader takes a key if it is there and of its kind; what can't work is reported with
// the line and what would. Lives during the reading; one thread.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>

#include "annex/table_reader.h"

namespace art32::app {

using annex::Member;
using annex::Need;
using annex::Node;
using annex::Report;

class Section {
 public:
  Section(const Node& node, int line, std::string name, Report& report)
      : reader_(node, line, std::move(name), report), report_(report) {}

  void text(std::string_view key, std::string& target, Need need = Need::optional) {
    if (std::string read = reader_.text(key, base::limits::annex_title_octets, need); !read.empty())
      target = std::move(read);
  }
  // A text that `accept` must say yes to; `mend` tells what is allowed.
  void text(std::string_view key, std::string_view mend,
            const std::function<bool(const std::string&)>& accept, Need need = Need::optional) {
    const std::string read = reader_.text(key, base::limits::annex_title_octets, need);
    if (!read.empty() && !accept(read)) refuse(key, mend);
  }
  void number(std::string_view key, std::int64_t highest, const std::function<void(std::int64_t)>& accept) {
    const Node* node = reader_.get(key, Node::Kind::integer, Need::optional);
    if (node == nullptr) return;
    if (node->integer >= 0 && node->integer <= highest) return accept(node->integer);
    refuse(key, fmt::format("write a whole number from 0 to {}", highest));
  }
  void boolean(std::string_view key, bool& target) {
    if (const Node* node = reader_.get(key, Node::Kind::boolean, Need::optional)) target = node->boolean;
  }
  // Each element of a list of tables.
  void list(std::string_view key, const std::function<void(const Node&)>& each) {
    if (const Node* node = reader_.get(key, Node::Kind::list, Need::optional))
      for (const Node& element : node->elements)
        each(element);
  }
  // A table below this one.
  void table(std::string_view key, const std::function<void(const Node&, int line)>& read) {
    if (const Node* node = reader_.get(key, Node::Kind::table, Need::optional))
      read(*node, reader_.line_of(key));
  }
  void texts(std::string_view key, std::vector<std::string>& target) {
    if (reader_.get(key, Node::Kind::list, Need::optional) != nullptr) target = reader_.texts(key);
  }
  // Texts that `accept` must say yes to, an empty list too.
  void texts(std::string_view key, std::string_view mend,
             const std::function<bool(std::vector<std::string>)>& accept) {
    if (reader_.get(key, Node::Kind::list, Need::optional) != nullptr && !accept(reader_.texts(key)))
      refuse(key, mend);
  }
  void allow_only(std::initializer_list<std::string_view> keys) { reader_.allow_only(keys); }
  void allow_only(std::span<const std::string_view> keys) { reader_.allow_only(keys); }

 private:
  void refuse(std::string_view key, std::string_view mend) {
    report_.add(reader_.line_of(key), fmt::format("{} has a value that can't work", key), std::string(mend));
  }

  annex::TableReader reader_;
  Report& report_;
};

}  // namespace art32::app
