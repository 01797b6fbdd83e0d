// Where requests of this wire go: to Anthropic, or to a cloud, which has model and streaming in the
// path and the version in the body.
// https://platform.claude.com/docs/en/build-with-claude/claude-on-amazon-bedrock
// https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

/// Reads /v1/messages, /model/{id}/invoke[-with-response-stream] and
/// /.../publishers/anthropic/models/{id}:[streamR|r]awPredict, behind any prefix.
Status ReadPath(std::string_view path, RequestTarget& target);
std::string EditPath(std::string_view path, const std::optional<std::string>& model,
                     std::optional<bool> stream);
/// What the path says, or else the member `anthropic_version`.
Platform PlatformOf(const Value& body, std::string_view path);

/// `request.platform`: where it goes.
HttpHead RequestHead(const ChatRequest& request);

/// Sets platform, model and stream: from the path, which counts, or else from the two members
/// (default ones when the body has none).
Status TakeTarget(const HttpHead& head, const Member& model, const Member& stream,
                  CodecContext& context, ChatRequest& request);
/// Names of betas in the header; those in members are appended when these are read.
void TakeBetas(const HttpHead& head, CodecContext& context, ChatRequest& request);

/// `anthropic_version` and `anthropic_beta`, where the platform that is written for wants them.
/// Names of betas that go into a header are marked when there is one.
void WritePlatformMembers(const ChatRequest& request, CodecContext& context, Writer& writer);
/// The members `model` and `stream`, where they are not in the path.
void WriteModel(const ChatRequest& request, CodecContext& context, Writer& writer);
void WriteStream(const ChatRequest& request, CodecContext& context, Writer& writer);

/// Whether the request, of this protocol, is written for another platform than it came from.
bool IsMoved(const ChatRequest& request, const CodecContext& context);
/// Whether an extra of that name belongs to the platform that it came from.
bool IsOfPlatform(const Text& name);

}  // namespace aiproxy::anthropic_messages
