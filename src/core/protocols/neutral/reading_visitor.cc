#include "core/protocols/neutral/reading_visitor.h"

#include <algorithm>
#include <limits>

#include "core/model/protocol_ids.h"

namespace aiproxy::neutral {

namespace {

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

/// 'a', 'b', 'c'
template <class Words>
std::string Listed(const Words& words) {
  std::string out;
  for (std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += Quoted(word);
  }
  return out;
}

/// name + suffix without building it.
bool IsNamed(std::string_view key, std::string_view name, std::string_view suffix) {
  return key.size() == name.size() + suffix.size() && key.starts_with(name) &&
         key.ends_with(suffix);
}

}  // namespace

// ---------------------------------------------------------------- objects

bool ReadingVisitor::Push(const Value& object) {
  if (!Expect(object.is_object(), object, "an object")) return false;
  if (depth_ == frames_.size()) frames_.emplace_back();
  Frame& pushed = frames_[depth_++];
  pushed.object = object;
  pushed.count = 0;
  pushed.taken = 0;
  pushed.asked.clear();
  for (Member member : object.members()) {
    if (pushed.count == kMaxMembers) break;
    pushed.members[pushed.count++] = member;
  }
  return true;
}

void ReadingVisitor::Pop() {
  if (status_) ReadUsed();
  if (status_) CheckAllTaken();
  --depth_;
}

void ReadingVisitor::CheckAllTaken() {
  std::size_t index = 0;
  for (Member member : frame().object.members()) {
    bool known = index < kMaxMembers && (frame().taken >> index & 1) != 0;
    ++index;
    if (known) continue;
    std::string name = member.key.Decoded();
    std::vector<std::string_view>& asked = frame().asked;
    if (std::find(asked.begin(), asked.end(), name) != asked.end()) {
      return Fail(member.key.id(), "duplicate member " + Quoted(name));
    }
    return Fail(member.key.id(),
                "unknown member " + Quoted(name) + ", expected one of " + Listed(asked));
  }
}

void ReadingVisitor::ReadUsed() {
  Value used = Find("used");
  if (!used.valid() || !Expect(used.is_array(), used, "an array")) return;
  for (Value pointer : used.items()) {
    if (Value value = FollowReference(pointer); value.valid()) Use(value);
  }
  Use(used);
}

void ReadingVisitor::Form(std::string_view form) {
  Value value = Find("neutral");
  if (!value.valid()) return Fail(frame().object.id(), "expected a member 'neutral', got none");
  if (!value.Is(form)) return FailWord(value, {form});
  Use(value);
}

// ---------------------------------------------------------------- members

Value ReadingVisitor::Find(std::string_view name, std::string_view suffix) {
  if (!status_) return {};
  Frame& in = frame();
  if (suffix.empty()) in.asked.push_back(name);
  for (std::size_t i = 0; i < in.count; ++i) {
    const Value& key = in.members[i].key;
    bool named =
        key.escaped() ? IsNamed(key.Decoded(), name, suffix) : IsNamed(key.body(), name, suffix);
    if (!named || (in.taken >> i & 1) != 0) continue;
    in.taken |= std::uint64_t{1} << i;
    return in.members[i].value;
  }
  return {};
}

Value ReadingVisitor::FindReferenced(std::string_view name) {
  Value reference = Find(name, "_at");
  if (!reference.valid()) return {};
  return FollowReference(reference);
}

Value ReadingVisitor::FollowReference(const Value& reference, Value* parent) {
  if (!Expect(reference.is_string(), reference, "a string with a JSON pointer")) return {};
  std::string decoded = reference.Decoded();
  std::string_view pointer = decoded;
  std::size_t level = depth_ - 1;
  while (pointer.starts_with("..")) {
    pointer.remove_prefix(2);
    if (level == 0) break;
    --level;
    if (pointer.starts_with("/..")) pointer.remove_prefix(1);
  }
  Value target = Follow(frames_[level].object, pointer, steps_, parent);
  if (target.valid()) {
    Use(reference);
    return target;
  }
  if (steps_ != 0) {
    Fail(reference.id(), "there is nothing at " + Quoted(decoded));
  } else {
    Fail(reference.id(), "too many references into large objects");
    status_.error().kind = ErrorKind::kLimitExceeded;
  }
  return {};
}

NodeId ReadingVisitor::SourceOf(const Value& own, const Value& at) {
  if (!at.valid()) return own.id();
  Use(own);
  return at.id();
}

void ReadingVisitor::ReadMember(std::string_view name, Text& text) {
  Value at = FindReferenced(name);
  Value own = Find(name);
  Value value = own.valid() ? own : at;
  if (!value.valid() || !Expect(value.is_string(), value, "a string")) return;
  text = Text::Of(value);
  text.node = own.valid() ? SourceOf(own, at) : at.id();
}

void ReadingVisitor::ReadMember(std::string_view name, Raw& raw) {
  Value at = FindReferenced(name);
  Value own = Find(name);
  Value value = own.valid() ? own : at;
  if (!value.valid()) return;
  raw = Raw::Of(value);
  raw.node = own.valid() ? SourceOf(own, at) : at.id();
}

void ReadingVisitor::ReadMember(std::string_view name, Number& number) {
  Raw raw;
  ReadMember(name, raw);
  if (!raw.present()) return;
  Value value(context_.document(), raw.node);
  bool is_number = raw.json.front() == '-' || (raw.json.front() >= '0' && raw.json.front() <= '9');
  if (Expect(is_number, value, "a number")) number = Number{raw};
}

void ReadingVisitor::ReadMember(std::string_view name, Extras& extras) {
  if (Value object = Find(name); object.valid()) {
    if (!Expect(object.is_object(), object, "an object")) return;
    for (Member member : object.members()) {
      Use(member.key);  // so that what is lost is reported member by member, as from the wire
      extras.push_back(context_.arena, {Text::Of(member.key), Raw::Of(member.value)});
    }
  }
  Value references = Find(name, "_at");
  if (!references.valid() || !Expect(references.is_array(), references, "an array")) return;
  for (Value reference : references.items()) {
    Value parent;
    Value target = FollowReference(reference, &parent);
    if (!target.valid()) return;
    bool is_member = parent.valid() && parent.is_object();
    if (!Expect(is_member, reference, "a JSON pointer to a member of an object")) return;
    Value key(context_.document(), target.id() - 1);  // a name stands right before its value
    extras.push_back(context_.arena, {Text::Of(key), Raw::Of(target)});
  }
}

void ReadingVisitor::ReadMember(std::string_view name, int& number) {
  Value value = Find(name);
  if (value.valid()) number = static_cast<int>(ReadInt(value, std::numeric_limits<int>::max()));
  Use(value);
}

void ReadingVisitor::ReadMember(std::string_view name, bool& flag) {
  Value value = Find(name);
  if (value.valid()) ReadPlain(value, flag);
  Use(value);
}

void ReadingVisitor::ReadItem(const Value& item, Text& text) {
  if (item.is_string()) {
    text = Text::Of(item);
    return;
  }
  if (!Expect(item.is_object(), item, "a string")) return;
  Value reference;
  std::size_t count = 0;
  for (Member member : item.members()) {
    if (member.key.Is("at")) reference = member.value;
    ++count;
  }
  if (!Expect(count == 1 && reference.valid(), item, "a string or an object with a member 'at'"))
    return;
  Value at = FollowReference(reference);
  if (at.valid() && Expect(at.is_string(), at, "a string")) text = Text::Of(at);
}

void ReadingVisitor::ReadPlain(const Value& value, bool& flag) {
  if (Expect(value.is_bool(), value, "a boolean")) flag = value.is_true();
}

void ReadingVisitor::ReadPlain(const Value& value, std::int64_t& number) {
  std::optional<std::int64_t> read = value.Int();
  if (Expect(read.has_value(), value, "an integer")) number = *read;
}

std::int64_t ReadingVisitor::ReadInt(const Value& value, std::int64_t max) {
  std::optional<std::int64_t> read = value.Int();
  bool fits = read && *read >= 0 && *read <= max;
  return Expect(fits, value, "an integer from 0 to " + std::to_string(max)) ? *read : 0;
}

void ReadingVisitor::DataUrl(Text& url, Text& media_type, Text& data) {
  Text whole;
  ReadMember("data_url", whole);
  if (!whole.present()) ReadMember("url", url);
  ReadMember("media_type", media_type);
  if (!whole.present()) return ReadMember("data", data);
  Text type;
  bool base64 = false;
  Value value(context_.document(), whole.node);
  if (!Expect(SplitDataUrl(whole, type, data, base64), value, "a data: URL")) return;
  url = whole;
  if (!media_type.present() && !type.empty()) media_type = type;
}

void ReadingVisitor::Place(std::string_view name, NodeId& node) {
  if (Value at = FindReferenced(name); at.valid()) node = at.id();
  if (Value own = Find(name, "_node"); own.valid()) node = own.id();
}

void ReadingVisitor::Marker(std::string_view name, NodeId& node) {
  if (Value at = FindReferenced(name); at.valid()) node = at.id();
  Value own = Find(name);
  if (own.valid()) node = own.id();
  Use(own);
}

void ReadingVisitor::Self(NodeId& node) {
  if (!status_) return;
  node = frame().object.id();
  if (Value at = FindReferenced("node"); at.valid()) node = at.id();
}

void ReadingVisitor::SelfIf(std::string_view name, NodeId& node) {
  bool has_node = false;
  ReadMember(name, has_node);
  if (status_ && has_node) node = frame().object.id();
  if (Value at = FindReferenced("node"); at.valid()) node = at.id();
}

void ReadingVisitor::Protocol(std::string_view& id) {
  Value value = Find("protocol");
  if (!value.valid() || !Expect(value.is_string(), value, "a string")) return;
  id = InternProtocolId(value.Decoded());
  if (id.empty()) {
    std::vector<std::string_view> known(ProtocolIds().begin(), ProtocolIds().end());
    return FailWord(value, known);
  }
  Use(value);
}

// ---------------------------------------------------------------- errors

bool ReadingVisitor::Expect(bool is_so, const Value& value, std::string_view what) {
  if (!is_so && status_) {
    Fail(value.id(),
         "expected " + std::string(what) + ", got " + std::string(Describe(value.kind())));
  }
  return is_so && status_.has_value();
}

void ReadingVisitor::Fail(NodeId node, std::string message) {
  if (status_) status_ = context_.document().ErrorAt(node, std::move(message));
}

void ReadingVisitor::FailWord(const Value& value, const std::vector<std::string_view>& words) {
  std::string got =
      value.is_string() ? Quoted(value.Decoded()) : std::string(Describe(value.kind()));
  std::string expected = words.size() == 1 ? "" : "one of ";
  Fail(value.id(), "expected " + expected + Listed(words) + ", got " + got);
}

}  // namespace aiproxy::neutral
