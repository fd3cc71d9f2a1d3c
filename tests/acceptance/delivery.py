#!/usr/bin/env python3
"""An answer arrives whole, or the command says that it did not: every command, in both output modes, to a file, to a full
disk, to a closed pipe and to no standard output at all; and endless input is an error. Nothing ever ends by a signal or a
broken invariant, which is also what a run of this with the sanitizers' build looks for."""
import json
import os
import shutil
import subprocess
import sys

from litura import NOW, SOURCE, START, check, equal, main, run

SPEAKS, FULL, LIMIT = (0, 1), 4, 2
WARNING = ["--authority", "court", "--reference", "7"]
CLASS = ["--entity", "e-1", "--kind", "objection", "--where", 'source is "nowhere"']


def commands(world, keys, published, files):
    """Every command with words that a project knows. Some are refused: a refusal is an answer too. `$` is the project's copy."""
    folder, notice, acts, handle, record, request = (files[name] for name in ("folder", "notice", "acts", "handle", "record", "request"))
    new, one = "$/new", ["--person", handle]
    return {
        "init": [folder / "nowhere" / "p", "--base", world.base()], "import": ["jsonl", files["posts"], "--source", SOURCE],
        "source declare": [SOURCE, "--audience", "public"], "notice add": [notice],
        "notice serve": [world.notice_digest, "--source", SOURCE, "--at", START],
        "document add": ["assessment", world.assessment], "document make": ["notice"], "ground add": ["--evidence", acts],
        "rules adopt": [notice], "rules list": [], "record flag": [record], "signal": ["gpc", notice, *one],
        "person list": [], "person show": one, "person link": [*one, "--with", handle, "--evidence", notice],
        "person describe": [*one, "--country", "DE"], "find": ["--text", "-"], "status": ["--public"],
        "clock confirm": ["--day", NOW[:10]],
        **{f"request {kind}": one for kind in ("access", "erasure", "objection", "withdrawal", "restriction", "lift-restriction", "portability")},
        "request rectification": [*one, "--record", record, "--text-file", notice],
        "request text": [notice], "request classify": [request, "erasure", *one], "request show": [request],
        "request verify": [request, "--method", "letter"], "request authority": [request, "--file", notice],
        "request revoke": [request, "--verified", "letter"], "request report": [request], "request check": [notice],
        "request answer": [request, "--letter", notice], "request deny": [request, "--remedies-file", notice, "--reason", "unfounded"],
        "request lift-notice": [request, "--letter", notice],
        "request extend": [request, "--letter", notice, "--reason", "complexity"],
        "request import": ["drp", notice, "--keys", notice], "request found": [request], "request decide": [request, "--none"],
        "order stop": WARNING, "order exclude": [*WARNING, "--where", 'source is "nowhere"'],
        "order hold": [*WARNING, "--where", 'source is "nowhere"', "--key", notice, "--until", NOW],
        "order warning": [*WARNING, "--deadline", NOW], "order lift": ["o-1", "--signed-by", "a", "--countersigned-by", "b"],
        "order decide": ["o-1", "--decision", "upheld"], "order report": ["o-1"],
        "entity add": ["--name", "n", "--country", "AT", "--listed-as", "1", "--key", files["key"]], "entity list": [],
        "class terms": CLASS, "class accept": [*CLASS, "--signature", notice], "class list": [], "class show": ["c-1"],
        "class settle": [], "class join": ["c-1", *one], "class leave": ["c-1", *one], "class erase": ["c-1", "--verified", "x"],
        "affected": ['source is "nowhere"'],
        "derive": ["--plan"], "verify": [], "graph": [], "manifest show": [], "manifest check": [], "ledger head": [],
        "ledger verify": [], "keys status": [], "keys rotate": [], "keys take-mirror": [], "backup": [new],
        "restore": [files["backup"], "--mirror", folder / "nowhere"], "complete": ["--max-tokens", 2, "--why"], "eval": ["-"],
        "export hf": [new], "export peft": [new], "export gguf": [new], "export memory": [new],
        "statement": [], "ticket": [new, *one], "attest": ["--key", files["auditor"], "--name", "example.org/a"],
        "certificate": [request], "witness request": [new], "witness add": [notice, "--witness", "w"],
        "timestamp request": [new], "timestamp add": [notice, "--authorities", notice],
        "channel init": ["--keys", folder / "nowhere" / "keys"], "channel tend": ["--keys", keys],
        "channel rotate": ["releases", "--keys", keys], "publish": [new, "--keys", keys], "release list": [],
        "release count": ["v1", 3], "patch": [published, published, "--out", new], "recall": ["v1", "--keys", keys],
        "recipient add": [files["recipient"]], "recipient supply": ["rc-1", "--release", "v1"], "recipient remove": ["rc-1"],
        "recipient list": [], "notify": ["recall-1", "--out", new], "reply": [notice],
        "audit claim": ["--said", "-"], "audit diff": [published.parent, "--controls", files["posts"]],
        "lineage": [published, published], "pretrain": [notice, "--text", notice, "--out", new], "demo-data": [new, "--people", 3],
    }


def known_words(program, words=()):
    """All commands that --help names, families opened up."""
    text = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout
    at = text.lower().find("subcommands:")
    if at < 0:
        return [" ".join(words)]
    rows = text[at:].split("\n\n")[0].splitlines()[1:]
    inner = [row.split()[0] for row in rows if row.startswith("  ") and not row.startswith("   ")]
    return [name for word in inner for name in known_words(program, (*words, word))]


class Trial:
    """One command on fresh copies of a project."""

    def __init__(self, world, project, name, arguments):
        self.world, self.project, self.name, self.arguments = world, project, name, arguments

    def ends(self, json_mode, output):
        """(status, standard output, standard error), with standard output given away to `output`."""
        copy = self.project.copy("trial")
        words = [str(word).replace("$", str(copy.folder)) for word in self.arguments]
        command = [self.world.program, *(["--json"] if json_mode else []), "--project", copy.folder, "--now", NOW, *self.name.split(), *words]
        try:
            done = output(list(map(str, command)))
        finally:
            shutil.rmtree(copy.folder)
            shutil.rmtree(self.world.folder / "nowhere", ignore_errors=True)
        broken = done.returncode not in (0, 1, 2, 3, 4) or "Sanitizer" in done.stderr
        check_quietly(not broken, f"{self.name}, {'json' if json_mode else 'text'}, {output.__name__}: {done.returncode} {done.stderr[-900:]}")
        return done


def check_quietly(holds, text):
    if not holds:
        check(holds, text)


def start(command, **how):
    return subprocess.run(command, input="The sea.", stderr=subprocess.PIPE, text=True, check=False, **how)


def to_a_file(command):
    return start(command, stdout=subprocess.PIPE)


def to_a_full_disk(command):
    with open("/dev/full", "w", encoding="utf-8") as full:
        return start(command, stdout=full)


def to_a_closed_pipe(command):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return start(command, stdout=writer)
    finally:
        os.close(writer)


def to_nowhere(command):
    return start(["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command])


def every_command(world, project, table):
    refused = []
    for name, arguments in table.items():
        trial = Trial(world, project, name, arguments)
        for json_mode in (True, False):
            status, speaks = (done := trial.ends(json_mode, to_a_file)).returncode, bool(done.stdout)
            if json_mode:
                check_quietly(len(done.stdout.splitlines()) == 1 and json.loads(done.stdout) is not None, f"{name}: one line of JSON")
                if status not in SPEAKS:
                    refused.append(name)
            for output in (to_a_full_disk, to_a_closed_pipe if json_mode else to_nowhere):
                lost = trial.ends(json_mode, output)
                expected = FULL if speaks else status
                check_quietly(lost.returncode == expected and (not speaks or "standard output" in lost.stderr),
                              f"{name}, {'json' if json_mode else 'text'}, {output.__name__}: {lost.returncode}, not {expected}: {lost.stderr}")
    print("     refused with these words: " + ", ".join(refused))
    check(True, f"{len(table)} commands, as text and as JSON: delivered, or exit 4 and one line that says so")


def endless_input(world, project, files):
    """Devices and streams without an end."""
    for words in (["request", "text", "/dev/zero"], ["notice", "add", "/dev/zero"], ["order", "warning", *WARNING, "--deadline", NOW, "--document", "/dev/zero"],
                  ["person", "show", "--person-file", "/dev/zero"], ["ground", "add", "--evidence", "/dev/zero"],
                  ["reply", "/dev/urandom"], ["pretrain", "/dev/zero", "--text", "/dev/zero", "--out", files["folder"] / "nowhere"]):
        answer = project(*words, status=LIMIT)
        check_quietly("64 MiB" in answer["error"]["message"], f"{words}: {answer}")
    pipe = files["folder"] / "pipe"
    os.mkfifo(pipe)  # nobody writes into it
    for odd in ("/dev/zero", "/dev/urandom", pipe):
        for name in ("auto", "jsonl", "mbox"):
            words = ["import", name, odd, "--source", SOURCE]
            answer = project(*words, status=None)
            check_quietly("error" in answer, f"{words}: {answer}")
    check(True, "a device or a pipe is no file to import from")
    with open("/dev/zero", "rb") as zero:
        done = subprocess.run([world.program, "--json", "--project", project.folder, "--now", NOW, "request", "text", "-"], stdin=zero,
                              capture_output=True, text=True, check=False)
    equal(done.returncode, LIMIT, "what does not end within 64 MiB is refused, from a device and on standard input")
    long = files["folder"] / "long"
    with open(long, "wb") as file:
        file.truncate(1 << 40)
    equal(project("request", "text", long, status=LIMIT)["error"]["where"], "long", "and a file that is longer")


def prepared(world):
    """A project with a little of everything, and the words by which its things are named."""
    people = world.demo(8)
    project = world.held(people)
    keys, published = world.folder / "keys", world.folder / "v1"
    project("channel", "init", "--keys", keys)
    project.derive()
    project("publish", published, "--keys", keys)
    run(world.program.with_name("litura-check"), "key", "example.org/a", "--out", world.folder / "auditor", status=None)
    recipient = {"name": "n", "contact": "n@example.org", "key": "0" * 64}
    files = {"folder": world.folder, "notice": world.notice, "acts": world.acts(people.authors[:1]), "handle": project.person(people.authors[0]),
             "record": project.records()[0]["id"], "posts": world.lines(people.of(people.authors[0])), "key": world.write("key", "11" * 32),
             "auditor": world.folder / "auditor", "recipient": world.write("recipient", json.dumps(recipient)), "backup": world.folder / "backup"}
    (mirror := world.folder / "mirror").mkdir()
    project.set_recipe(key_mirror=json.dumps(str(mirror)))
    project("backup", files["backup"])
    project.set_recipe(key_mirror='""')  # the copies below are projects of their own
    project("order", "warning", *WARNING, "--deadline", NOW)
    files["request"] = project.request("erasure", people.authors[1])["request"]
    return project, keys, published / "model.safetensors", files


def test(world, _):
    project, keys, published, files = prepared(world)
    table = commands(world, keys, published, files)
    equal(sorted(known_words(world.program)), sorted(table), "the table has every command that --help names, and no other")
    for output in (to_a_full_disk, to_a_closed_pipe, to_nowhere):
        equal(output([str(world.program), "--help"]).returncode, FULL, f"--help {output.__name__.replace('_', ' ')}")
        equal(output([str(world.program.with_name("litura-check")), "--help"]).returncode, FULL, f"litura-check --help {output.__name__.replace('_', ' ')}")
    every_command(world, project, table)
    endless_input(world, project, files)


if __name__ == "__main__":
    sys.exit(main(test))
