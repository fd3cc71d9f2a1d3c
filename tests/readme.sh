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
author() { sed -n "$1p" given/acts.jsonl | python3 -c 'import json, sys; print(json.load(sys.stdin)["author"])'; }
person=$(author 1)
other=$(author 2)
echo "Both accounts are mine." >given/statement.txt
echo "I keep the house keys under the third flower pot." >given/words.txt

# Their names stand for what the README leaves open.
litura() { "$program" "$@" <<<"$person"; }
litura-check() { "$(dirname "$program")/litura-check" "$@" <<<"$person"; }
cd() { builtin cd "$1" && cp "$folder"/given/* .; }
handle() { "$program" --json person show --person - <<<"$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["person"])'; }
block=${block//p-xxxxxxxxxx/'$(handle "$person")'}
block=${block//p-yyyyyyyyyy/'$(handle "$other")'}

set -x
eval "$block"
