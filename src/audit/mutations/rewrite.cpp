#include "audit/mutations/rewrite.h"

#include "net/http.h"

namespace art32::audit {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

}  // namespace

std::string_view target_of(std::string_view request) {
  const std::size_t start = request.find(' ');
  const std::size_t end = start == std::string_view::npos ? start : request.find(' ', start + 1);
  return end == std::string_view::npos ? std::string_view() : request.substr(start + 1, end - start - 1);
}

bool is_error(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5");
}

std::string answer_with(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

std::string_view body_of_answer(std::string_view answer) {
  const std::size_t end = answer.find(head_end);
  return end == std::string_view::npos ? std::string_view() : answer.substr(end + head_end.size());
}

std::string without_field(std::string answer, std::string_view name) {
  const std::size_t end = answer.find(head_end);
  std::size_t line = answer.find(line_end);
  while (line != std::string::npos && line < end) {
    const std::size_t next = answer.find(line_end, line + line_end.size());
    const std::string_view field =
        std::string_view(answer).substr(line + line_end.size(), next - line - line_end.size());
    if (net::same_name(field.substr(0, field.find(':')), name)) {
      answer.erase(line, next - line);
      return answer;
    }
    line = next;
  }
  return answer;
}

std::string with_field(std::string answer, std::string_view name, std::string_view value) {
  answer = without_field(std::move(answer), name);
  if (const std::size_t end = answer.find(head_end); end != std::string::npos)
    answer.insert(end, std::string(line_end) + std::string(name) + ": " + std::string(value));
  return answer;
}

std::string with_bit_flipped(std::string answer, std::size_t place) {
  const std::size_t length = body_of_answer(answer).size();
  if (place >= length) return answer;
  char& octet = answer[answer.size() - length + place];
  octet = static_cast<char>(static_cast<unsigned char>(octet) ^ 1U);
  return answer;
}

}  // namespace art32::audit
