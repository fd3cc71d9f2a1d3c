#!/usr/bin/env python3
"""Made-up files of any size, written line by line, the same for the same seed: for the tests of memory and for bench/import.py.

Run as a program it writes one file: bulk.py jsonl|reddit|mbox|x-zip PATH [--records N] [--authors M] [--seed S].
Texts are windows on one long string of made-up words, so that writing costs little and few texts are alike.
"""
import argparse
import datetime
import json
import random
import subprocess
import zipfile

FIRST = 1_500_000_000  # the moment of the first record; each later one comes a minute after the one before


class Words:
    """A source of texts: mostly ASCII, some letters beyond it, a quoted line or a mention here and there."""

    def __init__(self, seed, mean=450):
        self.dice = random.Random(seed)
        parts = "ba den kor li mus nar po ris sel tan ul ver win yor chi fro gle hum jas que".split()
        words = ["na\u00efve \u6ca1".split()[at % 2] if at % 50 == 7 else "".join(self.dice.choices(parts, k=self.dice.choice((1, 2, 2, 3)))) for at in range(5000)]
        salad = " ".join(self.dice.choices(words, k=150_000)).split(" ")
        self.lines = []
        for _ in range(6000):
            count = min(400, 3 + int(self.dice.expovariate(1 / (mean / 7.2))))
            at = self.dice.randrange(len(salad) - count)
            self.lines.append(" ".join(salad[at:at + count]))

    def text(self):
        dice = self.dice.random()
        text = self.lines[int(dice * 6000)] + f" {int(dice * 1e9)}"
        if dice < 0.03:
            text = "> " + self.lines[int(dice * 100_000)][:80] + "\n\n" + text
        elif dice > 0.97:
            text += " @user" + str(int(dice * 1e6) % 100)
        return text


def moment(index):
    return datetime.datetime.fromtimestamp(FIRST + 60 * (index % 3_000_000), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def author(index, authors):
    """Few people write much, many little."""
    return f"user{int(authors * (((index * 2654435761) % 2 ** 32) / 2 ** 32) ** 2)}"


def jsonl(records, authors, seed=1):
    """Lines of Litura's own form, with a field that only the file knows."""
    words = Words(seed)
    for index in range(records):
        yield (f'{{"id": "{index}", "author": "{author(index, authors)}", "created_at": "{moment(index)}", "text": '
               f'{json.dumps(words.text(), ensure_ascii=False)}, "audience": "public", "thread": "t{index // 9}", "score": {index % 17}}}\n')


def acts(numbers, source, notice, at):
    """Consents of the authors of these numbers."""
    for number in numbers:
        yield json.dumps({"author": f"user{number}", "source": source, "purpose": "model_training", "act": "consent", "notice": notice,
                          "channel": "web form", "locale": "en", "at": at}) + "\n"


def reddit(records, authors, seed=1):
    """A dump; every twentieth comment was deleted by its author or a moderator."""
    words = Words(seed)
    for index in range(records):
        gone = index % 20 == 7
        who, body = ("[deleted]", "[deleted]") if gone else (author(index, authors), words.text())
        yield (f'{{"id": "c{index}", "author": "{who}", "body": {json.dumps(body)}, "created_utc": {FIRST + index}, "subreddit": "made_up", '
               f'"link_id": "t3_{index // 9}", "parent_id": "t3_{index // 9}", "score": 1, "edited": false, "distinguished": null}}\n')


def mbox(records, authors, seed=1):
    words = Words(seed)
    for index in range(records):
        date = datetime.datetime.fromtimestamp(FIRST + index, datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S +0000")
        yield (f"From somebody@example.org Thu Jan  1 00:00:00 2020\nFrom: {author(index, authors)}@example.org\nTo: other@example.org\nDate: {date}\n"
               f"Message-ID: <{index}@example.org>\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words.text()}\n\n")


def tweets(records, seed=1):
    """A part of an X archive, in pieces."""
    words = Words(seed, mean=150)
    yield "window.YTD.tweets.part0 = [\n"
    for index in range(records):
        yield ((",\n" if index else "") + json.dumps({"tweet": {
            "id_str": str(10 ** 15 + index), "created_at": "Wed Oct 10 20:19:24 +0000 2018", "full_text": words.text(), "favorite_count": "0",
            "user": {"id_str": "77", "protected": False}, "entities": {"user_mentions": [], "urls": []}}}))
    yield "]\n"


def write(path, pieces):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(pieces)
    return path


def write_zstd(path, pieces, window_log=31):
    """Through the zstd program: a window of 2 GiB is said in the frame's header, as in the platform's own dumps."""
    with subprocess.Popen(["zstd", "-q", "-f", "-1", f"--long={window_log}", "-o", str(path)], stdin=subprocess.PIPE) as packer:
        for piece in pieces:
            packer.stdin.write(piece.encode())
        packer.stdin.close()
    if packer.returncode != 0:
        raise OSError("zstd could not pack")
    return path


def write_zip(path, name, pieces):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed, packed.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece.encode())
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("form", choices=["jsonl", "reddit", "mbox", "x-zip"])
    parser.add_argument("path")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--authors", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    ask = parser.parse_args()
    if ask.form == "jsonl":
        write(ask.path, jsonl(ask.records, ask.authors, ask.seed))
    elif ask.form == "mbox":
        write(ask.path, mbox(ask.records, ask.authors, ask.seed))
    elif ask.form == "reddit":
        pieces = reddit(ask.records, ask.authors, ask.seed)
        (write_zstd if ask.path.endswith(".zst") else write)(ask.path, pieces)
    elif ask.form == "x-zip":
        write_zip(ask.path, "data/tweets.js", tweets(ask.records, ask.seed))


if __name__ == "__main__":
    main()
