#!/usr/bin/env python3
"""Nothing a person wrote or is called stands anywhere in the clear, before and after erasure.

Canaries are random; each is looked for raw, in UTF-16 and in base64 at all three alignments, in every file of the
project (SQLite's free pages and WAL included), in TMPDIR, in standard output and error and in the command's own
arguments, and as token ids (u16 and u32) by the base's own tokenizer.json.
"""
import base64
import json
import os
import random
import subprocess
import sys

from litura import SOURCE, check, equal, main, run

LETTERS = "bcdfghjklmnpqrstvwxz"


def canary(length=18):
    return "".join(random.choices(LETTERS, k=length))


class Tokens:
    """Merges of tokenizer.json over one run of small ASCII letters, which the pre-tokenizer never cuts."""

    def __init__(self, base):
        model = json.loads((base / "tokenizer.json").read_text())["model"]
        pairs = [tuple(pair.split(" ")) if isinstance(pair, str) else tuple(pair) for pair in model["merges"]]
        self.vocab, self.rank = model["vocab"], {pair: at for at, pair in enumerate(pairs)}

    def encode(self, word):
        parts = list(word)
        while True:
            known = [(self.rank[pair], at) for at, pair in enumerate(zip(parts, parts[1:])) if pair in self.rank]
            if not known:
                return [self.vocab[part] for part in parts]
            _, at = min(known)
            parts[at:at + 2] = [parts[at] + parts[at + 1]]


def needles(word, tokens):
    """Every form in which a word could lie in a file; the ends are left away where a neighbour could change them."""
    raw = word.encode()
    forms = {"raw": raw, "UTF-16": word.encode("utf-16-le"), "UTF-16 BE": word.encode("utf-16-be")}
    for shift in range(3):
        forms[f"base64+{shift}"] = base64.b64encode(b"\0" * shift + raw)[4:-4]
    ids = tokens.encode(word)[1:-1]
    for bytes_each in (2, 4):
        forms[f"token ids u{8 * bytes_each}"] = b"".join(token.to_bytes(bytes_each, "little") for token in ids)
    return forms


def files_under(*folders):
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


class Search:
    def __init__(self, words, tokens):
        self.forms = {(use, form): needle for use, word in words.items() for form, needle in needles(word, tokens).items()}

    def hits(self, data, where):
        folded = data.lower()
        return [(use, form, where) for (use, form), needle in self.forms.items()
                if needle in data or (form == "raw" and needle in folded)]

    def in_files(self, *folders):
        return [hit for path in files_under(*folders) for hit in self.hits(path.read_bytes(), path.name)]


class Listener:
    """Runs commands with a TMPDIR of their own and keeps all they print."""

    def __init__(self, project, temporary):
        self.project, self.temporary, self.heard = project, temporary, b""
        temporary.mkdir()

    def __call__(self, *arguments, stdin="", printed=False, status=0):
        command = [self.project.program, "--project", self.project.folder, "--now", self.project.now, *arguments]
        done = subprocess.run(list(map(str, command)), input=stdin.encode(), capture_output=True, check=False,
                              env={**os.environ, "TMPDIR": str(self.temporary)})
        equal(done.returncode, status, f"{' '.join(map(str, arguments[:2]))} ends with {status}")
        self.heard += done.stderr + (b"" if printed else done.stdout)
        return done.stdout.decode()


def canaries(world, people):
    """A person whose every field is a canary, and a broken line whose error must not quote it."""
    words = {name: canary() for name in ("author", "text", "thread", "field", "old words", "new words", "broken line", "prompt")}
    post = {"created_at": "2023-03-04T05:06:07Z", "audience": "public", "author": words["author"]}
    posts = [{**post, "id": f"{canary()}:{number}", "thread": words["thread"], "mood": words["field"],
              "text": f"Rain again, and {words['text']} as ever. " + words["text"]} for number in range(6)]
    posts.append({**post, "id": "one-to-correct", "text": f"I was {words['old words']} then."})
    words["record id"] = posts[0]["id"].split(":")[0]
    path = world.lines(people.records + posts)
    with open(path, "a", encoding="utf-8") as file:
        file.write('{"id": "x", "author": "%s", "text": 7}\n{"id": "%s\n' % (words["broken line"], words["broken line"]))
    return words, path


def rights_of(say, words, world):
    """The person's way through the system, up to the erasure."""
    for shown in (["person", "list"], ["manifest", "show"], ["graph"], ["status"], ["verify"], ["ledger", "verify"]):
        say(*shown)
    say("person", "show", "--person", "-", stdin=words["author"])
    say("person", "show", "--person", "-", stdin=words["broken line"], status=2)
    say("complete", "--max-tokens", 4, stdin=words["prompt"], printed=True)
    say("eval", "-", stdin=json.dumps({"text": words["prompt"]}))
    corrected = world.write("corrected.txt", f"I was {words['new words']} then.")
    say("request", "rectification", "--person", "-", "--record", "one-to-correct", "--text-file", corrected, stdin=words["author"])
    request = json.loads(say("status", "--json"))["requests"][-1]["request"]
    say("request", "verify", request, "--method", "letter")


def influenced(project, author):
    """Keys of the train nodes that the person's slice leads to: that slice and what follows it in the shard, then all later."""
    person = project.person(author)
    own = [row for row in project.records() if row["person"] == person]
    stage, shard, first = own[0]["stage"], own[0]["shard"], min(row["slice"] for row in own)
    nodes = [row for row in project("graph") if row["kind"] == "train" and row["state"] == "present"]
    keys = set()
    for row in nodes:
        at_stage, at_shard, at_slice = row["label"].split("/")
        later = int(at_stage.removeprefix("stage")) > stage
        if later or (at_stage == f"stage{stage}" and at_shard == shard and at_slice >= first):
            keys.add(row["key"])
    return keys


def test(world, arguments):
    people = world.demo()
    tokens = Tokens(world.base())
    for round_number in range(5 if arguments.mode == "slow" else 1):
        words, posts = canaries(world, people)
        search = Search(words, tokens)
        check(search.in_files(posts.parent), "the search finds them in the input, as it must")
        counted = run(world.program, "eval", "--model", world.base(), "-", stdin=words["text"])["tokens"]
        equal(counted, len(tokens.encode(words["text"])) + 1, "its token ids are as many as the program counts")
        project = world.project()
        say = Listener(project, world.folder / f"tmp{round_number}")
        consenting = people.consents | ({words["author"]} if round_number % 2 else set())
        say("import", "jsonl", posts, "--source", SOURCE, "--evidence", world.acts(consenting), "--ground", "legitimate_interest")
        say("derive")
        rights_of(say, words, world)
        equal(search.in_files(project.folder, say.temporary), [], "before erasure: 0 hits in the project and TMPDIR")
        say("derive")
        keys = influenced(project, words["author"])
        check(keys, f"{len(keys)} nodes were influenced by the person")
        say("request", "erasure", "--person", "-", "--verified", "letter", stdin=words["author"])
        stored = {path.parent.name for path in files_under(project.folder / ".litura" / "store") if path.name == "node"}
        equal(keys & stored, set(), "erased: those nodes are gone from the store")
        states = {row["key"]: row["state"] for row in project("graph")}
        equal({states.get(key, "purged") for key in keys}, {"purged"}, "and the graph calls them purged")
        say("derive")
        say("import", "jsonl", posts, "--source", SOURCE, "--ground", "legitimate_interest")
        say("derive")
        equal(search.in_files(project.folder, say.temporary), [], "after erasure and re-import: 0 hits")
        equal(search.hits(say.heard, "output"), [], "0 hits in standard output and error of all commands")
        equal(files_under(say.temporary), [], "nothing is left in TMPDIR")


sys.exit(main(test))
