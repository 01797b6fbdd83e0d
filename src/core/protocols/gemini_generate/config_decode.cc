// generationConfig, from the wire. It stays whole; here is read what others have a place for.
#include <string>

#include "core/model/words.h"
#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr FieldNames kFields("temperature", "topP", "topK", "maxOutputTokens", "candidateCount",
                             "stopSequences", "seed", "presencePenalty", "frequencyPenalty",
                             "responseLogprobs", "logprobs", "responseMimeType",
                             "responseJsonSchema", "responseSchema", "responseModalities",
                             "thinkingConfig");

/// The same of the wire's words, which are in capitals.
std::string LowerCase(const Value& word) {
  std::string lower = word.Decoded();
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

class ConfigDecoder {
 public:
  ConfigDecoder(CodecContext& context, ChatRequest& request)
      : context_(context), request_(request) {}

  void Run(const Value& config) {
    ForEachSpelled(config, kFields, context_,
                   [&](int index, const Member& m) { TakeMember(index, m.value); });
    SetFormat();
  }

 private:
  void TakeMember(int index, const Value& value) {
    Sampling& sampling = request_.sampling;
    switch (index) {
      case kFields("temperature"):
        return TakeNumber(value, sampling.temperature);
      case kFields("topP"):
        return TakeNumber(value, sampling.top_p);
      case kFields("topK"):
        return TakeNumber(value, sampling.top_k);
      case kFields("maxOutputTokens"):
        return TakeNumber(value, sampling.max_output_tokens);
      case kFields("candidateCount"):
        TakeNumber(value, sampling.candidates);
        if (value.is_number() && value.Int() == 1) Use(value);
        return;
      case kFields("stopSequences"):
        return TakeStop(value);
      case kFields("seed"):
        return TakeNumber(value, sampling.seed);
      case kFields("presencePenalty"):
        return TakeNumber(value, sampling.presence_penalty);
      case kFields("frequencyPenalty"):
        return TakeNumber(value, sampling.frequency_penalty);
      case kFields("responseLogprobs"):
        if (value.is_bool())
          sampling.logprobs = {value.is_true(), value.id()};
        else
          Wrong(value, Expected::kBoolean);
        return;
      case kFields("logprobs"):
        return TakeNumber(value, sampling.top_logprobs);
      default:
        return TakeOutput(index, value);
    }
  }

  void TakeOutput(int index, const Value& value) {
    switch (index) {
      case kFields("responseMimeType"):
        mime_type_ = value;
        return;
      case kFields("responseJsonSchema"):
        json_schema_ = value;
        return;
      case kFields("responseSchema"):
        google_schema_ = value;
        return;
      case kFields("responseModalities"):
        if (IsTextOnly(value)) Use(value);
        return;
      case kFields("thinkingConfig"):
        return TakeThinking(value);
      default:
        return;
    }
  }

  void Use(const Value& value) { context_.accounting.Use(value.id()); }
  void Wrong(const Value& value, Expected expected) {
    if (!value.is_null()) context_.accounting.WrongType(value.id(), expected);
  }

  void TakeNumber(const Value& value, Number& into) {
    if (value.is_number())
      into = Number::Of(value);
    else
      Wrong(value, Expected::kNumber);
  }

  void TakeStop(const Value& value) {
    Sampling& sampling = request_.sampling;
    sampling.stop.clear();
    if (!value.is_array()) return Wrong(value, Expected::kArray);
    sampling.stop_node = value.id();
    UseIfEmpty(value, context_);
    for (Value item : value.items()) {
      if (item.is_string()) sampling.stop.push_back(context_.arena, Text::Of(item));
    }
  }

  static bool IsTextOnly(const Value& value) {
    if (!value.is_array()) return false;
    for (Value item : value.items()) {
      if (!item.is_string() || LowerCase(item) != "text") return false;
    }
    return true;
  }

  void TakeThinking(const Value& config) {
    using Mode = Reasoning::Mode;
    if (!config.is_object()) return Wrong(config, Expected::kObject);
    UseIfEmpty(config, context_);
    Reasoning& reasoning = request_.reasoning;
    reasoning.node = config.id();
    if (Value budget = FindSpelled(config, "thinkingBudget"); budget.valid()) {
      std::optional<std::int64_t> tokens = budget.Int();
      if (!tokens) {
        Wrong(budget, Expected::kInteger);
      } else if (*tokens == 0) {
        reasoning.mode = {Mode::kDisabled, budget.id()};
      } else if (*tokens < 0) {
        reasoning.mode = {Mode::kAdaptive, budget.id()};
      } else {
        reasoning.mode = {Mode::kEnabled};
        reasoning.budget = Number::Of(budget);
      }
    }
    if (Value level = FindSpelled(config, "thinkingLevel"); IsString(level)) {
      std::string word = LowerCase(level);
      std::optional<Effort> effort = EffortOf(word);
      if (effort) {
        reasoning.effort = {*effort, level.id()};
        reasoning.mode = {};  // the level counts; the budget stays unmarked
        reasoning.budget = {};
      } else if (word == "thinking_level_unspecified") {
        Use(level);
      }
    }
    Value thoughts = FindSpelled(config, "includeThoughts");
    if (!thoughts.valid() || !thoughts.is_bool()) return;
    if (thoughts.is_true())
      Use(thoughts);
    else
      reasoning.display = {Reasoning::Display::kOmitted, thoughts.id()};
  }

  void SetFormat() {
    using Kind = ResponseFormat::Kind;
    ResponseFormat& format = request_.response_format;
    std::string type = IsString(mime_type_) ? LowerCase(mime_type_) : std::string();
    bool is_json = type == "application/json" || type.empty();
    Value schema = json_schema_.valid() && !json_schema_.is_null() ? json_schema_ : google_schema_;
    if (is_json && schema.valid() && !schema.is_null()) {
      format.kind = Kind::kJsonSchema;
      format.schema = Raw::Of(schema);
      if (schema.id() == (google_schema_.valid() ? google_schema_.id() : kNoNode)) {
        format.dialect = SchemaDialect::kGoogle;
      }
    } else if (type == "application/json") {
      format.kind = Kind::kJsonObject;
    } else if (type == "text/plain") {
      return Use(mime_type_);
    } else if (!type.empty()) {
      format.kind = Kind::kOpaque;
    }
    if (!type.empty()) format.kind_node = mime_type_.id();
  }

  CodecContext& context_;
  ChatRequest& request_;
  Value mime_type_;
  Value json_schema_;
  Value google_schema_;
};

}  // namespace

void DecodeConfig(const Value& config, CodecContext& context, ChatRequest& request) {
  request.sampling.wire = Raw::Of(config);
  UseIfEmpty(config, context);
  ConfigDecoder(context, request).Run(config);
}

}  // namespace aiproxy::gemini_generate
