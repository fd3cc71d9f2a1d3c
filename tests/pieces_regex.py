#!/usr/bin/python3
"""Compares how the engine cuts text with the regular expressions themselves (Python's `regex` module).

pieces_regex.py PIECE_DUMP: random texts of characters that matter, cut by the program PIECE_DUMP and by the
expressions that GPT-2 and Llama 3 publish. Exit status 0: they agree; 1: they do not; 77: no such module here.
"""
import random
import subprocess
import sys

try:
    import regex
except ImportError:
    print("skipped: the regex module is not installed (Debian: python3-regex)")
    sys.exit(77)

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")
TEXTS = 20000

# Each class of the expressions, with letters of contractions, marks (no letters), numbers that are no digits,
# characters beyond U+FFFF, and white space that is not ASCII.
ATOMS = ["a", "b", "the", "s", "S", "\u017f", "t", "re", "RE", "ve", "Ll", "m", "d", "'", "'", "'s", "'LL", " ", " ", " ", "  ",
         "\n", "\n", "\r", "\r\n", "\t", "\v", "\u0085", "\u00a0", "\u2003", "\u2028", "\u200b", "1", "23", "4567", "\u00bd",
         "\u0661", "\u2167", "\U0001d7d8", ".", "...", "!", "-", "\u00e9", "e\u0301", "\u0301", "\u0434", "\u4e2d", "\u0e01\u0e34",
         "\u2014", "\U0001f600", "\u20ac", "_", "\u02b0", "\u00aa", "\U00010400"]


def pieces(expression, text):
    return [piece.encode() for piece in regex.findall(expression, text)]


def digit_pieces(text):
    """Numbers first, one by one; the expression sees each stretch between them alone."""
    return [piece for part in regex.split(r"(\p{N})", text) if part for piece in pieces(GPT2, part)]


def cut(program, splitter, texts):
    given = b"".join(text.encode() + b"\0" for text in texts)
    lines = subprocess.run([program, splitter], input=given, check=True, capture_output=True).stdout.decode().splitlines()
    for text, line in zip(texts, lines, strict=True):
        rest, found = text.encode(), []
        for length in map(int, line.split()):
            found.append(rest[:length])
            rest = rest[length:]
        yield found


def compare(program, splitter, expected, texts):
    for text, found in zip(texts, cut(program, splitter, texts), strict=True):
        if found != expected(text):
            print(f"{splitter}: {text!r} is cut into {found}, the expression cuts {expected(text)}")
            return False
    print(f"{splitter}: {len(texts)} texts are cut as the expression does")
    return True


def main(program):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    texts = ["".join(draw.choices(ATOMS, k=draw.randrange(1, 16))) for _ in range(TEXTS)]
    cuts = [("gpt2", lambda text: pieces(GPT2, text)), ("gpt2_digits", digit_pieces), ("llama3", lambda text: pieces(LLAMA3, text))]
    return 0 if all([compare(program, splitter, expected, texts) for splitter, expected in cuts]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
