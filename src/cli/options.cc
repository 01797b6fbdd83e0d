#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "cli/suggest.h"

namespace aiproxy {

namespace {

/// The first word that is neither an option nor the value of one that may stand before it.
std::string_view CommandWord(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--color")
      ++i;
    else if (!word.starts_with('-'))
      return word;
  }
  return {};
}

Status UnknownCommand(std::string_view word) {
  std::vector<std::string_view> names;
  for (const CommandSpec& command : AllCommands()) names.push_back(command.name);
  return UsageError("unknown command '" + std::string(word) + "'" + DidYouMean(word, names) +
                    " (expected " + OneOf(names) + ")");
}

Status ReadColor(const std::string& word, ColorMode& color) {
  static constexpr std::array<std::string_view, 3> kWords = {"auto", "always", "never"};
  const auto* const found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) {
    return UsageError("unknown value '" + word + "' of --color" + DidYouMean(word, kWords) +
                      " (expected " + OneOf(kWords) + ")");
  }
  color = static_cast<ColorMode>(found - kWords.begin());
  return Ok();
}

/// What CLI11 could not place: a misspelled option, or one argument too many.
Status Unexpected(const std::vector<std::string>& words, const CommandSpec* command) {
  const auto option = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return word.size() > 1 && word.starts_with('-');
  });
  if (option == words.end()) return UsageError("unexpected argument '" + words.front() + "'");
  std::vector<std::string_view> names = {"--version"};
  for (const OptionSpec& known : GlobalOptions()) names.push_back(known.name);
  if (command != nullptr) {
    for (const OptionSpec& known : command->options) names.push_back(known.name);
  }
  const std::string name = option->substr(0, option->find('='));
  return UsageError("unknown option '" + name + "'" + DidYouMean(name, names));
}

/// What CLI11 found wrong with an option that it knows. Its messages name the option somewhere,
/// some of them without the dashes.
Status Misused(const CLI::ParseError& error, const CommandSpec* command) {
  const std::string message = error.what();
  std::vector<OptionSpec> known(GlobalOptions().begin(), GlobalOptions().end());
  if (command != nullptr)
    known.insert(known.end(), command->options.begin(), command->options.end());
  const OptionSpec* meant = nullptr;
  for (const OptionSpec& option : known) {
    const bool longer = meant == nullptr || option.name.size() > meant->name.size();
    const bool named = message.find(option.name) != message.npos ||
                       message.starts_with(std::string(option.name.substr(2)) + " ");
    if (longer && named) meant = &option;
  }
  if (meant == nullptr) return UsageError(message);
  const std::string name(meant->name);
  if (meant->value.empty()) return UsageError(name + " takes no value");
  return UsageError(name + " needs a value: " + name + " " + std::string(meant->value));
}

/// One option and where its value goes while CLI11 works.
struct Slot {
  CLI::Option* option = nullptr;
  std::string value;
  bool given = false;
};

bool Mentions(std::span<const char* const> words, std::string_view option) {
  return std::any_of(words.begin(), words.end(), [option](std::string_view word) {
    return word.starts_with(option) && (word.size() == option.size() || word[option.size()] == '=');
  });
}

/// Knows only those options that the command line mentions: to build all of them would cost more
/// than to translate a small document.
class Parser {
 public:
  Parser(const CommandSpec* command, std::span<const char* const> words)
      : command_(command), app_("", "aiproxy") {
    app_.set_help_flag();
    app_.add_flag("--help,-h", help_);
    app_.add_flag("--version", version_);
    app_.add_option("--color", color_)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    if (command_ == nullptr) return;
    sub_ = app_.add_subcommand(std::string(command_->name));
    sub_->set_help_flag();
    sub_->fallthrough();
    slots_ = std::make_unique<Slot[]>(command_->options.size());
    for (std::size_t i = 0; i < command_->options.size(); ++i) {
      const OptionSpec& spec = command_->options[i];
      if (!Mentions(words, spec.name)) continue;
      Slot& slot = slots_[i];
      slot.option = spec.value.empty() ? sub_->add_flag(std::string(spec.name), slot.given)
                                       : sub_->add_option(std::string(spec.name), slot.value);
      slot.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      if (spec.value.empty()) slot.option->disable_flag_override();
    }
    sub_->add_option(std::string(command_->argument), argument_);
  }

  Status Run(int argc, const char* const* argv, CommandLine& line) {
    Status status;
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ExtrasError&) {
      status = Unexpected(app_.remaining(true), command_);
    } catch (const CLI::ParseError& error) {
      status = Misused(error, command_);
    }
    line.wants_help = help_;
    line.wants_version = version_;
    if (!status) return status;
    if (!color_.empty()) AIPROXY_RETURN_IF_ERROR(ReadColor(color_, line.color));
    if (sub_ != nullptr) Collect(line);
    return Ok();
  }

 private:
  void Collect(CommandLine& line) {
    line.values.resize(command_->options.size());
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      const CLI::Option* option = slots_[i].option;
      if (option != nullptr && option->count() != 0) line.values[i] = std::move(slots_[i].value);
    }
    if (sub_->get_option(std::string(command_->argument))->count() != 0)
      line.argument = std::move(argument_);
  }

  const CommandSpec* command_;
  CLI::App app_;
  CLI::App* sub_ = nullptr;
  bool help_ = false;
  bool version_ = false;
  std::string color_;
  std::string argument_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace

const std::string* CommandLine::Find(std::string_view option) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (command->options[i].name == option) return values[i] ? &*values[i] : nullptr;
  }
  return nullptr;
}

Status ParseCommandLine(int argc, const char* const* argv, CommandLine& line) {
  const std::string_view word = CommandWord(argc, argv);
  line.command = FindCommand(word);
  if (line.command == nullptr && !word.empty()) return UnknownCommand(word);
  const std::span words(argv, static_cast<std::size_t>(argc));
  return Parser(line.command, words).Run(argc, argv, line);
}

Error UsageError(std::string message) {
  return {.kind = ErrorKind::kUnsupported, .message = std::move(message), .pointer = {}};
}

}  // namespace aiproxy
