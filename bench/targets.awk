# Prints what the measured figures are to be, and whether they are. Input, with tabs: key of the table, label, wall ms,
# cpu ms, RSS in KiB, wall ratio, cpu ratio (both to the table's first row), bytes of input. -v events=N: of a stream.
# Every process here computes without waiting, so on a busy machine the CPU time is the truer one of the two.
BEGIN {
  FS = "\t"
  kMib = 1024 * 1024
}

{
  wall[$1, $2] = $3; cpu[$1, $2] = $4; rss[$1, $2] = $5 * 1024
  wall_ratio[$1, $2] = $6; cpu_ratio[$1, $2] = $7; bytes[$1] = $8
}

# `sense` is 1 for the more the better, -1 for the less. "-": there is no such bound, or nothing was measured.
function verdict(value, sense, floor, aim) {
  if (value == "-") return value
  if (aim != "-" && sense * (value - aim) >= 0) return sprintf("%.2f aim", value)
  if (floor != "-" && sense * (value - floor) < 0) return sprintf("%.2f MISSED", value)
  return sprintf("%.2f %s", value, floor == "-" ? "below the aim" : "floor")
}

function line(figure, sense, floor, aim, by_wall, by_cpu,    sign) {
  sign = sense > 0 ? ">= " : "<= "
  printf "| %s | %s | %s | %s | %s |\n", figure, floor == "-" ? floor : sign floor, aim == "-" ? aim : sign aim,
    verdict(by_wall, sense, floor, aim), verdict(by_cpu, sense, floor, aim)
}

function faster(figure, key, peer, floor, aim) {
  if ((key, peer) in wall) line(figure, 1, floor, aim, wall_ratio[key, peer], cpu_ratio[key, peer])
}

function slower(figure, key, peer, floor, aim) {
  if ((key, peer) in wall) line(figure, -1, floor, aim, 1 / wall_ratio[key, peer], 1 / cpu_ratio[key, peer])
}

END {
  print "\n### Targets\n\n| figure | floor | aim | by wall time | by CPU time |\n|---|---|---|---|---|"
  slower("start-up, times `cat`", "version", "cat", 2, "-")
  line("1 KB document, ms more than `cat`", -1, 0.5, "-", wall["small", "aiproxy"] - wall["small", "cat"],
       cpu["small", "aiproxy"] - cpu["small", "cat"])
  slower("1 KB document, times `cat`", "small", "cat", "-", 1.2)
  faster("1 KB document, jq takes times", "small-scripts", "jq", 20, 30)
  faster("1 KB document, node takes times", "small-scripts", "node", "-", 90)
  slower("64 KB document, times `cat`", "agent", "cat", 1.54, 0.92)
  line("64 KB document, ms", -1, 2, 1.2, wall["agent", "aiproxy"], cpu["agent", "aiproxy"])
  slower("4 MB document, times `cat`", "image", "cat", 5, 1.5)
  line("4 MB document, ms", -1, 10, 3, wall["image", "aiproxy"], cpu["image", "aiproxy"])
  line("4 MB document, RSS in times of the input", -1, 2.5, "-", rss["image", "aiproxy"] / bytes["image"], "-")
  line("4 MB document, RSS more than the input, MiB", -1, "-", 2,
       (rss["image", "aiproxy"] - bytes["image"]) / kMib, "-")
  faster("NDJSON, jq takes times", "lines-jq", "jq", 20, 40)
  faster("NDJSON, node takes times", "lines", "node", 7, 15)
  faster("NDJSON, speed in times of the span tape's", "lines", "kit-spantape", 0.4, "-")
  faster("NDJSON, speed in times of simdjson's splicing", "lines", "simdjson", "-", 0.75)
  line("NDJSON, two jobs, times faster than one", 1, 1.7, "-",
       wall["lines", "aiproxy"] / wall["lines", "aiproxy-2-jobs"], "-")
  faster("stream to Anthropic, jq takes times", "stream", "jq", 17, "-")
  line("stream to Anthropic, M events/s", 1, 1, 3, events / wall["stream", "aiproxy"] / 1000,
       events / cpu["stream", "aiproxy"] / 1000)
  line("stream to OpenAI, M events/s", 1, 1, 3, events / wall["stream-back", "aiproxy"] / 1000,
       events / cpu["stream-back", "aiproxy"] / 1000)
  line("endless NDJSON, RSS in MiB", -1, 12, 5, rss["endless-lines-10", "aiproxy"] / kMib, "-")
  line("endless NDJSON, MiB more for ten times the input", -1, 0.5, "-",
       (rss["endless-lines-10", "aiproxy"] - rss["endless-lines-1", "aiproxy"]) / kMib, "-")
  line("endless stream, RSS in MiB", -1, 12, 5, rss["endless-stream-10", "aiproxy"] / kMib, "-")
  line("endless stream, MiB more for ten times the input", -1, 0.5, "-",
       (rss["endless-stream-10", "aiproxy"] - rss["endless-stream-1", "aiproxy"]) / kMib, "-")
}
