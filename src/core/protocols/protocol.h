// One wire protocol as data: names, and pure functions between its JSON and the neutral model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"
#include "core/stream/codec.h"

namespace aiproxy {

enum class MessageKind : std::uint8_t { kRequest, kResponse, kStream, kError };

/// "request", "response", "stream", "error".
std::string_view Name(MessageKind kind);
/// "an error": for messages.
std::string_view NameWithArticle(MessageKind kind);

/// What messages are for.
enum class Capability : std::uint8_t { kChat, kCountTokens, kCompletions };

/// "chat", "count-tokens", "completions".
std::string_view Name(Capability capability);
/// "Chat", "Token counting", "Legacy completions".
std::string_view Title(Capability capability);

/// How sure a protocol is that a JSON text is one of its own.
enum class Certainty : std::uint8_t { kNone, kPossible, kLikely, kSure };

struct Recognition {
  Certainty certainty = Certainty::kNone;
  MessageKind kind = MessageKind::kRequest;
  /// A request that could be one of chat just as well: only its path, or the user, can tell.
  bool is_chat_too = false;
};

/// What HTTP says around a body.
struct HttpHead {
  std::string method;                                        // of a request
  std::string path;                                          // of a request; "" when unknown
  int status = 0;                                            // of an answer; 0 when unknown
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::vector<NodeId> header_nodes;  // of those that were read, in their order; may be shorter

  /// nullptr when there is none of that name (lower case).
  const std::string* Find(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  /// Where the header of that name stands in the input; kNoNode when it was not read from there.
  NodeId NodeOf(std::string_view name) const {
    for (std::size_t i = 0; i < header_nodes.size(); ++i) {
      if (headers[i].first == name) return header_nodes[i];
    }
    return kNoNode;
  }
};

/// What the path of a request says, for protocols that keep it out of the body.
struct RequestTarget {
  std::string model;           // "" when the path has none
  std::optional<bool> stream;  // nullopt when the path does not say
};

/// A protocol's wire for one capability. What a vendor has beside chat is a value of its own,
/// mostly with the id of its chat protocol, so that what only the vendor knows goes back to it.
struct Protocol {
  std::string_view id;     // "anthropic-messages"
  std::string_view title;  // "Anthropic Messages"
  std::string_view docs_url;
  std::span<const std::string_view> aliases;
  Capability capability = Capability::kChat;
  /// The id of the chat protocol that it stands beside; "" for a chat protocol itself.
  std::string_view beside = "";
  Framing framing = Framing::kSse;
  /// In what other framings its streams are sent as well.
  std::span<const Framing> other_framings = {};

  /// Looks at the root of a document (for a stream: of its first frame's data).
  Recognition (*recognise)(const Value& root, std::string_view sse_event) = nullptr;

  Status (*decode_request)(const Value& root, const HttpHead& head, CodecContext&,
                           ChatRequest&) = nullptr;
  Status (*encode_request)(const ChatRequest&, CodecContext&, Writer&) = nullptr;
  /// The HTTP request line and headers that go with an encoded request.
  HttpHead (*request_head)(const ChatRequest&) = nullptr;
  /// How the path of every request ends: "/messages"; "" when read_path knows the paths.
  std::string_view path_end = "";
  /// Reads model and streaming from a path; kInvalidInput when it is no path of this protocol.
  /// nullptr: both are in the body.
  Status (*read_path)(std::string_view path, RequestTarget&) = nullptr;
  /// A path that read_path takes with another model, or another wish to stream, and otherwise as it
  /// is. nullptr: it becomes that of request_head.
  std::string (*edit_path)(std::string_view path, const std::optional<std::string>& model,
                           std::optional<bool> stream) = nullptr;
  /// The clouds beside the vendor whose flavour of its requests can be written.
  std::span<const Platform> platforms = {};
  /// Which of them a request is addressed to: model and streaming are in its path then, whatever
  /// model_member says. nullptr: the vendor.
  Platform (*platform_of)(const Value& body, std::string_view path) = nullptr;

  Status (*decode_response)(const Value& root, const HttpHead& head, CodecContext&,
                            ChatResponse&) = nullptr;
  Status (*encode_response)(const ChatResponse&, CodecContext&, Writer&) = nullptr;
  /// Whether a body that came with a success status is an error all the same.
  bool (*is_error_body)(const Value& root) = nullptr;

  /// Fills kind and status: from the body's words, else from `head.status`.
  Status (*decode_error)(const Value& root, const HttpHead& head, CodecContext&,
                         ApiError&) = nullptr;
  Status (*encode_error)(const ApiError&, CodecContext&, Writer&) = nullptr;
  /// The HTTP status that goes with an encoded error.
  int (*error_status)(const ApiError&) = nullptr;
  /// Protocols with the same word here write the same errors; "" when nobody else does.
  std::string_view error_shape = "";
  /// The answer header that says what kind of error it is, where the body does not; "" when there
  /// is none.
  std::string_view error_header = "";
  /// Headers that go with an encoded error; nullptr: none.
  void (*add_error_headers)(const ApiError&, HttpHead&) = nullptr;

  std::unique_ptr<StreamDecoder> (*new_stream_decoder)(const Limits&) = nullptr;
  std::unique_ptr<StreamEncoder> (*new_stream_encoder)(FrameWriter&) = nullptr;

  /// Members of a request that are edited in place when both sides speak this protocol
  /// ("" when the protocol keeps them outside the body).
  std::string_view model_member = "model";
  std::string_view stream_member = "stream";
  /// Of a request: what is said about its stream, and refused without one; "" when there is none.
  std::string_view stream_options_member{};
  /// Of a request: what stands in its head on the wire, and in the body only as SDKs are called;
  /// "" when there is none.
  std::string_view head_member{};
  /// Whether a request may say its model deeper in its body, where it is not edited in place.
  bool model_is_nested = false;
  /// Whether each frame of a stream looks like a whole response.
  bool frames_are_responses = false;
  /// Whether a response is named by that header, and not in its body.
  bool response_id_in_header = false;
  /// The answer header that names the request at the vendor.
  std::string_view request_id_header = "x-request-id";
};

}  // namespace aiproxy
