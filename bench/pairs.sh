#!/usr/bin/env bash
# Every pair's speed, request, response and stream, as a table of CPU time in times of the slower way between
# openai-chat and anthropic-messages. Inputs are the workload's, translated into each protocol first.
#
#   ./dev bench --pairs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

aiproxy=$PWD/build/aiproxy
data=$PWD/build-bench/pairs
lines=${1:-20000}
rounds=5
export SOURCE_DATE_EPOCH=0
mapfile -t protocols < <("$aiproxy" list protocols | cut -d' ' -f1)

mkdir -p "$data"
build-bench/bench/workload lines "$lines" >"$data/openai-chat.request"
build-bench/bench/workload openai-stream "$lines" >"$data/openai-chat.stream"

# One small answer, many times.
answer='{"id":"chatcmpl-1","object":"chat.completion","created":1756315657,"model":"gpt-4.1","choices":[{"index":0,"message":{"role":"assistant","content":"It is 4 degrees in Oslo, and it will snow in the evening.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\",\"unit\":\"celsius\",\"days\":3}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":120,"completion_tokens":40,"total_tokens":160}}'
yes "$answer" | head -n "$lines" >"$data/openai-chat.response" || true

options() {
  case $1 in
  request | response) echo "--lines --kind $1" ;;
  stream) echo '--kind stream' ;;
  esac
}

# CPU seconds of one run, the best of several.
measure() {
  local best=999 time
  for ((i = 0; i < rounds; ++i)); do
    time=$({
      TIMEFORMAT='%U %S'
      # shellcheck disable=SC2046
      time "$aiproxy" translate --from "$2" --to "$3" $(options "$1") --report none "$data/$2.$1" >/dev/null
    } 2>&1 | tail -1 | awk '{print $1 + $2}')
    best=$(awk -v a="$best" -v b="$time" 'BEGIN { print (a < b ? a : b) }')
  done
  echo "$best"
}

for kind in request response stream; do
  for to in "${protocols[@]:1}"; do
    # shellcheck disable=SC2046
    "$aiproxy" translate --from openai-chat --to "$to" $(options "$kind") --report none "$data/openai-chat.$kind" >"$data/$to.$kind"
  done
  there=$(measure "$kind" openai-chat anthropic-messages)
  back=$(measure "$kind" anthropic-messages openai-chat)
  unit=$(awk -v a="$there" -v b="$back" 'BEGIN { print (a > b ? a : b) }')
  printf '\n%s, CPU time in times of %s s (%s of them)\n\n| from \\ to |' "$kind" "$unit" "$lines"
  printf ' %s |' "${protocols[@]}"
  printf '\n|---|'
  for to in "${protocols[@]}"; do printf -- '---|'; done
  echo
  for from in "${protocols[@]}"; do
    printf '| %s |' "$from"
    for to in "${protocols[@]}"; do
      if [[ $from == "$to" ]]; then
        printf ' – |'
      else
        measure "$kind" "$from" "$to" | awk -v unit="$unit" '{ printf " %.2f |", $1 / unit }'
      fi
    done
    echo
  done
done
