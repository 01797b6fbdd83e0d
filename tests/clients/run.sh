#!/usr/bin/env bash
# The official clients against what AIPROXY_BINARY writes. They are installed from the lock file into
# $1; exit code 77 (skipped) when there is no node, or no registry answers. A node that is too old for
# the clients (package.json: engines) fetches the one that is pinned there (config), from npm's own package.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
folder=$1

skip() {
  echo "skipped: $*"
  exit 77
}

command -v node >/dev/null && command -v npm >/dev/null || skip 'no node and npm here'
mkdir -p "$folder"
node=node
oldest=$(node -p "require('$here/package.json').engines.node.replace(/[^0-9]/g, '')")
if [[ $(node -p 'process.versions.node.split(".")[0]') -lt ${CLIENTS_OLDEST_NODE:-$oldest} ]]; then
  pinned=$(node -p "require('$here/package.json').config.node")
  node=$folder/node-$pinned/node_modules/node/bin/node
  if [[ ! -x $node ]]; then
    npm install --prefix "$folder/node-$pinned" --no-save --no-audit --no-fund --fetch-retries=1 \
      --fetch-timeout=60000 "node@$pinned" >"$folder/node.log" 2>&1 </dev/null || true
  fi
  [[ -x $node ]] || skip "node $(node --version) is too old, and npm did not get node $pinned"
fi
key=$(cat "$here/package.json" "$here/package-lock.json" | cksum)
if [[ $(cat "$folder/.installed" 2>/dev/null) != "$key" ]]; then
  cp "$here/package.json" "$here/package-lock.json" "$folder/"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000) \
    >"$folder/npm.log" 2>&1 </dev/null || {
    tail -3 "$folder/npm.log"
    skip 'npm ci did not get the clients'
  }
  printf '%s' "$key" >"$folder/.installed"
fi
# Modules are found beside the scripts that import them.
cp "$here"/*.mjs "$folder/"
cd "$folder"
FIXTURES=$here/../../fixtures/protocols exec "$node" run.mjs
