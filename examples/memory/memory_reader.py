#!/usr/bin/env python3
"""Reads a memory that `litura export memory FILE` wrote, and mixes it into any model's next token. Needs Python alone.

    from memory_reader import Memory
    memory = Memory(open("FILE", "rb").read())
    probabilities = memory.mix(history, probabilities)      # history: tokens so far, the model's tokenizer; the last one last

The format is that of src/memory/memory.hpp, the rule that of docs/memory.md.
"""
import sys

MAGIC = b"litura.memory.1"


class Memory:
    def __init__(self, data):
        head = len(MAGIC).to_bytes(8, "little") + MAGIC
        if not data.startswith(head) or len(data) < len(head) + 16:
            raise ValueError("no memory")
        numbers = [int.from_bytes(data[at:at + 4], "little") for at in range(len(head), len(head) + 16, 4)]
        self.order, self.min_people, self.backoff, self.vocabulary = numbers
        self.data = data
        self.first = {token: body for token, _, body in self._list(len(head) + 16, len(data), 1)}

    def _number(self, at):
        value = shift = 0
        while True:
            byte = self.data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at

    def _list(self, at, end, n):
        """(token, count, (begin, end) of its body) of each sequence of n tokens in a list."""
        length, at = self._number(at)
        token, heads = -1, []
        for _ in range(length):
            gap, at = self._number(at)
            count, at = self._number(at) if n > 1 else (0, at)
            size, at = self._number(at) if n < self.order else (0, at)
            token += gap + 1
            heads.append((token, count, size))
        out = []
        for token, count, size in heads:
            out.append((token, count, (at, at + size)))
            at += size
        if at != end:
            raise ValueError("a damaged memory")
        return out

    def _row(self, body, n):
        """total, types and the list of a context of n tokens."""
        at, end = body
        total, at = self._number(at)
        types, at = self._number(at)
        return total, types, self._list(at, end, n + 1)

    def rows(self, history):
        """(total, types, {token: count}) of the contexts of 1, 2, ... tokens that end the history, as far as there are rows."""
        rows = []
        for n in range(1, min(self.order - 1, len(history)) + 1):
            context = history[-n:]
            body = self.first.get(context[0], (0, 0))
            for depth, token in enumerate(context[1:], 1):
                if body[0] == body[1]:
                    break
                body = next((inner for found, _, inner in self._row(body, depth)[2] if found == token), (0, 0))
            if body[0] == body[1]:
                break
            total, types, entries = self._row(body, n)
            rows.append((total, types, {token: count for token, count, _ in entries}))
        return rows

    def mix(self, history, probabilities):
        """The distribution after `history`, from the model's own."""
        mixed = list(probabilities)
        for total, types, counts in self.rows(history):
            whole = total + self.backoff * types
            left = whole - sum(counts.values())
            mixed = [share * left / whole for share in mixed]
            for token, count in counts.items():
                mixed[token] += count / whole
        return mixed


if __name__ == "__main__":
    read = Memory(open(sys.argv[1], "rb").read())
    print(f"order {read.order}, min_people {read.min_people}, backoff {read.backoff}, {len(read.first)} of {read.vocabulary} tokens")
