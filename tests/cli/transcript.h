// A transcript: commands with their input and what they answer, as a text that a person can read.
//
//   # what it shows
//   @ request.json
//   | {"model":"m","messages":[]}
//   $ SOURCE_DATE_EPOCH=0 aiproxy translate --to claude request.json
//   < a line of standard input
//   > a line of standard output
//   ! a line of standard error
//   = 3
//
// `@` begins a file, `|` is a line of it. `= N` is the exit code; without it, 0. A line that does
// not end in a newline is followed by `\` on a line of its own. Words are split at spaces; single
// quotes keep them together.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace aiproxy {

struct TranscriptStep {
  std::string command = {};                   // as it stands after "$ "
  std::vector<std::string> environment = {};  // NAME=value
  std::vector<std::string> arguments = {};
  std::string in = {};
  std::string out = {};
  std::string err = {};
  int exit_code = 0;
};

struct Transcript {
  std::vector<std::string> comments;
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<TranscriptStep> steps;
  std::string problem;  // what cannot be read in it; "" when it is sound
};

Transcript ParseTranscript(const std::string& text);
std::string PrintTranscript(const Transcript& transcript);

}  // namespace aiproxy
