#!/usr/bin/env python3
"""Twice the file takes at most twice the work, whatever is in it: no file of a stranger holds anybody up.

tests/importers_linear.py NEUTRAL_RECORDS [--print]: hostile files of every format, each of a size and of twice that; what
is compared are the instructions of the reader, less those for an empty file.
"""
import concurrent.futures
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RATIO = 2.3
SIZES = (128 << 10, 256 << 10)
LEAST = 1_000_000  # instructions, below which what is done once hides what grows


def mail(headers, body="words\n"):
    return f"From x\nFrom: a@b.example\nDate: Mon, 1 Apr 2024 00:00:00 +0000\n{headers}\n\n{body}"


def tweet(text="words", more=None):
    return {"tweet": {"id_str": "1", "created_at": "Wed Oct 10 20:19:24 +0000 2018", "full_text": text, **(more or {})}}


def script(items):
    return "window.YTD.tweets.part0 = " + json.dumps(items)


def keys(count):
    return {f"key{number}": 1 for number in range(count)}


def post(text):
    return json.dumps({"id": "1", "author": "a", "created_at": "2024-01-02T03:04:05Z", "text": text}) + "\n"


def objects(size, wrap):
    """As many objects of 9,000 keys as fill the size."""
    one = keys(9000)
    return wrap([one] * max(1, size // len(json.dumps(one))))


FILES = {
    "mbox, semicolons": ("mbox", "a.mbox", lambda n: mail("Content-Type: multipart/mixed" + ";" * n + "=x")),
    "mbox, parameters": ("mbox", "a.mbox", lambda n: mail("Content-Type: multipart/mixed" + "; a=\"b\"" * (n // 7))),
    "mbox, headers": ("mbox", "a.mbox", lambda n: mail("\n".join(f"X-{k}: y" for k in range(n // 12)))),
    "mbox, folded header": ("mbox", "a.mbox", lambda n: mail("To: a" + "\n b@c.example," * (n // 13))),
    "mbox, at signs": ("mbox", "a.mbox", lambda n: mail("To: " + "@" * n)),
    "mbox, boundaries": ("mbox", "a.mbox", lambda n: mail("Content-Type: multipart/mixed; boundary=b", "--b\n\n" * (n // 5))),
    "mbox, From lines": ("mbox", "a.mbox", lambda n: mail("", "From \n" * (n // 6))),
    "mbox, brackets": ("mbox", "a.mbox", lambda n: mail("Content-Type: text/html", "<" * n)),
    "mbox, open tags": ("mbox", "a.mbox", lambda n: mail("Content-Type: text/html", "<a '" * (n // 4))),
    "mbox, base64": ("mbox", "a.mbox", lambda n: mail("Content-Transfer-Encoding: base64", "QUJD\n" * (n // 5))),
    "mbox, windows-1252": ("mbox", "a.mbox", lambda n: mail("Content-Type: text/plain; charset=latin1", "\udc81" * n)),
    "twitter, keys": ("twitter", "tweets.js", lambda n: objects(n, lambda all: script([tweet(more=one) for one in all]))),
    "twitter, entities": ("twitter", "tweets.js", lambda n: script([tweet("&" * n)])),
    "mastodon, keys": ("mastodon", "outbox.json", lambda n: objects(n, lambda all: json.dumps({"orderedItems": all}))),
    "mastodon, paragraphs": ("mastodon", "statuses.json", lambda n: json.dumps(
        [{"uri": "1", "created_at": "2024-01-02T03:04:05Z", "content": "<p>" * (n // 3), "account": {"url": "u"}}])),
    "activitystreams, tags": ("activitystreams", "a.json", lambda n: json.dumps(
        {"type": "Note", "id": "1", "published": "2024-01-02T03:04:05Z", "attributedTo": "a", "content": "x",
         "tag": [{"type": "Mention", "name": f"@{k}"} for k in range(n // 40)]})),
    "bluesky, keys": ("bluesky", "a.json", lambda n: objects(n, lambda all: json.dumps({"posts": all}))),
    "bluesky, facets": ("bluesky", "a.json", lambda n: json.dumps({"posts": [
        {"uri": "at://d/app.bsky.feed.post/1", "record": {
            "$type": "app.bsky.feed.post", "text": "x" * 300, "createdAt": "2024-01-02T03:04:05Z",
            "facets": [{"index": {"byteStart": 1, "byteEnd": 2}, "features": [{"did": f"d{k}"}]} for k in range(n // 80)]}}]})),
    "reddit, keys": ("reddit", "RC_1.ndjson", lambda n: objects(n, lambda all: "\n".join(
        json.dumps({"id": "a", "author": "a", "body": "x", "created_utc": 1, **one}) for one in all))),
    "reddit, users": ("reddit", "RC_1.ndjson", lambda n: json.dumps(
        {"id": "a", "author": "a", "body": "u/a " * (n // 4), "created_utc": 1})),
    "reddit, fields": ("reddit", "comments.csv", lambda n: "id,permalink,date,body\n" + "," * n),
    "reddit, quotes": ("reddit", "comments.csv", lambda n: "id,permalink,date,body\n" + "\"" * n),
    "facebook, mojibake": ("facebook", "your_posts_1.json", lambda n: json.dumps(
        [{"timestamp": 1, "data": [{"post": "\u00c3\u00a9" * (n // 12)}]}])),
    "facebook, tags": ("facebook", "your_posts_1.json", lambda n: json.dumps(
        [{"timestamp": 1, "data": [{"post": "@[" * (n // 2)}]}])),
    "instagram, keys": ("instagram", "posts_1.json", lambda n: objects(n, json.dumps)),
    "instagram, messages": ("instagram", "message_1.json", lambda n: json.dumps(
        {"participants": [{"name": f"name {k}"} for k in range(60)],
         "messages": [{"sender_name": "a", "timestamp_ms": 1, "content": "sent " * 40}] * (n // 260)})),
    "whatsapp, lines": ("whatsapp", "a.txt", lambda n: "24.12.2019, 12:23 - A: x\n" + "a:\n" * (n // 3)),
    "whatsapp, heads": ("whatsapp", "a.txt", lambda n: "".join(
        f"24.12.2019, 12:23 - A{k}: \u200ex <y>\n" for k in range(n // 36))),
    "signal, names": ("signal", "a.txt", lambda n: "".join(
        f"[2019-12-24, 12:23] N{k}: N{k + 1}: x\n" for k in range(n // 36))),
    "telegram, messages": ("telegram", "result.json", lambda n: json.dumps({"type": "public_channel", "id": 1, "messages": [
        {"id": k, "type": "message", "date_unixtime": "1", "from": f"N{k}", "from_id": f"user{k}", "text": f"N{k + 1}: x"}
        for k in range(n // 110)]})),
    "telegram, parts": ("telegram", "result.json", lambda n: json.dumps({"type": "public_channel", "id": 1, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1", "from_id": "user1", "text": ["a"] * (n // 6)}]})),
    "jsonl, keys": ("jsonl", "a.jsonl", lambda n: objects(n, lambda all: "\n".join(
        json.dumps({"id": "1", "author": "a", "created_at": "2024-01-02T03:04:05Z", "text": "x", **one}) for one in all))),
    "jsonl, text": ("jsonl", "a.jsonl", lambda n: post("a" * 1000) * (n // 1080)),
}


def instructions(program, kind, path):
    """Of one run. Unlike its time, the same whatever else the machine is doing."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, kind, path, "somebody"],
                          capture_output=True, text=True, errors="replace", check=False)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def ratio(program, start, name):
    kind, file, content = FILES[name]
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / file
            path.write_bytes(content(size).encode("utf-8", "surrogateescape"))
            counts.append(instructions(program, kind, path) - start)
    return counts, counts[1] / max(counts[0], LEAST)


def main():
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        return 77
    program, show = sys.argv[1], "--print" in sys.argv
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        empty = Path(folder) / "empty.jsonl"
        empty.write_text("")
        start = instructions(program, "jsonl", empty)
        results = dict(zip(FILES, pool.map(lambda name: ratio(program, start, name), FILES)))
    bad = {name for name, (_, times) in results.items() if times > RATIO}
    for name, (counts, times) in results.items():
        if show or name in bad:
            print(f"{name:24} {counts[0] / 1e6:8.1f} M {counts[1] / 1e6:8.1f} M instructions: {times:5.2f} times")
    print(f"{len(FILES) - len(bad)} of {len(FILES)} shapes take no more than {RATIO} times the instructions for twice the size")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
