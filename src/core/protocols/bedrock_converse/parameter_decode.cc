// The parameters of a request, from the wire: sampling, thinking, formats, the service tier.
#include "core/json/field_names.h"
#include "core/model/claude_betas.h"
#include "core/model/claude_thinking.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

void DecodeStop(const Member& member, Taker& take, Sampling& sampling) {
  bool fits = member.value.is_array();
  if (fits) {
    for (Value item : member.value.items()) fits &= item.is_string();
  }
  if (!fits) return take.Wrong(member, Expected::kArray, sampling.extras);
  sampling.stop_node = member.value.id();
  UseIfEmpty(member.value, take.context());
  for (Value item : member.value.items()) {
    sampling.stop.push_back(take.context().arena, Text::Of(item));
  }
}

void DecodeInference(const Value& config, Taker& take, Sampling& sampling) {
  constexpr FieldNames kFields("maxTokens", "temperature", "topP", "stopSequences");
  for (Member m : config.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("maxTokens"):
        take.Take(m, sampling.max_output_tokens, sampling.extras);
        break;
      case kFields("temperature"):
        take.Take(m, sampling.temperature, sampling.extras);
        break;
      case kFields("topP"):
        take.Take(m, sampling.top_p, sampling.extras);
        break;
      case kFields("stopSequences"):
        DecodeStop(m, take, sampling);
        break;
      default:
        take.Keep(m, sampling.extras);
    }
  }
}

bool TakeEffort(const Value& value, Sourced<Effort>& into) {
  if (!value.is_string() || value.escaped()) return false;
  std::optional<Effort> effort = EffortOf(value.body());
  if (!effort) return false;
  into = {*effort, value.id()};
  return true;
}

/// The model's own parameters: those that others have as well are taken out.
void DecodeFields(const Value& fields, Taker& take, ChatRequest& request) {
  constexpr FieldNames kFields("thinking", "top_k", "reasoning_effort", "anthropic_beta");
  Reasoning& reasoning = request.reasoning;
  for (Member m : fields.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("thinking"):
        DecodeClaudeThinking(m, take, reasoning, request.model_extras);
        break;
      case kFields("top_k"):
        take.Take(m, request.sampling.top_k, request.model_extras);
        break;
      case kFields("reasoning_effort"):
        if (!reasoning.effort.present() && TakeEffort(m.value, reasoning.effort))
          request.style |= kEffortInFields;
        else
          take.Keep(m, request.model_extras);
        break;
      case kFields("anthropic_beta"):
        AppendBetas(m.value, take.context(), request.betas);
        take.Keep(m, request.model_extras);
        break;
      default:
        take.Keep(m, request.model_extras);
    }
  }
}

/// The JSON text inside a string, as a value of the arena; its node is the string's.
Result<Raw> ParseSchema(const Value& text, CodecContext& context) {
  std::string decoded = text.Decoded();
  decoded.resize(decoded.size() + Document::kPadding, '\0');
  std::string_view json =
      context.arena.Copy(decoded).substr(0, decoded.size() - Document::kPadding);
  JsonLimits limits{context.limits.max_depth, context.limits.max_body_bytes};
  if (Status status = context.scratch.Parse(json, limits); !status) {
    return context.document().ErrorAt(
        text.id(), "expected a JSON schema in the string, but " + status.error().message);
  }
  std::size_t begin = context.scratch.node(0).begin;
  return Raw{json.substr(begin, context.scratch.node(0).end - begin), text.id()};
}

/// {"type":"json_schema","structure":{"jsonSchema":{"schema":"...","name","description"}}}
Status DecodeTextFormat(const Member& member, Taker& take, ChatRequest& request) {
  ResponseFormat& format = request.response_format;
  if (!member.value.is_object()) {
    take.Wrong(member, Expected::kObject, request.output_extras);
    return Ok();
  }
  format.node = member.value.id();
  format.value = Raw::Of(member.value);
  format.kind = ResponseFormat::Kind::kOpaque;
  Value type = member.value.Find("type");
  Value structure = member.value.Find("structure");
  Value definition = IsObject(structure) ? structure.Find("jsonSchema") : Value();
  Value schema = IsObject(definition) ? definition.Find("schema") : Value();
  if (!IsString(type) || !type.Is("json_schema") || !IsString(schema)) return Ok();
  Result<Raw> parsed = ParseSchema(schema, take.context());
  if (!parsed) return parsed.error();
  format.kind = ResponseFormat::Kind::kJsonSchema;
  format.kind_node = type.id();
  format.schema = *parsed;
  if (Value name = definition.Find("name"); IsString(name)) format.name = Text::Of(name);
  if (Value description = definition.Find("description"); IsString(description)) {
    format.description = Text::Of(description);
  }
  return Ok();
}

Status DecodeOutput(const Value& config, Taker& take, ChatRequest& request) {
  for (Member m : config.members()) {
    if (m.key.Is("textFormat")) {
      AIPROXY_RETURN_IF_ERROR(DecodeTextFormat(m, take, request));
    } else if (!m.key.Is("effort")) {
      take.Keep(m, request.output_extras);
    } else if (!TakeEffort(m.value, request.reasoning.effort)) {
      take.Wrong(m, Expected::kWord, request.output_extras);
    }
  }
  return Ok();
}

}  // namespace

Status DecodeParameters(const Value& root, CodecContext& context, ChatRequest& request) {
  constexpr FieldNames kFields("inferenceConfig", "additionalModelRequestFields", "outputConfig",
                               "serviceTier");
  Taker take(context);
  Value inference;
  Value fields;
  Value output;
  auto take_object = [&](const Member& m, Value& into) {
    if (m.value.is_object() && !m.value.empty_container()) {
      into = m.value;
    } else {
      if (m.value.is_object()) take.Use(m.value);
      take.Keep(m, request.extras);
    }
  };
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("inferenceConfig"):
        take_object(m, inference);
        break;
      case kFields("additionalModelRequestFields"):
        take_object(m, fields);
        break;
      case kFields("outputConfig"):
        take_object(m, output);
        break;
      case kFields("serviceTier"):
        if (!DecodeServiceTier(m.value, request.service_tier)) take.Keep(m, request.extras);
        break;
      default:
        break;
    }
  }
  if (inference.valid()) DecodeInference(inference, take, request.sampling);
  if (output.valid()) AIPROXY_RETURN_IF_ERROR(DecodeOutput(output, take, request));
  if (fields.valid()) DecodeFields(fields, take, request);
  return Ok();
}

}  // namespace aiproxy::bedrock_converse
