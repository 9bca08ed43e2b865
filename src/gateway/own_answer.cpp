#include "gateway/own_answer.h"

#include "base/assert.h"
#include "pgwire/backend.h"

namespace art32::gateway {
namespace {

template <class Put>
base::Bytes made(Put&& put) {
  base::Bytes octets;
  put(octets);
  return octets;
}

}  // namespace

base::ByteView own_answer(Request request) {
  static const base::Bytes set = made([](base::Bytes& out) { pgwire::put_command_complete(out, "SET"); });
  static const base::Bytes reset = made([](base::Bytes& out) { pgwire::put_command_complete(out, "RESET"); });
  static const base::Bytes described = made([](base::Bytes& out) {
    pgwire::put_parameter_description(out, {});
    base::append(out, base::ByteView(pgwire::no_data_message));
  });
  switch (request) {
    case Request::parse:
      return pgwire::parse_complete_message;
    case Request::bind:
      return pgwire::bind_complete_message;
    case Request::close:
      return pgwire::close_complete_message;
    case Request::describe_statement:
      return described;
    case Request::describe_portal:
      return pgwire::no_data_message;
    case Request::say_set:
      return set;
    case Request::say_reset:
      return reset;
    default:
      ART32_ASSERT(false);
      return {};
  }
}

}  // namespace art32::gateway
