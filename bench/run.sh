#!/usr/bin/env bash
# Measures build/aiproxy side by side with its peers: whole processes, run in turn, medians. See README.md here.
# Called by `./dev bench [--quick] [--check] [--pairs]`, which builds everything first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$PWD/build-bench/installed
data=$PWD/build-bench/data
peers=$PWD/bench/peers
aiproxy=$tools/aiproxy
kit=${AIPROXY_BENCH_KIT:+$AIPROXY_BENCH_KIT/bin}
lines=100000 few_lines=20000 events=100000 small_rounds=100 rounds=15 long_rounds=5
check=

while (($#)); do
  case $1 in
  --quick) lines=10000 few_lines=2000 events=10000 small_rounds=20 rounds=5 long_rounds=3 ;;
  --check) check=1 ;;
  --pairs) exec bench/pairs.sh ;;
  *)
    echo "run.sh: unknown option '$1' (expected --quick, --check or --pairs)" >&2
    exit 2
    ;;
  esac
  shift
done

generate() {
  local file=$data/$1
  shift
  [[ -s $file ]] && return
  "$tools/workload" "$@" >"$file.part"
  mv "$file.part" "$file"
}

# Programs are measured as installed ones are: copied. The pages of a file that the linker has just written lie scattered in
# the page cache, and to map them takes 0.1 ms longer.
install_programs() {
  mkdir -p "$tools"
  find build/aiproxy build-bench/bench -maxdepth 1 -type f -executable -exec cp -u {} "$tools" \;
}

prepare() {
  install_programs
  mkdir -p "$data"
  # A newer generator makes everything anew.
  if [[ ! -e $data/.made || $tools/workload -nt $data/.made ]]; then rm -f "${data:?}"/*; fi
  generate small.json small
  generate agent.json agent
  generate image.json image 4
  generate "lines-$lines.ndjson" lines "$lines"
  generate "lines-$few_lines.ndjson" lines "$few_lines"
  generate agent.ndjson agent-lines 100
  generate "openai-$events.sse" openai-stream "$events"
  generate "anthropic-$events.sse" anthropic-stream "$events"
  touch "$data/.made"
}

request="$aiproxy translate --from openai-chat --kind request --to anthropic-messages"
stream="$aiproxy translate --from openai-chat --kind stream --to anthropic-messages"
stream_back="$aiproxy translate --from anthropic-messages --kind stream --to openai-chat"

figures=$data/.figures

# row KEY TITLE ROUNDS INPUT LABEL=COMMAND...: one table; a peer whose program is missing is said to be skipped. The key is
# what bench/targets.awk knows it by.
row() {
  local key=$1 title=$2 count=$3 input=$4 command program size commands=() skipped=()
  shift 4
  for command in "$@"; do
    program=${command#*=}
    if command -v "${program%% *}" >/dev/null; then commands+=("$command"); else skipped+=("${command%%=*}"); fi
  done
  size=$(stat -Lc %s "$input")
  printf '\n### %s\n\n%s bytes, %s rounds%s\n\n' "$title" "$size" "$count" "${skipped[*]:+; skipped: ${skipped[*]}}"
  printf '| | wall ms | MB/s | cpu ms | RSS MiB | wall ratio | cpu ratio | |\n|---|---|---|---|---|---|---|---|\n'
  "$tools/spawn_timer" "$count" "$input" "${commands[@]}" | tee "$data/.row" |
    awk -F '\t' -v bytes="$size" '{
      printf "| %s | %.2f | %.0f | %.2f | %.1f | %.2f | %.2f | %s |\n", $1, $2, bytes / 1000 / $2, $3, $4 / 1024, $5, $6, $7 }'
  remember "$key" "$size" <"$data/.row"
}

remember() { # KEY BYTES: keeps what the timer wrote for the table of targets
  awk -F '\t' -v OFS='\t' -v key="$1" -v bytes="$2" '{ print key, $1, $2, $3, $4, $5, $6, bytes }' >>"$figures"
}

# memory KEY TITLE LABEL COMMAND: reads standard input to its end, once.
memory() {
  "$tools/spawn_timer" 1 - "$3=$4" | tee "$data/.row" |
    awk -F '\t' -v title="$2" '{ printf "| %s | %.1f | %.0f | %s |\n", title, $4 / 1024, $2, $7 }'
  remember "$1" 0 <"$data/.row"
}

# Every program must say the same before its speed means anything. (Streams differ in ids, so requests only.)
check_outputs() {
  local input mode failed=0 reference
  same() {
    local label=$1 sum
    shift
    command -v "$1" >/dev/null || return 0
    "$@" <"$input" >"$data/.out" 2>/dev/null || true
    sum=$(jq -cS . <"$data/.out" | sha256sum)
    if [[ -z $reference ]]; then
      reference=$sum
    elif [[ $sum != "$reference" ]]; then
      echo "differs from jq: $label on ${input##*/}" >&2
      failed=1
    fi
  }
  for input in "$data/small.json" "$data/agent.json" "$data/image.json" "$data/agent.ndjson"; do
    mode=request lines_option=
    if [[ $input == *.ndjson ]]; then mode=lines lines_option=--lines; fi
    reference=
    same jq jq -c -f "$peers/request.jq"
    same node node "$peers/peer.mjs" "$mode"
    same nlohmann "$tools/nlohmann_peer" "$mode"
    same simdjson "$tools/simdjson_peer" "$mode"
    # shellcheck disable=SC2086
    same aiproxy $request --report none $lines_option
  done
  [[ $failed == 0 ]] && echo 'outputs agree'
  return "$failed"
}

kit_request() { # MODE: the peers of a built kit, when AIPROXY_BENCH_KIT names one
  if [[ -n $kit ]]; then printf '%s\n' "kit-spantape=$kit/spantape $1" "kit-simdjson=$kit/xl_simdjson $1"; fi
}

prepare
if [[ -n $check ]]; then
  check_outputs
  exit
fi

mapfile -t kit_one < <(kit_request '')
mapfile -t kit_lines < <(kit_request --ndjson)

echo "# Benchmark"
echo
# shellcheck source=/dev/null
echo "$(nproc) processors, $(. /etc/os-release && echo "$PRETTY_NAME"). Ratios are to the first row of a table."

rm -f "$figures"
row version 'Start-up: --version' "$small_rounds" /dev/null "aiproxy=$aiproxy --version" "cat=cat" "jq=jq --version"

for document in 'small:One document, 1 KB' 'agent:One document, agent, 64 KB' 'image:One document, picture, 4 MB'; do
  name=${document%%:*} count=$small_rounds
  if [[ $name == image ]]; then count=$rounds; fi
  row "$name" "${document#*:}" "$count" "$data/$name.json" "aiproxy=$request" \
    "aiproxy-report-none=$request --report none" "cat=cat" "nlohmann=$tools/nlohmann_peer request" \
    "simdjson=$tools/simdjson_peer request" "${kit_one[@]}"
  row "$name-scripts" "${document#*:}, scripts" "$((count / 5))" "$data/$name.json" "aiproxy=$request" \
    "jq=jq -c -f $peers/request.jq" "node=node $peers/peer.mjs request"
done
row image-piped 'One document, picture, 4 MB, through pipes' "$rounds" "$data/image.json" \
  "aiproxy=bench/piped.sh $request" "cat=bench/piped.sh cat"

row lines "NDJSON, $lines lines of 1 KB" "$long_rounds" "$data/lines-$lines.ndjson" "aiproxy=$request --lines" \
  "aiproxy-report-none=$request --lines --report none" "aiproxy-2-jobs=$request --lines --jobs 2" \
  "cat=cat" "node=node $peers/peer.mjs lines" "nlohmann=$tools/nlohmann_peer lines" \
  "simdjson=$tools/simdjson_peer lines" "${kit_lines[@]}"
row lines-piped "NDJSON, $lines lines of 1 KB, through pipes" "$long_rounds" "$data/lines-$lines.ndjson" \
  "aiproxy=bench/piped.sh $request --lines" "cat=bench/piped.sh cat"
row lines-jq "NDJSON, $few_lines lines of 1 KB, with jq" "$long_rounds" "$data/lines-$few_lines.ndjson" \
  "aiproxy=$request --lines" "jq=jq -c -f $peers/request.jq"
row agent-lines 'NDJSON, 100 agent requests of 64 KB' "$long_rounds" "$data/agent.ndjson" "aiproxy=$request --lines" \
  "cat=cat" "jq=jq -c -f $peers/request.jq" "node=node $peers/peer.mjs lines" \
  "nlohmann=$tools/nlohmann_peer lines" "simdjson=$tools/simdjson_peer lines" "${kit_lines[@]}"
row stream "Stream, OpenAI to Anthropic, $events events" "$long_rounds" "$data/openai-$events.sse" "aiproxy=$stream" \
  "cat=cat" "jq=jq -nRrj -f $peers/stream.jq" "node=node $peers/peer.mjs stream" \
  "nlohmann=$tools/nlohmann_peer stream" ${kit:+"kit-simdjson=$kit/xl_simdjson --sse"}
row stream-back "Stream, Anthropic to OpenAI, $events events" "$long_rounds" "$data/anthropic-$events.sse" \
  "aiproxy=$stream_back" "cat=cat" "node=node $peers/peer.mjs stream-back" "nlohmann=$tools/nlohmann_peer stream-back"

printf '\n### Memory on input without end, through a pipe\n\n| | RSS MiB | wall ms | |\n|---|---|---|---|\n'
for factor in 1 10; do
  "$tools/workload" lines $((lines * factor / 2)) |
    memory "endless-lines-$factor" "NDJSON, $((lines * factor / 2)) lines" aiproxy "$request --lines"
done
for factor in 1 10; do
  "$tools/workload" openai-stream $((events * factor)) |
    memory "endless-stream-$factor" "stream, $((events * factor)) events" aiproxy "$stream"
done
awk -v events="$events" -f bench/targets.awk "$figures"
