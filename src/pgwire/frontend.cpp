#include "pgwire/frontend.h"

namespace art32::pgwire {

std::optional<Query> parse_query(base::ByteView body) noexcept {
  BodyReader reader(body);
  const Query query{reader.cstring()};
  if (!reader.finished()) return std::nullopt;
  return query;
}

void put_query(base::Bytes& target, std::string_view text) {
  MessageWriter(target, frontend_type::query).cstring(text).finish();
}

std::optional<Parse> parse_parse(base::ByteView body) noexcept {
  BodyReader reader(body);
  Parse parse;
  parse.name = reader.cstring();
  parse.text = reader.cstring();
  parse.parameter_types = reader.octets(std::size_t{4} * reader.u16());
  if (!reader.finished()) return std::nullopt;
  return parse;
}

void put_parse(base::Bytes& target, const Parse& parse) {
  const std::size_t types = parse.parameter_types.size() / 4;
  ART32_ASSERT(parse.parameter_types.size() % 4 == 0 && types <= 0xffff);
  MessageWriter(target, frontend_type::parse)
      .cstring(parse.name)
      .cstring(parse.text)
      .u16(static_cast<std::uint16_t>(types))
      .octets(parse.parameter_types)
      .finish();
}

std::optional<Bind> parse_bind(base::ByteView body) noexcept {
  BodyReader reader(body);
  Bind bind;
  bind.portal = reader.cstring();
  bind.statement = reader.cstring();
  bind.parameter_formats = FormatList::read(reader);
  bind.parameters = ValueList::read(reader);
  bind.result_formats = FormatList::read(reader);
  if (!reader.finished()) return std::nullopt;
  return bind;
}

void put_bind(base::Bytes& target, const Bind& bind) {
  MessageWriter writer(target, frontend_type::bind);
  writer.cstring(bind.portal).cstring(bind.statement);
  bind.parameter_formats.write(writer);
  bind.parameters.write(writer);
  bind.result_formats.write(writer);
  writer.finish();
}

void put_text_bind(base::Bytes& target, std::string_view portal, std::string_view statement,
                   std::span<const Value> parameters) {
  MessageWriter writer(target, frontend_type::bind);
  writer.cstring(portal).cstring(statement).u16(0);
  write_values(writer, parameters);
  writer.u16(0).finish();
}

void put_binary_bind(base::Bytes& target, std::string_view portal, std::string_view statement,
                     std::span<const Value> parameters) {
  MessageWriter writer(target, frontend_type::bind);
  writer.cstring(portal).cstring(statement).u16(1).u16(1);  // one format, for all of them
  write_values(writer, parameters);
  writer.u16(0).finish();
}

std::optional<ObjectName> parse_object_name(base::ByteView body) noexcept {
  BodyReader reader(body);
  const ObjectName object{static_cast<ObjectKind>(reader.u8()), reader.cstring()};
  const bool is_known = object.kind == ObjectKind::statement || object.kind == ObjectKind::portal;
  if (!reader.finished() || !is_known) return std::nullopt;
  return object;
}

void put_describe(base::Bytes& target, const ObjectName& object) {
  MessageWriter(target, frontend_type::describe)
      .u8(static_cast<std::uint8_t>(object.kind))
      .cstring(object.name)
      .finish();
}

void put_close(base::Bytes& target, const ObjectName& object) {
  MessageWriter(target, frontend_type::close)
      .u8(static_cast<std::uint8_t>(object.kind))
      .cstring(object.name)
      .finish();
}

std::optional<Execute> parse_execute(base::ByteView body) noexcept {
  BodyReader reader(body);
  Execute execute;
  execute.portal = reader.cstring();
  execute.row_limit = reader.i32();
  if (!reader.finished()) return std::nullopt;
  return execute;
}

void put_execute(base::Bytes& target, const Execute& execute) {
  MessageWriter(target, frontend_type::execute).cstring(execute.portal).i32(execute.row_limit).finish();
}

std::optional<FunctionCall> parse_function_call(base::ByteView body) noexcept {
  BodyReader reader(body);
  FunctionCall call;
  call.function = reader.u32();
  call.argument_formats = FormatList::read(reader);
  call.arguments = ValueList::read(reader);
  call.result_format = reader.u16();
  if (!reader.finished()) return std::nullopt;
  return call;
}

void put_function_call(base::Bytes& target, const FunctionCall& call) {
  MessageWriter writer(target, frontend_type::function_call);
  writer.u32(call.function);
  call.argument_formats.write(writer);
  call.arguments.write(writer);
  writer.u16(call.result_format).finish();
}

std::optional<std::string_view> parse_copy_fail(base::ByteView body) noexcept {
  BodyReader reader(body);
  const std::string_view reason = reader.cstring();
  if (!reader.finished()) return std::nullopt;
  return reason;
}

void put_copy_fail(base::Bytes& target, std::string_view reason) {
  MessageWriter(target, frontend_type::copy_fail).cstring(reason).finish();
}

}  // namespace art32::pgwire
