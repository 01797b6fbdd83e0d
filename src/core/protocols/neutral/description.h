// The members of the neutral form, once for both directions: a visitor writes or reads them.
//
// A visitor V has
//   v(name, member)            a member that is omitted when it is absent, empty or its default
//   v.Word(name, word)         an enumerator that is always written
//   v.Structure(name, member)  a member that the shape of every wire expresses: never a loss
//   v.ListOf(name, list, node) a list that is written when it is not empty or has a node
//   v.DataUrl(url, type, data) the texts of a medium that may all come from one data: URL
//   v.Variant(part)            one of several structs, told apart by its word in "part"
//   v.Place(name, node)        where on the wire a word stood, when that is remembered
//   v.Marker(name, node)       a place on the wire that the form has no other member for
//   v.Self(node), v.SelfIf(name, node)  the wire's object that this object stands for
//   v.Present(set)             set because the object is there
//   v.Style(bits), v.Protocol(id)
// Members that may hold others (whole wire values) come before those that may be found in them.
// The structured bindings break the build when a struct of the model gets another member.
#pragma once

#include <concepts>
#include <type_traits>

#include "core/model/model.h"

namespace aiproxy::neutral {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

template <class V, Is<CacheMark> T>
void Visit(V& v, T& cache) {
  auto& [wire, type_node, ttl, style] = cache;
  v("wire", wire);
  v.Place("type", type_node);
  v("ttl", ttl);
  v.Style(style);
}

template <class V, Is<SourcePlace> T>
void Visit(V& v, T& place) {
  auto& [unit, index, start, end, source] = place;
  v("unit", unit);
  v("index", index);
  v("start", start);
  v("end", end);
  v("source", source);
}

template <class V, Is<Citation> T>
void Visit(V& v, T& citation) {
  auto& [wire, is_url, kind_node, url, title, cited_text, start, end, place] = citation;
  v("wire", wire);
  v("is_url", is_url);
  v.Place("kind", kind_node);
  v("url", url);
  v("title", title);
  v("cited_text", cited_text);
  v("start", start);
  v("end", end);
  v("place", place);
}

template <class V, Is<TextPart> T>
void Visit(V& v, T& part) {
  auto& [text, json, is_refusal, citations, cache, extras, node, style] = part;
  v("text", text);
  v("json", json);
  v("refusal", is_refusal);
  v("citations", citations);
  v("cache", cache);
  v("extras", extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<MediaPart> T>
void Visit(V& v, T& part) {
  auto& [kind, source, media_type, data, url, filename, detail, context, citations, content, cache,
         extras, source_extras, node, style] = part;
  v.Word("kind", kind);
  v.Word("source", source);
  v.DataUrl(url, media_type, data);
  v("filename", filename);
  v("detail", detail);
  v("context", context);
  v("citations", citations);
  v("content", content);
  v("cache", cache);
  v("extras", extras);
  v("source_extras", source_extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<ReasoningPart> T>
void Visit(V& v, T& part) {
  auto& [text, signature, encrypted, id, issuer, is_summary, extras, node, style] = part;
  v("text", text);
  v("signature", signature);
  v("encrypted", encrypted);
  v("id", id);
  v("issuer", issuer);
  v("summary", is_summary);
  v("extras", extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<Arguments> T>
void Visit(V& v, T& arguments) {
  auto& [text, json] = arguments;
  v("text", text);
  v("json", json);
}

template <class V, Is<ToolCallPart> T>
void Visit(V& v, T& part) {
  auto& [id, name, arguments, is_custom, is_legacy, cache, extras, inner_extras, node, style] =
      part;
  v("id", id);
  v("name", name);
  v("arguments", arguments);
  v("custom", is_custom);
  v("legacy", is_legacy);
  v("cache", cache);
  v("extras", extras);
  v("inner_extras", inner_extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<ToolResultPart> T>
void Visit(V& v, T& part) {
  auto& [call_id, name, content, is_error, unpaired, cache, extras, inner_extras, node, style] =
      part;
  v("call_id", call_id);
  v("name", name);
  v("content", content);
  v("is_error", is_error);
  v("unpaired", unpaired);
  v("cache", cache);
  v("extras", extras);
  v("inner_extras", inner_extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<SearchResult> T>
void Visit(V& v, T& search) {
  auto& [source, title, texts, citations] = search;
  v("source", source);
  v("title", title);
  v("texts", texts);
  v("citations", citations);
}

template <class V, Is<OpaquePart> T>
void Visit(V& v, T& part) {
  auto& [protocol, kind, value, rendition, search, node, style] = part;
  v.Protocol(protocol);
  v("value", value);
  v("kind", kind);
  v("rendition", rendition);
  v("search", search);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<Part> T>
void Visit(V& v, T& part) {
  v.Variant(part);
}

constexpr std::string_view PartWord(const TextPart*) { return "text"; }
constexpr std::string_view PartWord(const MediaPart*) { return "media"; }
constexpr std::string_view PartWord(const ReasoningPart*) { return "reasoning"; }
constexpr std::string_view PartWord(const ToolCallPart*) { return "tool_call"; }
constexpr std::string_view PartWord(const ToolResultPart*) { return "tool_result"; }
constexpr std::string_view PartWord(const OpaquePart*) { return "opaque"; }

template <class V, Is<WireItem> T>
void Visit(V& v, T& item) {
  auto& [first_part, part_count, members, value, node, style] = item;
  v("first_part", first_part);
  v("part_count", part_count);
  v("value", value);
  v("members", members);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<Message> T>
void Visit(V& v, T& message) {
  auto& [role, parts, name, extras, style_members, items, node, content_node, style] = message;
  v.Structure("role", role);
  v("name", name);
  v("style_members", style_members);
  v("items", items);
  v("parts", parts);
  v.Marker("has_content", content_node);
  v("extras", extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<Sampling> T>
void Visit(V& v, T& sampling) {
  auto& [wire, max_output_tokens, temperature, top_p, top_k, seed, candidates, presence_penalty,
         frequency_penalty, logprobs, top_logprobs, stop, stop_node, extras, style] = sampling;
  v("wire", wire);
  v("max_output_tokens", max_output_tokens);
  v("temperature", temperature);
  v("top_p", top_p);
  v("top_k", top_k);
  v("seed", seed);
  v("candidates", candidates);
  v("presence_penalty", presence_penalty);
  v("frequency_penalty", frequency_penalty);
  v("logprobs", logprobs);
  v("top_logprobs", top_logprobs);
  v.ListOf("stop", stop, stop_node);
  v("extras", extras);
  v.Style(style);
}

template <class V, Is<VendorExtras> T>
void Visit(V& v, T& extras) {
  auto& [vendor, members] = extras;
  v("vendor", vendor);
  v("members", members);
}

template <class V, Is<CustomFormat> T>
void Visit(V& v, T& format) {
  auto& [kind, syntax, definition, value] = format;
  v("value", value);
  v("kind", kind);
  v("syntax", syntax);
  v("definition", definition);
}

template <class V, Is<AllowedTool> T>
void Visit(V& v, T& tool) {
  auto& [name, is_custom, value] = tool;
  v("value", value);
  v("name", name);
  v("custom", is_custom);
}

template <class V, Is<ToolDefinition> T>
void Visit(V& v, T& tool) {
  auto& [kind, name, description, parameters, dialect, strict, format, user_location, cache,
         protocol, type, value, vendor_extras, extras, inner_extras, node, style] = tool;
  v.Word("kind", kind);
  v.Protocol(protocol);
  v("value", value);
  v.Structure("type", type);
  v("name", name);
  v("description", description);
  v("parameters", parameters);
  v("dialect", dialect);
  v("strict", strict);
  v("format", format);
  v("user_location", user_location);
  v("cache", cache);
  v("vendor_extras", vendor_extras);
  v("extras", extras);
  v("inner_extras", inner_extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<ToolChoice> T>
void Visit(V& v, T& choice) {
  auto& [mode, name, is_custom, allowed, allowed_node, node, mode_node, value, extras, style] =
      choice;
  v("mode", mode);
  v("value", value);
  v.Place("mode", mode_node);
  v("name", name);
  v("custom", is_custom);
  v.ListOf("allowed", allowed, allowed_node);
  v("extras", extras);
  v.Style(style);
  v.SelfIf("has_node", node);
}

template <class V, Is<ResponseFormat> T>
void Visit(V& v, T& format) {
  auto& [kind, name, description, schema, dialect, strict, value, node, kind_node, extras,
         inner_extras, style] = format;
  v("kind", kind);
  v("value", value);
  v.Place("kind", kind_node);
  v("name", name);
  v("description", description);
  v("schema", schema);
  v("dialect", dialect);
  v("strict", strict);
  v("extras", extras);
  v("inner_extras", inner_extras);
  v.Style(style);
  v.SelfIf("has_node", node);
}

template <class V, Is<Reasoning> T>
void Visit(V& v, T& reasoning) {
  auto& [mode, effort, budget, display, display_word, extras, node] = reasoning;
  v("mode", mode);
  v("effort", effort);
  v("budget", budget);
  v("display_word", display_word);
  v("display", display);
  v("extras", extras);
  v.SelfIf("has_node", node);
}

template <class V, Is<ChatRequest> T>
void Visit(V& v, T& request) {
  auto& [model, messages, messages_node, tools, tools_node, tool_choice, parallel_tool_calls,
         sampling, response_format, reasoning, stream, stream_usage, user_id, safety_id,
         service_tier, metadata, betas, platform, vendor_extras, metadata_extras, stream_extras,
         output_extras, tool_extras, model_extras, wrapper_extras, extras, node, style, protocol] =
      request;
  v.Protocol(protocol);
  v("model", model);
  v.ListOf("messages", messages, messages_node);
  v.ListOf("tools", tools, tools_node);
  v("tool_choice", tool_choice);
  v("parallel_tool_calls", parallel_tool_calls);
  v("sampling", sampling);
  v("response_format", response_format);
  v("reasoning", reasoning);
  v("stream", stream);
  v("stream_usage", stream_usage);
  v("user_id", user_id);
  v("safety_id", safety_id);
  v("service_tier", service_tier);
  v("metadata", metadata);
  v("betas", betas);
  v("platform", platform);
  v("vendor_extras", vendor_extras);
  v("metadata_extras", metadata_extras);
  v("stream_extras", stream_extras);
  v("output_extras", output_extras);
  v("tool_extras", tool_extras);
  v("model_extras", model_extras);
  v("wrapper_extras", wrapper_extras);
  v("extras", extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<FinishReason> T>
void Visit(V& v, T& finish) {
  auto& [kind, raw, stop_sequence] = finish;
  v("kind", kind);
  v("raw", raw);
  v("stop_sequence", stop_sequence);
}

template <class V, Is<Usage> T>
void Visit(V& v, T& usage) {
  auto& [input, cache_read, cache_write, output, reasoning, total, extras, input_extras,
         output_extras, node, style, set] = usage;
  v.Present(set);
  v("input", input);
  v("cache_read", cache_read);
  v("cache_write", cache_write);
  v("output", output);
  v("reasoning", reasoning);
  v("total", total);
  v("extras", extras);
  v("input_extras", input_extras);
  v("output_extras", output_extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<TokenLogprob> T>
void Visit(V& v, T& logprob) {
  auto& [wire, token, value, top] = logprob;
  v("wire", wire);
  v("token", token);
  v("logprob", value);
  v("top", top);
}

template <class V, Is<Candidate> T>
void Visit(V& v, T& candidate) {
  auto& [index, message, finish, logprobs, refusal_logprobs, logprobs_extras, extras, node, style] =
      candidate;
  v("index", index);
  v("message", message);
  v("finish", finish);
  v("logprobs", logprobs);
  v("refusal_logprobs", refusal_logprobs);
  v("logprobs_extras", logprobs_extras);
  v("extras", extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<ChatResponse> T>
void Visit(V& v, T& response) {
  auto& [id, model, created, candidates, usage, service_tier, extras, node, style, protocol] =
      response;
  v.Protocol(protocol);
  v("id", id);
  v("model", model);
  v("created", created);
  v("candidates", candidates);
  v("usage", usage);
  v("service_tier", service_tier);
  v("extras", extras);
  v.Style(style);
  v.Self(node);
}

template <class V, Is<ApiError> T>
void Visit(V& v, T& error) {
  auto& [kind, status, message, type, code, param, request_id, retry_after, extras, inner_extras,
         node, style, protocol] = error;
  v.Protocol(protocol);
  v.Word("kind", kind);
  v("status", status);
  v("message", message);
  v("type", type);
  v("code", code);
  v("param", param);
  v("request_id", request_id);
  v("retry_after", retry_after);
  v("extras", extras);
  v("inner_extras", inner_extras);
  v.Style(style);
  v.Self(node);
}

}  // namespace aiproxy::neutral
