#include "core/exchange/splice.h"

#include <algorithm>
#include <array>
#include <optional>

namespace aiproxy {

namespace {

struct Edit {
  const char* from = nullptr;  // in the input; nullptr: add the member after the opening brace
  const char* to = nullptr;
  std::string_view name;
  std::string_view value;  // JSON
};

/// At most two edits, in the order of the input, additions first.
class Edits {
 public:
  /// A member that is not there is added when `add` says so.
  void Replace(const Value& request, std::string_view name, std::string_view value, bool add) {
    if (name.empty()) return;
    bool found = false;
    // Duplicates all get the value, whichever one a reader takes.
    for (Member member : request.members()) {
      if (!member.key.Is(name)) continue;
      found = true;
      std::string_view old = member.value.raw();
      if (count_ < edits_.size())
        edits_[count_++] = {old.data(), old.data() + old.size(), name, value};
    }
    if (!found && add && count_ < edits_.size()) edits_[count_++] = {nullptr, nullptr, name, value};
  }

  void Write(const Value& request, std::string_view text, Output& out) {
    auto* last = edits_.data() + count_;
    std::sort(edits_.data(), last, [](const Edit& a, const Edit& b) { return a.from < b.from; });
    const char* at = text.data();
    auto copy_to = [&](const char* to) {
      out.AppendStable({at, static_cast<std::size_t>(to - at)});
      at = to;
    };
    for (Edit* edit = edits_.data(); edit != last; ++edit) {
      if (edit->from == nullptr) {
        const char* brace_end = request.raw().data() + 1;
        if (at != brace_end) copy_to(brace_end);
        Add(*edit, request.empty_container() && edit + 1 == last, out);
        continue;
      }
      copy_to(edit->from);
      out.Append(edit->value);
      at = edit->to;
    }
    copy_to(text.data() + text.size());
  }

 private:
  static void Add(const Edit& edit, bool alone, Output& out) {
    out.Append('"');
    out.Append(edit.name);
    out.Append("\":");
    out.Append(edit.value);
    if (!alone) out.Append(',');
  }

  std::array<Edit, 16> edits_;
  std::size_t count_ = 0;
};

}  // namespace

void SpliceRequest(const Value& request, std::string_view text, const Protocol& protocol,
                   std::string_view model, const std::optional<bool>& stream, Output& out) {
  if (model.empty() && !stream) return out.AppendStable(text);
  Edits edits;
  if (!model.empty()) edits.Replace(request, protocol.model_member, model, true);
  // Not streaming is what every protocol does when nothing is said.
  if (stream) edits.Replace(request, protocol.stream_member, *stream ? "true" : "false", *stream);
  edits.Write(request, text, out);
}

}  // namespace aiproxy
