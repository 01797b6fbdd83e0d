// Times whole processes side by side: runs all commands in each round, so that a drift of the
// machine meets all of them, in an order that is shuffled each time, because who comes after a
// large one finds the caches empty. Prints medians of wall time, CPU time, peak memory, and of the
// ratio to the first command.
//
//   spawn_timer ROUNDS STDIN LABEL=COMMAND...
//
// STDIN is a file, or `-` to hand on this process's own (then ROUNDS must be 1 and there is one
// command). A command is split at spaces; there is no shell. Standard output and error of the
// commands are discarded. One line a command, with tabs: label, wall ms, cpu ms, rss KiB, wall
// ratio to the first, cpu ratio to the first, `ok` or the bad exit status.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kWarmUpRounds = 2;

struct Command {
  std::string label;
  std::vector<std::string> words;
  std::vector<double> wall_ms;
  std::vector<double> cpu_ms;
  std::vector<double> rss_kib;
  int bad_status = 0;
};

Command ParseCommand(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos) {
    std::fprintf(stderr, "expected LABEL=COMMAND, got '%s'\n", argument.c_str());
    std::exit(2);
  }
  Command command;
  command.label = argument.substr(0, equals);
  std::istringstream words(argument.substr(equals + 1));
  for (std::string word; words >> word;) command.words.push_back(word);
  return command;
}

double Milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

void RunOnce(Command& command, const char* input, bool counts) {
  std::vector<char*> arguments;
  for (std::string& word : command.words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (std::string_view(input) != "-") {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0);
  }
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const auto start = std::chrono::steady_clock::now();
  const int failure =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    std::fprintf(stderr, "cannot run '%s'\n", arguments[0]);
    std::exit(1);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  if (status != 0) command.bad_status = status;
  if (!counts) return;
  command.wall_ms.push_back(wall.count());
  command.cpu_ms.push_back(Milliseconds(usage.ru_utime) + Milliseconds(usage.ru_stime));
  command.rss_kib.push_back(static_cast<double>(usage.ru_maxrss));
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// The median over the rounds of value/base: the pairs were measured next to each other.
double MedianRatio(const std::vector<double>& values, const std::vector<double>& base) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < values.size(); ++i)
    ratios.push_back(base[i] > 0 ? values[i] / base[i] : 0);
  return Median(ratios);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  if (argc < 4 || rounds < 1) {
    std::fprintf(stderr, "usage: spawn_timer ROUNDS STDIN LABEL=COMMAND...\n");
    return 2;
  }
  const char* input = argv[2];
  const bool own_input = std::string_view(input) == "-";
  std::vector<Command> commands;
  for (int i = 3; i < argc; ++i) commands.push_back(ParseCommand(argv[i]));
  if (own_input && (rounds != 1 || commands.size() != 1)) {
    std::fprintf(stderr, "standard input can be read once: expected one round and one command\n");
    return 2;
  }
  // Long commands need no warm-up of two rounds; one round in five is enough.
  const int warm_up = own_input ? 0 : std::min(kWarmUpRounds, (rounds + 4) / 5);
  std::mt19937 random;  // the same orders at every run
  std::vector<std::size_t> order(commands.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (int round = -warm_up; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) RunOnce(commands[i], input, round >= 0);
  }
  for (const Command& command : commands) {
    std::printf("%s\t%.3f\t%.3f\t%.0f\t%.3f\t%.3f\t", command.label.c_str(),
                Median(command.wall_ms), Median(command.cpu_ms), Median(command.rss_kib),
                MedianRatio(command.wall_ms, commands[0].wall_ms),
                MedianRatio(command.cpu_ms, commands[0].cpu_ms));
    if (command.bad_status == 0) {
      std::printf("ok\n");
    } else {
      std::printf("status %d\n", WEXITSTATUS(command.bad_status));
    }
  }
}
