#!/bin/sh
# check_engine.sh PROGRAM SIMD: golden_digests prints what engine.txt holds. SIMD is best, or what LITURA_SIMD
# takes; an instruction set that this machine lacks is skipped (77). QEMU names an emulator to run PROGRAM.
set -u
program=$1
simd=$2
folder=$(cd "$(dirname "$0")" && pwd)
if [ "$simd" = best ]; then unset LITURA_SIMD; else export LITURA_SIMD="$simd"; fi

printed=$(${QEMU:-} "$program")
status=$?
if [ $status -eq 2 ] && [ "$simd" != best ]; then
    echo "skipped: this machine has no $simd"
    exit 77
fi
[ $status -eq 0 ] || exit 1
printf '%s\n' "$printed" | diff -u "$folder/engine.txt" - && echo "equal: $simd"
