#!/usr/bin/env python3
"""Importers against other parsers: Python's mailbox, email, json, csv and html read the same made-up files.

tests/importers_python.py NEUTRAL_RECORDS: compares author, moment and text of every record, over files of random
content that is hard to read: quotes, escapes, line ends, encodings, characters outside of Latin-1.
"""
import csv
import datetime
import email
import email.policy
import html
import json
import mailbox
import os
import random
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path

WORDS = ["plain", "\"quoted\"", "a,b", "line\nline", "From here", ">From there", "caf\u00e9", "\u6ca1", "\U0001F620", "&amp;", "<b>",
         "back\\slash", "tab\tbed", "=3D", "x" * 90, "'"]


def neutral(program, kind, path, author="somebody"):
    done = subprocess.run([program, kind, path, author], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [(line["author"], line["created_at"], line["text"]) for line in lines if "text" in line], lines[-1]


def words(count=6):
    return " ".join(random.choice(WORDS) for _ in range(random.randint(1, count))).strip()


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def mbox(folder):
    path = folder / "all.mbox"
    box = mailbox.mbox(path, create=True)
    for number in range(40):
        mail = EmailMessage(policy=email.policy.default)
        mail["From"] = f"Person {number} <p{number}@example.org>"
        mail["To"] = "other@example.org"
        mail["Date"] = datetime.datetime.fromtimestamp(1_500_000_000 + number * 7919, datetime.timezone.utc)
        mail["Message-ID"] = f"<{number}@example.org>"
        mail.set_content(words(), cte=random.choice(["quoted-printable", "base64", "8bit"]),
                         charset="utf-8")
        if number % 3 == 0:
            mail.add_alternative(f"<p>{html.escape(words())}</p>", subtype="html")
        if number % 4 == 0:
            mail.add_attachment(os.urandom(300), maintype="image", subtype="png", filename="a.png")
        box.add(mailbox.mboxMessage(mail))
    box.flush()
    expected = []
    for message in mailbox.mbox(path, factory=lambda file: email.message_from_binary_file(file, policy=email.policy.default)):
        text = message.get_body(("plain", "html")).get_content()
        address = email.utils.parseaddr(message["From"])[1]
        expected.append((address, moment(message["Date"].datetime.timestamp()), text.rstrip("\n")))
    return "mbox", path, expected


def unquoted(text):
    """Python writes ">From " and does not undo it; we do. So neither side's signs are compared."""
    return "\n".join(line.lstrip(">") if line.lstrip(">").startswith("From ") else line for line in text.split("\n"))


def twitter(folder):
    tweets = [{"tweet": {"id_str": str(number), "created_at": "Wed Oct 10 20:19:24 +0000 2018",
                         "full_text": html.escape(words(), quote=False)}} for number in range(50)]
    path = folder / "tweets.js"
    path.write_text("window.YTD.tweets.part0 = " + json.dumps(tweets, ensure_ascii=random.random() < 0.5, indent=2))
    read = json.loads(path.read_text().split("=", 1)[1])
    return "twitter", path, [("somebody", "2018-10-10T20:19:24Z", html.unescape(one["tweet"]["full_text"])) for one in read]


def reddit_dump(folder):
    things = [{"id": str(number), "author": f"a{number}", "created_utc": 1_500_000_000 + number, "body": html.escape(words(), quote=False),
               "nested": {"a": [1, None, {"b": "]}\""}]}} for number in range(50)]
    path = folder / "RC_2020.ndjson"
    path.write_text("".join(json.dumps(thing) + "\n" for thing in things))
    read = [json.loads(line) for line in path.read_text().splitlines()]
    return "reddit", path, [(one["author"], moment(one["created_utc"]), html.unescape(one["body"])) for one in read]


def reddit_table(folder):
    path = folder / "comments.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "permalink", "date", "ip", "body"])
        for number in range(50):
            writer.writerow([number, "/r/x", "2020-01-02 03:04:05 UTC", "192.0.2.1", words()])
    with open(path, newline="", encoding="utf-8") as file:
        return "reddit", path, [("somebody", "2020-01-02T03:04:05Z", html.unescape(row["body"])) for row in csv.DictReader(file)]


def facebook(folder):
    """As Facebook writes it: every byte of UTF-8 as a character of its own."""
    posts = [{"timestamp": 1_500_000_000 + number, "data": [{"post": words()}]} for number in range(50)]
    path = folder / "your_posts_1.json"
    path.write_text(json.dumps([json.loads(json.dumps(post, ensure_ascii=False).encode().decode("latin-1")) for post in posts]))
    return "facebook", path, [("somebody", moment(post["timestamp"]), post["data"][0]["post"]) for post in posts]


def jsonl(folder):
    """Fields in any order, unknown ones among them, escapes or raw characters, spaces where JSON allows them."""
    path = folder / "posts.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        for number in range(50):
            fields = [("id", str(number)), ("author", random.choice(WORDS)), ("created_at", moment(1_500_000_000 + number)), ("text", words()),
                      ("unknown", {"deep": [1, "}\n", None]}), ("audience", None)]
            random.shuffle(fields)
            separators = random.choice([(",", ":"), (" , ", " : "), (",\t", ":")])
            file.write(json.dumps(dict(fields), ensure_ascii=random.random() < 0.5, separators=separators) + random.choice(["\n", "\r\n"]))
    read = [json.loads(line) for line in open(path, newline="\n", encoding="utf-8")]
    return "jsonl", path, [(one["author"], one["created_at"], one["text"]) for one in read]


def telegram(folder):
    """Texts in pieces, two chats one after the other, what is no message between them."""
    def message(number):
        parts = [random.choice([one, {"type": "bold", "text": one}]) for one in (words(3) for _ in range(random.randint(1, 4)))]
        return {"id": number, "type": "message", "date_unixtime": str(1_500_000_000 + number), "from": words(2), "from_id": f"user{number}",
                "text": parts if random.random() < 0.7 else words()}
    chats = [{"name": words(), "type": "personal_chat", "id": chat, "messages": [message(100 * chat + at) for at in range(20)]} for chat in (1, 2)]
    path = folder / "result.json"
    path.write_text(json.dumps({"about": words(), "chats": {"about": words(), "list": chats}}, indent=random.choice([None, 1])), encoding="utf-8")
    expected = []
    for chat in json.loads(path.read_text(encoding="utf-8"))["chats"]["list"]:
        for one in chat["messages"]:
            parts = [one["text"]] if isinstance(one["text"], str) else one["text"]
            text = "".join(part if isinstance(part, str) else part["text"] for part in parts)
            expected.append((one["from_id"], moment(int(one["date_unixtime"])), text))
    return "telegram", path, expected


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "big")
    random.seed(seed)
    wrong = 0
    for made in (jsonl, mbox, twitter, reddit_dump, reddit_table, facebook, telegram):
        with tempfile.TemporaryDirectory() as folder:
            kind, path, expected = made(Path(folder))
            found, counts = neutral(sys.argv[1], kind, path)
            if made is mbox:
                expected, found = ([(author, at, unquoted(text)) for author, at, text in side] for side in (expected, found))
            differing = [pair for pair in zip(expected, found) if pair[0] != pair[1]]
            good = len(expected) == len(found) == counts["in"] and not differing
            wrong += not good
            print(f"{'ok  ' if good else 'FAIL'} {made.__name__}: {len(found)} of {len(expected)} records"
                  + (f", first difference: {differing[0]}" if differing else "") + ("" if good else f" (seed {seed})"))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
