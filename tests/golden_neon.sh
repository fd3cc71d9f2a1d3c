#!/bin/sh
# Cross-compiles golden_digests for 64-bit ARM, runs it under QEMU and compares with tests/golden/engine.txt:
# the NEON kernels give the bits of x86. Slow suite. Needs, on Debian:
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get install g++-aarch64-linux-gnu qemu-user-static libhwy-dev:arm64 libssl-dev:arm64 libfmt-dev:arm64 \
#       libsqlite3-dev:arm64 libutf8proc-dev:arm64 zlib1g-dev:arm64
# golden_neon.sh [FOLDER]: objects are kept in FOLDER (default: a temporary one).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
compiler=aarch64-linux-gnu-g++
if ! command -v $compiler >/dev/null || ! command -v qemu-aarch64-static >/dev/null ||
    [ ! -e /usr/lib/aarch64-linux-gnu/libhwy.so ]; then
    echo "skipped: the cross compiler, QEMU or the arm64 libraries are missing"
    exit 77
fi
if [ $# -ge 1 ]; then
    folder=$1
    mkdir -p "$folder"
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi

cat >"$folder/Makefile" <<EOF
sources := \$(filter-out %_test.cpp %_fuzz.cpp,\$(wildcard $root/src/base/*.cpp $root/src/formats/*.cpp $root/src/engine/*.cpp)) \\
    $root/src/engine/golden/golden_digests.cpp
objects := \$(patsubst $root/src/%.cpp,%.o,\$(sources))
flags := -std=c++20 -O2 -ffp-contract=off -fno-fast-math -I$root/src \\
    "-DHWY_DISABLED_TARGETS=(HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)" -DHWY_BROKEN_EMU128=1
golden_digests: \$(objects)
	$compiler -o \$@ \$^ -lhwy -lcrypto -lfmt -lsqlite3 -lutf8proc -lz -pthread
\$(objects): %.o: $root/src/%.cpp
	@mkdir -p \$(dir \$@)
	$compiler \$(flags) -c -o \$@ \$<
EOF
make -s -j"$(nproc)" -C "$folder" golden_digests
QEMU=qemu-aarch64-static "$root/tests/golden/check_engine.sh" "$folder/golden_digests" best
