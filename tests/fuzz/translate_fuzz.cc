// Any bytes as a document of every protocol and kind: no crash, whole JSON on one line or nothing,
// and every leaf of the input marked or reported.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

[[noreturn]] void Broken(const char* law, const std::string& output) {
  std::fprintf(stderr, "broken: %s\n%s\n", law, output.c_str());
  std::abort();
}

/// What the findings give up: nodes, and everything below them.
std::vector<bool> GivenUp(const Accounting& accounting, std::size_t nodes) {
  std::vector<bool> given_up(nodes);
  for (const Finding& finding : accounting.findings()) {
    if (accounting.Message(finding).empty()) Broken("a finding has a message", "");
    bool loss = finding.code->loss == Loss::kDropped || finding.code->loss == Loss::kDegraded;
    if (loss) given_up[finding.node] = true;
  }
  return given_up;
}

/// Settles the account anew, the plain way: every leaf that says something is marked or given up,
/// by itself or with something around it.
void CheckAccount(Document& document, const Accounting& accounting) {
  std::vector<bool> given_up = GivenUp(accounting, document.size());
  struct Open {
    NodeId end;
    bool accounted;
  };
  std::vector<Open> around{{static_cast<NodeId>(document.size()), false}};
  std::vector<bool> is_name(document.size());
  for (NodeId id = 0; id < document.size(); ++id) {
    while (around.back().end <= id) around.pop_back();
    const JsonNode& node = document.node(id);
    bool accounted =
        around.back().accounted || (node.flags & JsonNode::kCovered) != 0 || given_up[id];
    if (is_name[id]) {
      if (given_up[id]) given_up[id + 1] = true;
      continue;
    }
    bool container = node.kind == JsonKind::kObject || node.kind == JsonKind::kArray;
    bool leaf = !container || node.next == id + 1;
    if (leaf && !accounted && node.kind != JsonKind::kNull) {
      std::string pointer;
      document.AppendPointer(id, pointer);
      Broken("every leaf is marked or reported", pointer);
    }
    if (node.kind == JsonKind::kObject) {
      for (Member member : Value(document, id).members()) is_name[member.value.id() - 1] = true;
    }
    if (container) around.push_back({node.next, accounted});
  }
}

/// Decodes and encodes without the exchange, so that the account can be looked at.
void CheckCodecs(const Protocol& from, const Protocol& to, MessageKind kind,
                 std::string_view input) {
  PaddedText text(input);
  Document document;
  if (!document.Parse(text.view())) return;
  Document scratch;
  Arena arena;
  std::string buffer;
  Limits limits;
  Accounting accounting;
  CodecContext context{accounting, arena, scratch, buffer, limits, {}};
  accounting.Begin(document, to.id);
  Output out;
  Writer writer(out, &document);
  Value root(document, 0);
  Status status;
  if (kind == MessageKind::kRequest) {
    ChatRequest request;
    status = from.decode_request(root, {}, context, request);
    if (status) {
      context.options.model = request.model.Decode(arena);
      // A model and a flag that the target has in the path are the exchange's business.
      if (to.model_member.empty()) document.Cover(request.model.node);
      if (to.stream_member.empty()) document.Cover(request.stream.node);
      status = to.encode_request(request, context, writer);
    }
  } else if (kind == MessageKind::kResponse) {
    ChatResponse response;
    status = from.decode_response(root, {}, context, response);
    if (status) status = to.encode_response(response, context, writer);
  } else {
    ApiError error;
    status = from.decode_error(root, {}, context, error);
    if (status) status = to.encode_error(error, context, writer);
  }
  if (!status) return;
  accounting.Settle();
  CheckAccount(document, accounting);
}

void Check(const Protocol& from, const Protocol& to, MessageKind kind, std::string_view input) {
  ExchangeOptions options;
  options.from = &from;
  options.to = &to;
  options.kind = kind;
  options.through_codecs = true;
  DocumentExchange exchange(options, nullptr);
  PaddedText text(input);
  Output out;
  Status status = exchange.Translate(text.view(), out);
  std::string output = out.ToString();
  if (!status) {
    if (!output.empty()) Broken("a failure writes nothing", output);
    return;
  }
  if (output.find('\n') != output.npos) Broken("a document is one line", output);
  PaddedText padded(output);
  Document parsed;
  if (Status valid = parsed.Parse(padded.view()); !valid)
    Broken(valid.error().message.c_str(), output);
  // What was written can be read by its own decoder.
  options.from = &to;
  DocumentExchange again(options, nullptr);
  Output twice;
  if (Status readable = again.Translate(padded.view(), twice); !readable) {
    Broken(("the output can be read: " + readable.error().message).c_str(), output);
  }
}

}  // namespace
}  // namespace aiproxy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aiproxy;
  if (size < 1) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto protocols = AllProtocols();
  const Protocol& from = *protocols[data[0] % protocols.size()];
  constexpr MessageKind kKinds[] = {MessageKind::kRequest, MessageKind::kResponse,
                                    MessageKind::kError};
  MessageKind kind = kKinds[(data[0] / 16) % 3];
  for (const Protocol* to : protocols) {
    Check(from, *to, kind, input);
    CheckCodecs(from, *to, kind, input);
  }
  Check(from, *FindProtocol("neutral"), kind, input);
  CheckCodecs(from, *FindProtocol("neutral"), kind, input);
  return 0;
}
