#include "cli/transcript.h"

#include <sstream>
#include <string_view>

namespace aiproxy {

namespace {

std::vector<std::string> SplitWords(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool any = false;
  bool quoted = false;
  for (const char c : command) {
    if (c == '\'') {
      quoted = !quoted;
      any = true;
    } else if (c == ' ' && !quoted) {
      if (any) words.push_back(word);
      word.clear();
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) words.push_back(word);
  return words;
}

/// Splits "A=1 aiproxy x y" into environment and arguments; false when it is not ours.
bool ReadCommand(TranscriptStep& step) {
  bool named = false;
  for (const std::string& word : SplitWords(step.command)) {
    if (named)
      step.arguments.push_back(word);
    else if (word == "aiproxy")
      named = true;
    else
      step.environment.push_back(word);
  }
  return named;
}

void PrintText(char mark, const std::string& text, std::string& out) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    out += mark;
    if (!line.empty()) out += ' ' + line;
    out += '\n';
  }
  if (!text.empty() && text.back() != '\n') out += "\\\n";
}

/// Where a line with that mark goes; nullptr when it may not stand there.
std::string* TextOf(char mark, Transcript& transcript) {
  if (mark == '|') return transcript.files.empty() ? nullptr : &transcript.files.back().second;
  if (transcript.steps.empty()) return nullptr;
  TranscriptStep& step = transcript.steps.back();
  switch (mark) {
    case '<':
      return &step.in;
    case '>':
      return &step.out;
    case '!':
      return &step.err;
    default:
      return nullptr;
  }
}

}  // namespace

Transcript ParseTranscript(const std::string& text) {
  Transcript transcript;
  std::istringstream lines(text);
  std::string* last = nullptr;
  for (std::string line; std::getline(lines, line) && transcript.problem.empty();) {
    if (line.empty()) continue;
    const char mark = line[0];
    const std::string rest = line.size() > 2 ? line.substr(2) : std::string();
    if (mark == '#') {
      transcript.comments.push_back(rest);
    } else if (mark == '@') {
      transcript.files.emplace_back(rest, "");
    } else if (mark == '$') {
      transcript.steps.push_back({.command = rest});
      if (!ReadCommand(transcript.steps.back())) transcript.problem = "no 'aiproxy' in: " + line;
    } else if (mark == '=' && !transcript.steps.empty()) {
      transcript.steps.back().exit_code = std::stoi(rest);
    } else if (mark == '\\' && last != nullptr && !last->empty()) {
      last->pop_back();
    } else if ((last = TextOf(mark, transcript)) != nullptr) {
      *last += rest + '\n';
    } else {
      transcript.problem = "cannot read this line: " + line;
    }
  }
  return transcript;
}

std::string PrintTranscript(const Transcript& transcript) {
  std::string out;
  for (const std::string& comment : transcript.comments) out += "# " + comment + '\n';
  for (const auto& [name, content] : transcript.files) {
    out += "@ " + name + '\n';
    PrintText('|', content, out);
  }
  for (const TranscriptStep& step : transcript.steps) {
    out += "\n$ " + step.command + '\n';
    PrintText('<', step.in, out);
    PrintText('>', step.out, out);
    PrintText('!', step.err, out);
    if (step.exit_code != 0) out += "= " + std::to_string(step.exit_code) + '\n';
  }
  return out;
}

}  // namespace aiproxy
