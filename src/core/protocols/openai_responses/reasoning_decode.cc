// Reading reasoning items: their texts, and what is encrypted in them.
#include <algorithm>

#include "core/json/field_names.h"
#include "core/model/foreign_reasoning.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kFields("type", "summary", "content", "encrypted_content");

/// Whether every entry is a text of that type, so that it can be told as a part.
bool HasOnlyTexts(const Value& list, std::string_view type_word) {
  if (!IsArray(list)) return false;
  for (Value entry : list.items()) {
    if (!entry.is_object()) return false;
    Value type = entry.Find("type");
    if (!IsString(type) || !type.Is(type_word) || !IsString(entry.Find("text"))) return false;
  }
  return true;
}

std::size_t SizeOf(const Value& list) {
  std::size_t size = 0;
  if (!list.valid()) return size;
  for (Value entry : list.items()) {
    static_cast<void>(entry);
    ++size;
  }
  return size;
}

}  // namespace

Issuer IssuerOf(const Value& encrypted, const Value& format, std::string_view model,
                CodecContext& context) {
  if (IsString(format)) return IssuerOfFormat(Text::Of(format).Decode(context.arena));
  Issuer shown = IsString(encrypted) ? IssuerOfSecret(Text::Of(encrypted)) : Issuer::kUnknown;
  return shown != Issuer::kUnknown ? shown : IssuerOfModel(model);
}

void ItemDecoder::TakeReasoning(const Value& item) {
  Message& message = Assistant();
  WireItem wire;
  wire.first_part = static_cast<int>(message.parts.size());
  wire.node = item.id();
  wire.style = kReasoningItem;
  Value summary = item.Find("summary");
  Value content = item.Find("content");
  Value encrypted = item.Find("encrypted_content");
  if (!HasOnlyTexts(summary, "summary_text")) summary = {};
  if (!HasOnlyTexts(content, "reasoning_text")) content = {};
  if (!IsString(encrypted) || encrypted.body().empty()) encrypted = {};
  Value format = item.Find("format");
  Issuer issuer = IssuerOf(encrypted, format, model_, context_);
  // Signatures of other vendors are of one text.
  bool joined = encrypted.valid() && !Encrypts(issuer) && SizeOf(summary) + SizeOf(content) > 0;
  bool whole = joined && SizeOf(summary) + SizeOf(content) > 1;
  for (Member member : item.members()) {
    const Value& value = member.value;
    bool of_parts = (summary.valid() && value.id() == summary.id()) ||
                    (content.valid() && value.id() == content.id());
    if (of_parts && whole) {
      KeepUsed(take_, member, wire.members, true);
    } else if (of_parts) {
      wire.style |= member.key.Is("summary") ? kHasSummary : kHasContent;
      UseIfEmpty(value, context_);
    } else if (kFields.Find(member.key) == kFields("type")) {
      take_.Use(value);
    } else if (!encrypted.valid() || value.id() != encrypted.id()) {
      if (format.valid() && value.id() == format.id()) take_.Use(value);
      KeepItemMember(member, take_, wire.members);
    }
  }
  ReasoningPart first;
  first.issuer = issuer;
  first.node = item.id();
  if (joined) {
    first.signature = Text::Of(encrypted);
    first.is_summary = summary.valid() && SizeOf(summary) > 0;
    if (whole) {
      first.text = JoinTexts(summary, content);
      message.parts.push_back(context_.arena, first);
    } else {
      TakeTexts(first.is_summary ? summary : content, first, message);
    }
  } else {
    Value id = item.Find("id");
    ReasoningPart text;
    text.issuer = issuer;
    if (IsString(id)) text.id = Text::Of(id);
    // To a vendor that is asked, the item is one thing; a client sees its texts one by one.
    if (encrypted.valid() && !in_response_) text.node = item.id();
    text.is_summary = true;
    TakeTexts(summary, text, message);
    text.is_summary = false;
    TakeTexts(content, text, message);
    if (encrypted.valid()) {
      first.encrypted = Text::Of(encrypted);
      first.id = text.id;
      message.parts.push_back(context_.arena, first);
    }
  }
  wire.part_count = static_cast<int>(message.parts.size()) - wire.first_part;
  message.items.push_back(context_.arena, wire);
}

/// One part an entry, each made from `form`.
void ItemDecoder::TakeTexts(const Value& list, const ReasoningPart& form, Message& message) {
  if (!list.valid()) return;
  for (Value entry : list.items()) {
    ReasoningPart part = form;
    if (part.node == kNoNode) part.node = entry.id();
    for (Member member : entry.members()) {
      if (member.key.Is("text"))
        part.text = Text::Of(member.value);
      else if (member.key.Is("type"))
        take_.Use(member.value);
      else
        take_.Keep(member, part.extras);
    }
    if (part.text.empty()) take_.Use(Value(context_.document(), part.text.node));
    message.parts.push_back(context_.arena, part);
  }
}

Text ItemDecoder::JoinTexts(const Value& summary, const Value& content) {
  std::size_t most = 0;
  for (const Value& list : {summary, content}) {
    if (list.valid()) most += list.raw().size();  // more than its texts and what is between them
  }
  char* joined = static_cast<char*>(context_.arena.Allocate(most, 1));
  std::size_t size = 0;
  auto append = [&](std::string_view text) {
    std::copy(text.begin(), text.end(), joined + size);
    size += text.size();
  };
  for (const Value& list : {summary, content}) {
    if (!list.valid()) continue;
    for (Value entry : list.items()) {
      if (size > 0) append(kBetweenTexts);
      append(entry.Find("text").body());
    }
  }
  return {{joined, size}, kNoNode, Text::Spelling::kEscaped};
}

}  // namespace aiproxy::openai_responses
