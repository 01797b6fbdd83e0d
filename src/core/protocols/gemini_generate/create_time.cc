#include "core/protocols/gemini_generate/create_time.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace aiproxy::gemini_generate {

namespace {

constexpr std::int64_t kSecondsOfDay = 86400;

/// Reads a text from its front; what does not fit makes everything after it fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::int64_t Number(std::size_t digits, std::int64_t least, std::int64_t most) {
    std::int64_t number = 0;
    std::string_view read = Digits(digits);
    ok_ = ok_ && read.size() == digits;
    for (char c : read) number = number * 10 + (c - '0');
    ok_ = ok_ && number >= least && number <= most;
    return number;
  }
  std::string_view Digits(std::size_t most) {
    std::size_t count = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
      ++count;
    std::string_view digits = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return digits;
  }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Expect(char c) { ok_ = Take(c) && ok_; }
  void Fail() { ok_ = false; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// Days since 1970-01-01 of the Gregorian calendar.
std::int64_t DaysOf(std::int64_t year, std::int64_t month, std::int64_t day) {
  // Years begin in March here, so that a leap day is the last of its year.
  if (month <= 2) --year;
  std::int64_t month_of_year = (month + 9) % 12;
  std::int64_t day_of_year = (153 * month_of_year + 2) / 5 + day - 1;
  constexpr std::int64_t kDaysTo1970 = 719468;
  return 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - kDaysTo1970;
}

struct Date {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

Date DateOf(std::int64_t days) {
  Date date{1970, 1, 1};
  while (DaysOf(date.year + 1, 1, 1) <= days) ++date.year;
  while (date.month < 12 && DaysOf(date.year, date.month + 1, 1) <= days) ++date.month;
  date.day = days - DaysOf(date.year, date.month, 1) + 1;
  return date;
}

void AppendPadded(std::int64_t number, std::size_t digits, std::string& out) {
  std::string text = std::to_string(number);
  out.append(digits - std::min(digits, text.size()), '0').append(text);
}

}  // namespace

Number SecondsOf(const Value& time, Arena& arena) {
  if (!time.is_string()) return {};
  Reader reader(Text::Of(time).Decode(arena));
  std::int64_t year = reader.Number(4, 1970, 9999);
  reader.Expect('-');
  std::int64_t month = reader.Number(2, 1, 12);
  reader.Expect('-');
  std::int64_t day = reader.Number(2, 1, 31);
  reader.Expect('T');
  std::int64_t seconds = reader.Number(2, 0, 23) * 3600;
  reader.Expect(':');
  seconds += reader.Number(2, 0, 59) * 60;
  reader.Expect(':');
  seconds += reader.Number(2, 0, 59);
  std::string_view fraction;
  if (reader.Take('.')) {
    fraction = reader.Digits(9);
    if (fraction.empty()) reader.Fail();
  }
  reader.Expect('Z');
  std::int64_t days = DaysOf(year, month, day);
  if (!reader.done() || DateOf(days).day != day) return {};  // no 30th of February
  seconds += days * kSecondsOfDay;
  std::string json = std::to_string(seconds);
  if (!fraction.empty()) json.append(".").append(fraction);
  Number number;
  number.json = arena.Copy(json);
  number.node = time.id();
  return number;
}

void WriteCreateTime(const Number& seconds, Writer& writer) {
  constexpr std::int64_t kEndOf9999 = 253402300799;
  std::size_t point = std::min(seconds.json.find('.'), seconds.json.size());
  std::int64_t whole = ParseInt(seconds.json.substr(0, point)).value_or(-1);
  bool plain = seconds.json.find_first_not_of("0123456789.") == seconds.json.npos;
  if (whole < 0 || whole > kEndOf9999 || !plain) return;
  Date date = DateOf(whole / kSecondsOfDay);
  std::int64_t of_day = whole % kSecondsOfDay;
  std::string text;
  AppendPadded(date.year, 4, text);
  for (std::int64_t part : {date.month, date.day}) AppendPadded(part, 2, text += '-');
  char mark = 'T';
  for (std::int64_t part : {of_day / 3600, of_day / 60 % 60, of_day % 60}) {
    AppendPadded(part, 2, text += mark);
    mark = ':';
  }
  text.append(seconds.json.substr(point)).append("Z");
  writer.Key("createTime");
  writer.Cover(seconds.node);
  writer.String(text);
}

}  // namespace aiproxy::gemini_generate
