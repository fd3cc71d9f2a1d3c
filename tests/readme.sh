#!/bin/bash
# README.md's commands run as they stand there: the block under "Use it", on made-up people.
#
#   tests/readme.sh PROGRAM
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

block=$(awk '/^## / { on = $0 == "## Use it"; fences = 0 } on && /^```/ { fences++; next } on && fences == 1' "$root/README.md")
[ "$(grep -c '^litura' <<<"$block")" -ge 8 ] || { echo "README.md has no commands under 'Use it'" >&2; exit 1; }

# What the reader is supposed to have: a notice, posts, acts; and somebody who asks.
"$program" demo-data network --people 16 --seed 1 >/dev/null
mkdir given
cp network/notice.md given/
gzip -c network/posts.jsonl >given/posts.jsonl.gz
sed 's/"source":"demo"/"source":"forum"/' network/acts.jsonl >given/acts.jsonl
person=$(head -n 1 given/acts.jsonl | python3 -c 'import json, sys; print(json.load(sys.stdin)["author"])')

# Their names stand for what the README leaves open.
litura() { "$program" "$@"; }
cd() { builtin cd "$1" && cp "$folder"/given/* .; }
handle() { litura --json person show --person - <<<"$person" | python3 -c 'import json, sys; print(json.load(sys.stdin)["person"])'; }
block=${block//p-xxxxxxxxxx/'$(handle)'}

set -x
eval "$block" <<<"$person"
