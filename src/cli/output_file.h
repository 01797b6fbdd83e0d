// Writes to a file descriptor: whole, in large pieces, without copies.
#pragma once

#include <string>
#include <string_view>

#include "core/json/output.h"
#include "core/json/result.h"

namespace aiproxy {

/// An open file that results are written to. When the reader of a pipe has gone, a write ends the
/// process the way SIGPIPE does, quietly.
class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Takes an open descriptor that stays open afterwards; `name` is for messages.
  void Use(int descriptor, std::string name);
  /// Creates or empties a file.
  Status Create(const std::string& name);

  Status Write(const Output& output);
  Status Write(std::string_view text);
  /// Tells what only comes out when a file is closed. Does nothing to a descriptor of others.
  Status Close();

  /// A pipe with room for a megabyte moves much more at once. Does nothing to other files.
  void WidenPipe() const;
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  Status Failed(const char* what, int error) const;

  int descriptor_ = -1;
  bool owned_ = false;
  std::string name_;
};

/// A copy of the descriptor above 2, should it be one of the first three: a program that was
/// started with stdout closed must not take a file that it opens for stdout.
int AboveStandardStreams(int descriptor);

}  // namespace aiproxy
