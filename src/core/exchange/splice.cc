#include "core/exchange/splice.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace aiproxy {

namespace {

struct Edit {
  const char* from = nullptr;  // in the input; nullptr: add the member after the opening brace
  const char* to = nullptr;
  std::string_view name;
  std::string_view value;  // JSON; "" takes the bytes out
};

const char* EndOf(const Value& value) { return value.raw().data() + value.raw().size(); }

/// Few edits, in the order of the input, additions first.
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
      Push({old.data(), old.data() + old.size(), name, value});
    }
    if (!found && add) Push({nullptr, nullptr, name, value});
  }

  /// Takes every member of these names out, each with one of the commas around it.
  void Remove(const Value& request, std::span<const std::string_view> names) {
    const char* kept_end = nullptr;   // of the last member that stays
    const char* run_begin = nullptr;  // of neighbours that go
    const char* run_end = nullptr;
    auto end_run = [&](const char* next_key) {
      if (run_begin == nullptr) return;
      if (kept_end != nullptr)
        Push({kept_end, run_end, {}, {}});
      else
        Push({run_begin, next_key != nullptr ? next_key : run_end, {}, {}});
      run_begin = nullptr;
    };
    for (Member member : request.members()) {
      const char* begin = member.key.raw().data();
      bool goes = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return !name.empty() && member.key.Is(name);
      });
      if (goes) {
        if (run_begin == nullptr) run_begin = begin;
        run_end = EndOf(member.value);
      } else {
        end_run(begin);
        kept_end = EndOf(member.value);
      }
    }
    end_run(nullptr);
    nothing_stays_ = kept_end == nullptr;
  }

  void Write(const Value& request, std::string_view text, Output& out) {
    Edit* const first = more_.empty() ? edits_.data() : more_.data();
    Edit* const last = first + (more_.empty() ? count_ : more_.size());
    std::sort(first, last, [](const Edit& a, const Edit& b) { return a.from < b.from; });
    const char* at = text.data();
    auto copy_to = [&](const char* to) {
      out.AppendStable({at, static_cast<std::size_t>(to - at)});
      at = to;
    };
    for (Edit* edit = first; edit != last; ++edit) {
      if (edit->from == nullptr) {
        const char* brace_end = request.raw().data() + 1;
        if (at != brace_end) copy_to(brace_end);
        bool is_last_addition = edit + 1 == last || edit[1].from != nullptr;
        Add(*edit, nothing_stays_ && is_last_addition, out);
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

  void Push(const Edit& edit) {
    if (count_ < edits_.size()) {
      edits_[count_++] = edit;
      return;
    }
    if (more_.empty()) more_.assign(edits_.begin(), edits_.end());
    more_.push_back(edit);
  }

  std::array<Edit, 8> edits_;
  std::size_t count_ = 0;
  std::vector<Edit> more_;      // all of them, when there are more than those
  bool nothing_stays_ = false;  // of the request's members
};

}  // namespace

void SpliceRequest(const Value& request, std::string_view text, const Protocol& protocol,
                   const RequestEdits& wanted, Output& out) {
  const std::optional<bool>& stream = wanted.stream;
  if (wanted.model.empty() && !stream && !wanted.takes_head_out) return out.AppendStable(text);
  bool without_stream = stream && !*stream;
  const std::array<std::string_view, 2> names{
      without_stream ? protocol.stream_options_member : std::string_view(),
      wanted.takes_head_out ? protocol.head_member : std::string_view()};
  Edits edits;
  bool adds = !wanted.is_in_path;
  if (!wanted.model.empty()) edits.Replace(request, protocol.model_member, wanted.model, adds);
  // Not streaming is what every protocol does when nothing is said.
  if (stream) {
    edits.Replace(request, protocol.stream_member, *stream ? "true" : "false", *stream && adds);
  }
  edits.Remove(request, names);
  edits.Write(request, text, out);
}

void SpliceResponse(const Value& response, std::string_view text, const Protocol& protocol,
                    std::string_view model, Output& out) {
  if (model.empty() || !response.is_object()) return out.AppendStable(text);
  Edits edits;
  edits.Replace(response, protocol.model_member, model, false);
  edits.Write(response, text, out);
}

}  // namespace aiproxy
