#!/bin/bash
# An installation stands alone: the programs start from where they were put, and `init` finds the shipped base there.
#
#   tests/install.sh BUILD-FOLDER
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$1" --prefix "$folder/usr" >/dev/null
cd "$folder"
usr/bin/litura init project >/dev/null
usr/bin/litura-check --help >/dev/null
cmp project/base/model.safetensors usr/share/litura/base/model.safetensors
for file in README.md LICENSE rules/eu.toml docs/importing.md; do [ -s "usr/share/litura/$file" ] || { echo "$file is missing" >&2; exit 1; }; done
echo "installed: $(find usr -type f | wc -l) files"
