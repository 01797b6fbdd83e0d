// `aiproxy translate --lines --jobs N`: this thread reads and writes, N others translate.
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "cli/line_reader.h"
#include "cli/line_translator.h"
#include "cli/translate.h"

namespace aiproxy {

namespace {

/// A batch on its way: filled by the reader, translated by one of the workers, written in order.
struct Slot {
  explicit Slot(const Report& report) : collector(report) {}

  LineBatch batch;
  Output out;
  std::vector<LineProblem> problems;
  ReportCollector collector;
  bool goes_on = true;  // false: a problem in it ends everything
  bool done = false;    // translated; guarded by the queue's mutex
};

/// Slots are used round and round: [written, queued) are in work, of which [taken, queued) wait.
class SlotRing {
 public:
  SlotRing(std::size_t count, const Report& report) {
    for (std::size_t i = 0; i < count; ++i) slots_.push_back(std::make_unique<Slot>(report));
  }

  bool full() const { return queued_ - written_ == slots_.size(); }
  bool empty() const { return queued_ == written_; }
  Slot& next() { return *slots_[queued_ % slots_.size()]; }

  void Queue() {
    const std::lock_guard lock(mutex_);
    next().done = false;
    ++queued_;
    work_.notify_one();
  }

  /// The oldest slot, once it is translated.
  Slot& Oldest() {
    Slot& slot = *slots_[written_ % slots_.size()];
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&slot] { return slot.done; });
    return slot;
  }
  void PopOldest() { ++written_; }

  /// For workers: the next slot to translate, or nullptr when there will be none.
  Slot* Take() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return taken_ < queued_ || closed_; });
    return taken_ < queued_ && !closed_ ? slots_[taken_++ % slots_.size()].get() : nullptr;
  }
  void SetDone(Slot& slot) {
    const std::lock_guard lock(mutex_);
    slot.done = true;
    done_.notify_one();
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    work_.notify_all();
  }

 private:
  std::vector<std::unique_ptr<Slot>> slots_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::size_t queued_ = 0;   // changed by the reading thread only, under the mutex
  std::size_t written_ = 0;  // the reading thread's own
  std::size_t taken_ = 0;    // guarded
  bool closed_ = false;      // guarded
};

class ParallelLines {
 public:
  explicit ParallelLines(const Translation& translation)
      : translation_(translation),
        reader_(translation.input, translation.options.exchange.limits.max_body_bytes),
        ring_(translation.options.jobs * std::size_t{2} + 1, translation.report) {}

  ExitCode Run() {
    translation_.output.WidenPipe();
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < translation_.options.jobs; ++i)
      workers.emplace_back([this] { Work(); });
    while (goes_on_ && Read()) {
      // What is done is written before this thread waits for input.
      while (goes_on_ && !ring_.empty() && (ring_.full() || !reader_.ready())) WriteOldest();
    }
    while (goes_on_ && !ring_.empty()) WriteOldest();
    ring_.Close();
    for (std::thread& worker : workers) worker.join();
    if (read_failure_) code_ = translation_.FailIo(read_failure_->error);
    return code_;
  }

 private:
  void Work() {
    // One translator a worker; its findings go to the slot that is at hand.
    ReportCollector collector(translation_.report);
    LineTranslator translator(
        translation_.options,
        translation_.options.report == ReportFormat::kNone ? nullptr : &collector);
    while (Slot* slot = ring_.Take()) {
      slot->goes_on = translator.Translate(slot->batch, slot->out, slot->problems);
      std::swap(slot->collector, collector);
      ring_.SetDone(*slot);
    }
  }

  bool Read() {
    auto more = reader_.Next(ring_.next().batch);
    if (!more) {
      read_failure_ = std::make_unique<LineProblem>(LineProblem{0, more.error()});
      return false;
    }
    if (*more) ring_.Queue();
    return *more;
  }

  void WriteOldest() {
    Slot& slot = ring_.Oldest();
    Status status = translation_.output.Write(slot.out);
    translation_.report.Absorb(slot.collector);
    code_ = LineProblemsTold(translation_, slot.problems, code_);
    goes_on_ = slot.goes_on && status.has_value();
    if (!status) code_ = translation_.FailIo(status.error());
    slot.out.Clear();
    slot.problems.clear();
    ring_.PopOldest();
  }

  const Translation& translation_;
  LineReader reader_;
  SlotRing ring_;
  ExitCode code_ = ExitCode::kDone;
  bool goes_on_ = true;
  std::unique_ptr<LineProblem> read_failure_;
};

}  // namespace

ExitCode TranslateLinesInParallel(const Translation& translation) {
  return ParallelLines(translation).Run();
}

}  // namespace aiproxy
