#include "core/model/openai_parameters.h"

#include "core/json/field_names.h"

namespace aiproxy::openai {

Extras& SharedMembers(ChatRequest& request) {
  request.vendor_extras.vendor = Issuer::kOpenAi;
  return request.vendor_extras.members;
}

const Extras& SharedMembers(const ChatRequest& request) {
  static constexpr Extras kNone;
  const VendorExtras& extras = request.vendor_extras;
  return extras.vendor == Issuer::kOpenAi ? extras.members : kNone;
}

void WriteSharedMember(const ChatRequest& request, std::string_view name, Writer& writer) {
  for (const ExtraMember& member : SharedMembers(request)) {
    if (!member.name.Is(name)) continue;
    writer.Key(member.name);
    writer.Value(member.value);
  }
}

std::string_view AskedModel(const ChatRequest& request, CodecContext& context) {
  if (!context.options.model.empty()) return context.options.model;
  return request.model.Decode(context.arena);
}

void TakeSchemaMember(const Member& member, Taker& take, ResponseFormat& format) {
  static constexpr FieldNames kFields("name", "description", "schema", "strict");
  switch (kFields.Find(member.key)) {
    case kFields("name"):
      return take.Take(member, format.name, format.inner_extras);
    case kFields("description"):
      return take.Take(member, format.description, format.inner_extras);
    case kFields("schema"):
      return take.TakeObject(member, format.schema, format.inner_extras);
    case kFields("strict"):
      return take.Take(member, format.strict, format.inner_extras);
    default:
      take.Keep(member, format.inner_extras);
  }
}

void TakeNumber(const Member& member, double off, Taker& take, Number& into, Extras& extras) {
  take.Take(member, into, extras);
  if (member.value.is_number() && into.Real() == off) take.Use(member.value);
}

bool TakeStop(const Member& member, Taker& take, ChatRequest& request) {
  const Value& value = member.value;
  Sampling& sampling = request.sampling;
  bool usable = value.is_string() || value.is_array();
  if (value.is_array()) {
    for (Value item : value.items()) usable = usable && item.is_string();
  }
  if (!usable) {
    take.Wrong(member, Expected::kWord, request.extras);
    return false;
  }
  sampling.stop.clear();
  sampling.stop_node = value.id();
  Arena& arena = take.context().arena;
  if (value.is_string()) {
    sampling.stop.push_back(arena, Text::Of(value));
    return true;
  }
  UseIfEmpty(value, take.context());
  for (Value item : value.items()) sampling.stop.push_back(arena, Text::Of(item));
  return false;
}

void WriteStop(const Sampling& sampling, bool own, bool as_text, CodecContext& context,
               Writer& writer) {
  if (own && as_text && sampling.stop.size() == 1) return writer.Member("stop", sampling.stop[0]);
  if (sampling.stop.empty()) {
    if (sampling.stop_node == kNoNode) return;
    if (!own) return writer.Cover(sampling.stop_node);
  }
  writer.Key("stop");
  writer.BeginArray();
  std::size_t written = 0;
  for (const Text& stop : sampling.stop) {
    if (own || written < kMaxStops) {
      writer.String(stop);
      ++written;
    } else {
      DropAt(context, stop.node, kValueDropped, "{target} takes four stop sequences at most");
    }
  }
  writer.EndArray();
}

bool TakeStreamOptions(const Member& member, Taker& take, ChatRequest& request) {
  if (!member.value.is_object()) {
    take.Wrong(member, Expected::kObject, request.extras);
    return false;
  }
  UseIfEmpty(member.value, take.context());
  for (Member option : member.value.members()) {
    if (option.key.Is("include_usage")) {
      take.Take(option, request.stream_usage, request.stream_extras);
      if (option.value.is_bool()) take.Use(option.value);
    } else {
      bool shared = option.key.Is("include_obfuscation") && option.value.is_bool();
      KeepUsed(take, option, shared ? SharedMembers(request) : request.stream_extras,
               shared && !option.value.is_true());
    }
  }
  return true;
}

void WriteStreamOptions(const ChatRequest& request, bool own, bool had_options, Writer& writer) {
  const bool switched_off = request.stream.Is(false) && request.stream.node == kNoNode;
  if (own ? switched_off || !had_options : !request.stream.Is(true))
    return writer.Cover(request.stream_usage.node);
  writer.Key("stream_options");
  writer.BeginObject();
  if (own) {
    writer.Member("include_usage", request.stream_usage);
  } else {
    writer.Key("include_usage");
    if (request.stream_usage.present())
      writer.Value(request.stream_usage);
    else
      writer.Bool(true);
  }
  WriteSharedMember(request, "include_obfuscation", writer);
  if (own) WriteExtras(request.stream_extras, writer);
  writer.EndObject();
}

}  // namespace aiproxy::openai
