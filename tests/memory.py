#!/usr/bin/env python3
"""The memory that training takes is what the formula says (src/engine/memory.hpp), within a tenth.

memory.py TRAIN_STEP: runs one step of several sizes, each in a process of its own, and compares its peak.
"""
import json
import subprocess
import sys

SIZES = ["--batch 16", "--batch 16 --recompute", "--batch 16 --update lora:8", "--batch 16 --update lora:8 --recompute",
         "--batch 4 --vocab 32000", "--dim 512 --heads 8 --kv-heads 4 --batch 4 --seq 128 --threads 1"]
WITHIN = 0.10

worst = 0.0
for size in SIZES:
    command = [sys.argv[1], "--json", "--steps", "1", "--layers", "4", *size.split()]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    formula, peak = figures["memory_by_formula"], figures["memory_peak"]
    print(f"{size}: formula {formula >> 20} MiB, peak {peak >> 20} MiB")
    worst = max(worst, abs(formula / peak - 1))
print(f"largest difference {worst:.1%}")
sys.exit(0 if worst < WITHIN else 1)
