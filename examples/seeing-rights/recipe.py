#!/usr/bin/env python3
"""Writes the example's recipe: recipe.py SHARDS FILE. One stage for everybody, many passes over few posts."""
import re
import sys

STAGE = """[[stage]]
grounds = ["consent", "legitimate_interest"]
shards = {}
slices = 1
buckets = []
epochs = 20
solo_above = 0

"""

shards, path = sys.argv[1:]
with open(path) as file:
    text = file.read()
text = re.sub(r"(?s)\[\[stage\]\].*?(?=\[deal\])", STAGE.format(shards), text)
text = re.sub(r"(?m)^learning_rate = .*", "learning_rate = 0.002", text)
text = re.sub(r"(?m)^sequence = .*", "sequence = 64", text)  # about one post a window: no copying from one to the next
text = re.sub(r"(?m)^step_tokens = .*", "step_tokens = 256", text)
with open(path, "w") as file:
    file.write(text)
