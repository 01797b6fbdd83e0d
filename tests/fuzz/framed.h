// Bytes of a fuzzer as streams: in pieces of any lengths, as messages whose checksums are right,
// and the laws that hold for every framing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/document.h"
#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/stream/aws_frame_writer.h"
#include "core/stream/base64.h"
#include "core/stream/codec.h"
#include "core/stream/crc32.h"
#include "core/stream/frame_parser.h"

namespace aiproxy::fuzz {

/// A buffer of exactly the size that a parser may use, so that the sanitiser sees more.
inline std::unique_ptr<char[]> Padded(std::string_view piece) {
  auto buffer = std::make_unique<char[]>(piece.size() + Document::kPadding);
  std::memcpy(buffer.get(), piece.data(), piece.size());
  std::memset(buffer.get() + piece.size(), '\n', Document::kPadding);
  return buffer;
}

/// Takes the first byte, and as many lengths as it says; at least one.
inline std::vector<std::size_t> TakeLengths(std::string_view& input) {
  std::vector<std::size_t> lengths;
  if (input.empty()) return {1};
  std::size_t count = std::min<std::size_t>(static_cast<unsigned char>(input[0]), input.size() - 1);
  for (char c : input.substr(1, count)) lengths.push_back(static_cast<unsigned char>(c) + 1u);
  input.remove_prefix(1 + count);
  return lengths.empty() ? std::vector<std::size_t>{1} : lengths;
}

/// That a frame may have.
inline constexpr std::size_t kMostBytes = 256;

/// The frames, and the error that ends them, as one text.
class FrameText : public FrameSink {
 public:
  FrameText(std::optional<Framing> framing, std::string_view stream,
            const std::vector<std::size_t>& lengths) {
    Limits limits;
    limits.max_event_bytes = kMostBytes;
    std::unique_ptr<FrameParser> parser = NewFrameParser(framing, limits);
    Status status;
    std::uint64_t fed = 0;
    for (std::size_t i = 0; status && !stream.empty(); ++i) {
      std::size_t size = std::min(lengths[i % lengths.size()], stream.size());
      auto buffer = Padded(stream.substr(0, size));
      status = parser->Feed(buffer.get(), size, *this);
      stream.remove_prefix(size);
      fed += size;
      if (parser->settled() > fed) std::abort();
    }
    if (status) status = parser->Finish(*this);
    if (!status) text += "!" + status.error().message;
    text += "@" + std::to_string(static_cast<int>(parser->framing()));
  }

  Status OnFrame(const Frame& frame) override {
    if (frame.data.size() > kMostBytes) std::abort();
    if (*(frame.data.data() + frame.data.size()) != '\0') std::abort();
    text += "[" + std::to_string(static_cast<int>(frame.type)) + std::string(frame.event) + "|" +
            std::string(frame.data) + "|" + std::string(frame.message) + "]";
    return Ok();
  }

  std::string text;
};

/// What FrameText tells, and the line of each frame, of a parser that counts lines.
template <class Parser>
std::string FramesAndLines(std::string_view stream, const std::vector<std::size_t>& lengths) {
  Limits limits;
  limits.max_event_bytes = 64;
  Parser parser(limits);
  std::string out;
  auto on_frame = [&](const Frame& frame) {
    if (*(frame.data.data() + frame.data.size()) != '\0') std::abort();
    out += "[" + std::string(frame.event) + "|" + std::string(frame.data) + "@" +
           std::to_string(parser.frame_line()) + "]";
    return Ok();
  };
  Status status = Ok();
  for (std::size_t i = 0; status && !stream.empty(); ++i) {
    std::size_t size = std::min(lengths[i % lengths.size()], stream.size());
    auto buffer = Padded(stream.substr(0, size));
    status = parser.Feed(buffer.get(), size, on_frame);
    stream.remove_prefix(size);
  }
  if (status) status = parser.Finish(on_frame);
  if (!status) out += "!" + status.error().message + "@" + std::to_string(status.error().line);
  return out;
}

/// The law of chunking, with the framing known and found out.
inline void CheckSplits(Framing known, std::string_view stream,
                        const std::vector<std::size_t>& lengths) {
  const std::vector<std::size_t> whole = {stream.size() + 1};
  for (std::optional<Framing> framing : {std::optional(known), std::optional<Framing>()}) {
    std::string at_once = FrameText(framing, stream, whole).text;
    if (at_once != FrameText(framing, stream, lengths).text) std::abort();
    if (stream.size() > kMostBytes) continue;
    if (at_once != FrameText(framing, stream, {1}).text) std::abort();
  }
}

/// Writes every frame that holds JSON anew, in any framing.
class Rewriter : public FrameSink {
 public:
  explicit Rewriter(Framing framing) : writer_(framing, out_), framing_(framing) {}

  Status OnFrame(const Frame& frame) override {
    if (frame.type == Frame::Type::kError || !document_.Parse(frame.data)) return Ok();
    accounting_.Begin(document_, "fuzzed");
    std::string name = NameIn(frame);
    // Of a wrapped event the parser tells no name; a named exception stays as it is.
    Writer writer = writer_.Begin(name, context_, frame.type);
    writer.Value(Raw::Of(Value(document_, 0)));
    writer_.End();
    Output squeezed;
    AppendSqueezed(frame.data, squeezed);
    const bool is_event = frame.type == Frame::Type::kEvent;
    const bool is_named = framing_ == Framing::kSse || framing_ == Framing::kAwsEventStream ||
                          (framing_ == Framing::kAwsInvokeStream && !is_event);
    expected_.push_back((is_named ? name : "") + "|" + squeezed.ToString());
    return Ok();
  }

  /// The law: what is written is read as what it was.
  void Check() {
    writer_.Close();
    std::string written = out_.ToString();
    class Reader : public FrameSink {
     public:
      Status OnFrame(const Frame& frame) override {
        frames.push_back(std::string(frame.event) + "|" + std::string(frame.data));
        return Ok();
      }
      std::vector<std::string> frames;
    } reader;
    std::unique_ptr<FrameParser> parser = NewFrameParser(framing_, Limits{});
    auto buffer = Padded(written);
    if (!parser->Feed(buffer.get(), written.size(), reader) || !parser->Finish(reader))
      std::abort();
    if (reader.frames != expected_) std::abort();
  }

 private:
  /// A name that every framing can say; "chunk" and "initial-response" have a meaning in AWS's.
  static std::string NameIn(const Frame& frame) {
    std::string name;
    for (char c : frame.event.substr(0, 64)) {
      if (c >= 'a' && c <= 'z') name += c;
    }
    return name == "chunk" || name.empty() ? "x" : name;
  }

  Output out_;
  FrameWriter writer_;
  Framing framing_;
  Document document_;
  Document scratch_;
  Arena arena_;
  Accounting accounting_;
  std::string buffer_;
  Limits limits_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  std::vector<std::string> expected_;
};

/// The frames of a stream, written in every framing and read again.
inline void CheckWritten(Framing framing, std::string_view stream) {
  for (Framing to : {Framing::kSse, Framing::kNdjson, Framing::kJsonArray, Framing::kAwsEventStream,
                     Framing::kAwsInvokeStream}) {
    Rewriter rewriter(to);
    std::unique_ptr<FrameParser> parser = NewFrameParser(framing, Limits{});
    auto buffer = Padded(stream);
    if (parser->Feed(buffer.get(), stream.size(), rewriter)) (void)parser->Finish(rewriter);
    rewriter.Check();
  }
}

/// The bytes as messages of AWS with lengths that fit and checksums that are right: nothing but
/// those is changed, so that a mutation of anything else gets behind them.
inline std::string Sealed(std::string_view bytes) {
  std::string stream(bytes);
  auto put = [&stream](std::size_t at, std::size_t value) {
    for (std::size_t i = 0; i < 4; ++i) stream[at + i] = static_cast<char>(value >> (24 - 8 * i));
  };
  auto byte = [&stream](std::size_t at) {
    return std::size_t{static_cast<unsigned char>(stream[at])};
  };
  for (std::size_t at = 0; at + 16 <= stream.size();) {
    std::size_t left = stream.size() - at;
    std::size_t total = std::min(left, 16 + (byte(at + 2) << 8 | byte(at + 3)) % 240);
    put(at, total);
    put(at + 4, (byte(at + 6) << 8 | byte(at + 7)) % (total - 16 + 1));
    put(at + 8, Crc32(std::string_view(stream).substr(at, 8)));
    put(at + total - 4, Crc32(std::string_view(stream).substr(at, total - 4)));
    at += total;
  }
  return stream;
}

/// Each line as a message: the event's name up to the first space (an exception's behind '!'), the
/// payload behind it. With `is_invoke`, the payload in base64 as a chunk.
inline std::string Messages(std::string_view lines, bool is_invoke) {
  Output out;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    std::string_view name = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), name.size() + 1));
    bool is_exception = name.starts_with('!');
    if (is_exception) name.remove_prefix(1);
    Output payload;
    payload.Append(line);
    Frame::Type type = is_exception ? Frame::Type::kException : Frame::Type::kEvent;
    if (!is_invoke || is_exception) {
      AppendAwsMessage(name, type, payload, out);
      continue;
    }
    Output wrapped;
    wrapped.Append("{\"bytes\":\"");
    AppendBase64(payload, wrapped);
    wrapped.Append("\"}");
    AppendAwsMessage("chunk", type, wrapped, out);
  }
  return out.ToString();
}

}  // namespace aiproxy::fuzz
