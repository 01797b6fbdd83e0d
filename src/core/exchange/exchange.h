// One message from its protocol to another: the only door that the commands use.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/exchange/options.h"
#include "core/exchange/recognise.h"
#include "core/json/arena.h"
#include "core/json/output.h"
#include "core/stream/codec.h"
#include "core/stream/origins.h"

namespace aiproxy {

/// Where a finding belongs, beside its node.
struct ReportPlace {
  std::int64_t event = -1;           // 0-based index of the streamed frame; -1 outside streams
  const Origins* origins = nullptr;  // of an aggregated response: where its values came from

  /// The frame of the finding at `pointer`, which becomes one into that frame's data (it may stand
  /// in `buffer` then). -1 when the finding belongs to no frame.
  std::int64_t Resolve(std::string_view& pointer, std::string& buffer) const {
    if (origins == nullptr) return event;
    Origin origin = origins->Find(pointer);
    if (origin.event < 0) return -1;
    buffer = std::move(origin.pointer);
    pointer = buffer;
    return origin.event;
  }
};

/// Is told what a translation changed: called once for each document or frame that has findings,
/// while the input is still there (accounting.findings(), Message(), document().AppendPointer()).
class ReportSink {
 public:
  virtual ~ReportSink() = default;
  virtual void Take(const Accounting& accounting, const ReportPlace& place) = 0;
};

/// Translates whole documents: requests, responses, errors; and a response into a stream when
/// options.unroll is set. Reusable for any number of documents, in the steady state without
/// allocating.
class DocumentExchange {
 public:
  /// `report` may be nullptr. Both must outlive the exchange.
  DocumentExchange(const ExchangeOptions& options, ReportSink* report);
  ~DocumentExchange();

  /// Appends the translation of `text` to `out`, or nothing when it fails: kInvalidInput (with
  /// position), kLimitExceeded, kLossRefused, kUnsupported (options must settle something).
  /// `text` is padded as Document::Parse wants, and `out` may refer to its bytes afterwards.
  Status Translate(std::string_view text, Output& out);

  /// What the last document was taken for.
  const Recognised& recognised() const;
  /// The wire that it was written in: that of its capability beside options.to.
  const Protocol* target() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Translates one stream. Bytes in, bytes out: any split of the input gives the same output.
class StreamExchange {
 public:
  StreamExchange(const ExchangeOptions& options, ReportSink* report);
  ~StreamExchange();

  /// `bytes` is scratch: it is written to, and Document::kPadding bytes after it are too.
  /// On an error the stream is over: what was translated before it is in `out`, followed by an
  /// error event of the target's protocol; nothing more may be fed.
  Status Feed(char* bytes, std::size_t size, Output& out);
  /// The input ended. An error when it was cut off; the target's error event is in `out` then.
  Status Finish(Output& out);

  const Recognised& recognised() const;
  /// The wire that is written, once the input has been recognised.
  const Protocol* target() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aiproxy
