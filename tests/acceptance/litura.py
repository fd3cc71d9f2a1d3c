"""What the acceptance tests share: running the built program, checks, a tiny base, people to learn from.

Everything goes through the command line, as a user would. Standard library only. A script is called as
`NAME.py PROGRAM [ci|slow]`, prints what it checked, and ends with 0 (all held), 1 (something did not) or
77 (skipped, with the reason). Nobody's real text is kept: all folders are temporary.
"""
import argparse
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORUM = ROOT.parent / "shared" / "data" / "corpora" / "stackexchange.jsonl.gz"
START, SERVED, NOW = "2024-04-01T00:00:00Z", "2024-04-20T00:00:00Z", "2024-07-01T00:00:00Z"
CONSENTED = "2024-06-10T12:00:00Z"
SOURCE = "here"
NOTICE = "We train a small language model on public posts. You can object at any time.\n"
ASSESSMENT = ("Purpose: model_training\n\n## Interest\n\nA model that writes like people do.\n\n"
              "## Necessity\n\nOnly posts show how people write.\n\n## Could we have asked?\n\nA quarter was asked and "
              "said yes; the others were served the notice.\n\n## Balance\n\nPublic posts of adults only.\n\n"
              "## Mitigations\n\nQuotes are cut, and objection is open to all.\n")


class Failed(Exception):
    """A check did not hold."""


def check(holds, text):
    print(f"{'ok  ' if holds else 'FAIL'} {text}", flush=True)
    if not holds:
        raise Failed(text)


def equal(left, right, text):
    check(left == right, text if left == right else f"{text}: {left!r} is not {right!r}")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def memory_disk():
    """A roomy file system in memory if there is one: thousands of syncs are then cheap. None: the usual place."""
    disk = Path("/dev/shm")
    roomy = "TMPDIR" not in os.environ and os.access(disk, os.W_OK) and shutil.disk_usage(disk).free > 2 << 30
    return disk if roomy else None


def main(test, options=None):
    """Runs `test(world, arguments)` in a temporary folder of its own and turns its outcome into an exit status."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("mode", nargs="?", choices=["ci", "slow"], default="ci")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"), help="of random choices")
    if options:
        options(parser)
    arguments = parser.parse_args()
    print(f"{Path(sys.argv[0]).name} {arguments.mode}, --seed {arguments.seed}")
    random.seed(arguments.seed)
    folder = Path(tempfile.mkdtemp(prefix="litura-acceptance-", dir=memory_disk()))
    try:
        test(World(arguments.program.resolve(), folder), arguments)
        return 0
    except Failed:
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(program, *arguments, stdin="", status=0, env=None, cwd=None, preexec=None):
    """Runs the program with --json and returns its one JSON value; fails unless it ends with `status` (None: 0 to 3)."""
    command = [str(program), "--json", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, preexec_fn=preexec,
                          env={**os.environ, **(env or {})})
    if done.returncode not in ((0, 1, 2, 3) if status is None else (status,)):
        check(False, f"{' '.join(map(str, arguments))} ends with {status}, not {done.returncode}: "
                     f"{done.stdout[-500:]}{done.stderr[-500:]}")
    return json.loads(done.stdout)


class Project:
    """One project folder on the test clock."""

    def __init__(self, program, folder, now=NOW):
        self.program, self.folder, self.now = program, Path(folder), now

    def __call__(self, *arguments, now=None, **how):
        return run(self.program, "--project", self.folder, "--now", now or self.now, *arguments, **how)

    def background(self, *arguments):
        command = [str(self.program), "--json", "--project", str(self.folder), "--now", self.now, *map(str, arguments)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def copy(self, name):
        """The same project again, to try something out on."""
        target = self.folder.parent / name
        shutil.copytree(self.folder, target)
        return Project(self.program, target, self.now)

    def derive(self, *arguments, **how):
        return self("derive", *arguments, **how)

    def digest(self, *arguments):
        return self.derive(*arguments)["model"]["digest"]

    def person(self, author):
        """The handle of an author. The name goes through standard input, never through the command line."""
        return self("person", "show", "--person", "-", stdin=author)["person"]

    def request(self, kind, author, *arguments, **how):
        return self("request", kind, "--person", "-", *arguments, stdin=author, **how)

    def erase(self, author):
        return self.request("erasure", author, "--verified", "letter")

    def barred_for_others(self):
        """Handles of the records that requests have barred because of somebody else's words or name."""
        return self("derive", "--plan")["found"]["barred"]

    def bar(self, records):
        """Bars these records, by their handles, as somebody's who has no account here."""
        if records:
            self("request", "objection", "--records", "-", stdin="".join(f"{record}\n" for record in records))

    def records(self, state=None):
        """(source id is unknown to the manifest:) its rows, all or only used or deferred ones."""
        return [row for row in self("manifest", "show")["records"] if state in (None, row["state"])]

    def model_folder(self):
        return self.folder / ".litura" / "models" / self("status")["model"]["digest"].removeprefix("sha256:")

    def train_everybody(self):
        """Into weights what a new recipe puts into a memory: the block that stands there commented out."""
        path = self.folder / "litura.toml"
        lines, memory = path.read_text().splitlines(), False
        kept = []
        for line in lines:
            memory = memory and line != ""
            if line.startswith("into = "):
                memory = True
                del kept[-2:]
            if not memory:
                kept.append(line.removeprefix("#") if line.startswith("#") and not line.startswith("# ") else line)
        path.write_text("\n".join(kept) + "\n")

    def set_recipe(self, **values):
        """Edits litura.toml: every line `key = ...` of that name, in all stages unless stageN_key is given."""
        path = self.folder / "litura.toml"
        lines, stage = [], 0
        for line in path.read_text().splitlines():
            stage += line.startswith("[[stage]]")
            key = line.split("=")[0].strip()
            value = values.get(f"stage{stage}_{key}", values.get(key))
            lines.append(line if value is None or "=" not in line else f"{key} = {value}")
        path.write_text("\n".join(lines) + "\n")


class People:
    """Records of some authors and what they said to training: `consents`, the others on legitimate interest."""

    def __init__(self, records, consents):
        self.records, self.consents = records, set(consents)
        self.authors = sorted({record["author"] for record in records})

    def without(self, *authors):
        return People([r for r in self.records if r["author"] not in authors], self.consents - set(authors))

    def only(self, authors):
        return People([r for r in self.records if r["author"] in authors], self.consents & set(authors))

    def of(self, author):
        return [record for record in self.records if record["author"] == author]

    def corrected(self, record_id, text):
        return People([{**r, "text": text} if r["id"] == record_id else r for r in self.records], self.consents)


class World:
    """A temporary folder with a tiny base, and what is needed to fill projects."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.count = 0
        self.notice = self.write("notice.md", NOTICE)
        self.assessment = self.write("assessment.md", ASSESSMENT)
        self.notice_digest = "sha256:" + hashlib.sha256(NOTICE.encode()).hexdigest()
        self._base = None

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def fresh_name(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def base(self):
        """Made once by `litura pretrain`, in seconds, from words strung together by a fixed rule."""
        if self._base is None:
            self._base = self.pretrain(self.folder / "base", Path(__file__).with_name("tiny_base.toml"))
        return self._base

    def pretrain(self, folder, recipe):
        text = self.write("base.txt", plain_text())
        run(self.program, "pretrain", recipe, "--text", text, "--out", folder)
        return folder

    def demo(self, people=60, seed=1):
        """The made-up social network."""
        folder = self.folder / self.fresh_name("demo")
        run(self.program, "demo-data", folder, "--people", people, "--seed", seed)
        records = read_lines(folder / "posts.jsonl")
        return People(records, {act["author"] for act in read_lines(folder / "acts.jsonl")})

    def forum(self, authors=300):
        """Posts of a fixed choice of authors of a real forum, where that corpus lies beside the checkout; a quarter consents, by
        a hash (simulated). Elsewhere as many people of the made-up network."""
        if not FORUM.exists():
            return self.demo(people=authors)
        with gzip.open(FORUM, "rt", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        chosen = set(sorted({record["author"] for record in records}, key=lambda name: hashed("three hundred", name))[:authors])
        records = [record for record in records if record["author"] in chosen]
        return People(records, {name for name in chosen if hashed("consent", name)[0] < 64})

    def acts(self, authors, act="consent", at=CONSENTED, **more):
        lines = [{"author": author, "source": SOURCE, "purpose": "model_training", "act": act, "notice": self.notice_digest,
                  "channel": "settings page", "locale": "en", "at": at, **more} for author in sorted(authors)]
        return self.lines(lines, "acts")

    def lines(self, values, stem="posts"):
        text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
        return self.write(self.fresh_name(stem) + ".jsonl", text)

    def project(self, name=None, like=None, base=None, memory=False, **recipe):
        """An empty project with notice, assessment and source in place; the sizes fit the tiny base. Everybody is trained, unless
        the recipe of a new project is asked for, with a memory."""
        folder = self.folder / (name or self.fresh_name("project"))
        begin = ["--like", like.folder] if like else ["--base", base or self.base()]
        run(self.program, "--now", START, "init", folder, *begin)
        project = Project(self.program, folder)
        if not like:
            small = {"sequence": 64, "step_tokens": 512, "warmup_steps": 2, "learning_rate": 0.003, "stage2_solo_above": 0}
            if not memory:
                project.train_everybody()
            project.set_recipe(**{**small, **recipe})
        project("notice", "add", self.notice, now=START)
        project("notice", "serve", self.notice_digest, "--source", SOURCE, "--at", SERVED, now=SERVED)
        project("document", "add", "assessment", self.assessment)
        project("source", "declare", SOURCE, "--audience", "public", "--age", "adult")
        return project

    def fill(self, project, people, consents=None, interest=True):
        """Imports people: acts for those who consent, legitimate interest for the others."""
        consents = people.consents if consents is None else consents
        arguments = ["--evidence", self.acts(consents)] if consents else []
        arguments += ["--ground", "legitimate_interest"] if interest else []
        return project("import", "jsonl", self.lines(people.records), "--source", SOURCE, *arguments)

    def held(self, people, like=None, **recipe):
        """A project that holds these people, not derived yet."""
        project = self.project(like=like, **recipe)
        self.fill(project, people)
        return project

    def never_held(self, project, people):
        """What a project of the same recipe and deal secret makes of only these people, from nothing.

        Records that hold the words of who left are barred there as they are here (docs/echoes.md)."""
        other = self.held(people, like=project)
        other.bar(project.barred_for_others())
        other.derive()
        return other


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read_safetensors(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (entry["shape"], data[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]])
            for name, entry in header.items()}


def write_safetensors(path, tensors):
    header, at = {}, 0
    for name, (shape, data) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data for _, data in tensors.values()))


def plain_text(documents=400):
    """Sentences of made-up and small real words, the same every time."""
    dice = random.Random(7)
    parts = "ba den kor li mus nar po ris sel tan ul ver win yor chi fro gle hum jas que".split()
    words = ["".join(dice.choices(parts, k=dice.choice((2, 2, 3)))) for _ in range(400)]
    words += "the a of and to in is it you that was for on are with as his they be at one have this from or had by".split() * 12
    sentences = [" ".join(dice.choices(words, k=dice.randint(5, 14))).capitalize() + "." for _ in range(documents * 6)]
    return "\n\n".join(" ".join(sentences[at:at + 6]) for at in range(0, len(sentences), 6)) + "\n"


def hashed(use, name):
    return hashlib.sha256(f"{use}:{name}".encode()).digest()


def same_folder(left, right):
    """`cmp` of two model folders: same names, same bytes."""
    names = sorted(path.name for path in left.iterdir())
    whole = ["config.json", "model.safetensors", "tokenizer.json"]
    adapted = ["adapter_config.json", "adapter_model.safetensors", *whole]
    return names in (whole, adapted) and names == sorted(path.name for path in right.iterdir()) and all(
        (left / name).read_bytes() == (right / name).read_bytes() for name in names)


def same_model(left, right, text):
    check(same_folder(left.model_folder(), right.model_folder()), f"{text}: equal by cmp")


def slices_of(project):
    """{(shard, slice): target tokens} of the derived model's train nodes, by their labels."""
    rows = [row for row in project("graph") if row["kind"] == "train" and row["state"] == "present"]
    return {tuple(row["label"].rsplit("/", 1)): row["tokens"] for row in rows}


def leftovers(project):
    """Temporary files that nobody should leave behind."""
    hidden = project.folder / ".litura"
    found = [path for path in (hidden / "store" / "tmp").rglob("*")] if (hidden / "store" / "tmp").exists() else []
    return found + [path for path in hidden.rglob("*") if re.search(r"\.tmp($|\.)|~$", path.name)]
