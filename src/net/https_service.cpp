#include "net/https_service.h"

#include <exception>

#include "base/log.h"

namespace art32::net {

namespace {

template <class Call, class Otherwise>
auto guarded(std::string_view part, Call call, Otherwise otherwise) {
  try {
    return call();
  } catch (const std::exception& exception) {
    base::log_error("http handler failed", {{"part", std::string(part)}, {"error", exception.what()}});
    return otherwise();
  }
}

HttpResponse plain_error(int status) {
  return HttpResponse::text(status, std::to_string(status) + " " + std::string(reason_phrase(status)) + "\n");
}

}  // namespace

Blocking HttpsService::blocks(const HttpRequest& request) const {
  if (!handler.blocks) return Blocking::no;
  // Whoever can't say doesn't get the event loop.
  return guarded(
      "blocks", [&] { return handler.blocks(request); }, [] { return Blocking::yes; });
}

HttpResponse HttpsService::answer(const HttpRequest& request) const {
  return guarded(
      "answer", [&] { return handler.answer(request); }, [&] { return error(500); });
}

HttpResponse HttpsService::error(int status) const {
  if (!handler.error) return plain_error(status);
  return guarded(
      "error", [&] { return handler.error(status); }, [&] { return plain_error(status); });
}

void HttpsService::finish(HttpResponse& response) const {
  if (!handler.finish) return;
  guarded(
      "finish", [&] { handler.finish(response); }, [] {});
}

}  // namespace art32::net
