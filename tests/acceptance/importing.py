#!/usr/bin/env python3
"""Importing what platforms hand out. Counts, idempotence, deletions that hold for older dumps, preferences that
forbid, private messages that are never admitted, hostile archives, and errors that name nobody. On made-up files."""
import io
import json
import shutil
import subprocess
import tarfile
import time
import zipfile

import bulk
from litura import CONSENTED, NOTICE, NOW, SOURCE, People, check, equal, main, run

# Runs a program and says on standard error what it needed at most, in KiB.
PEAK = ("import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(done.returncode)")
BOUND = 256  # MiB, whatever the size of a file; docs/importing.md
WINDOW = 2048  # MiB that a reddit dump may need besides
TWEET = {"created_at": "Wed Oct 10 20:19:24 +0000 2018", "user": {"id_str": "77", "protected": False}}


def archive(world, name, files):
    path = world.folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for inside, content in files.items():
            packed.writestr(inside, content)
    return path


def consent(project, world, source, *authors):
    notice = world.folder / "notice.md"
    notice.write_text(NOTICE)
    digest = project("notice", "add", notice)["notice"]
    path = world.folder / "acts.jsonl"
    path.write_text("".join(json.dumps({
        "author": author, "source": source, "purpose": "model_training", "act": "consent", "notice": digest,
        "channel": "web form", "locale": "en", "at": CONSENTED}) + "\n" for author in authors))
    return path


def x_archive(world):
    project = world.project()
    posts = [{"tweet": TWEET | {"id_str": "1", "full_text": "my own words about rain"}},
             {"tweet": TWEET | {"id_str": "2", "full_text": "RT @beno: not mine"}}]
    message = {"messageCreate": {"id": "3", "senderId": "77", "recipientId": "88", "text": "a secret", "createdAt": "2020-01-02T03:04:05.000Z"}}
    path = archive(world, "x.zip", {
        "data/tweets.js": "window.YTD.tweets.part0 = " + json.dumps(posts),
        "data/direct-messages.js": "window.YTD.direct_messages.part0 = " + json.dumps([{"dmConversation": {"messages": [message]}}])})
    done = project("import", "auto", path, "--evidence", consent(project, world, "twitter", "77"))
    equal((done["format"], done["in"], done["imported"], done["rejected"]), ("twitter", 3, 2, {"repost": 1}), "the archive is recognised and counted")
    equal(done["admitted"]["records"], 1, "the post is admitted")
    equal(done["not_admitted"], {"not shown to be public": 1}, "the message is not, whatever its author agreed to")
    again = project("import", "twitter", path)
    equal((again["imported"], again["unchanged"]), (0, 2), "imported again: nothing changes")


def deletions(world):
    project = world.project()
    dump = world.folder / "RC_2020.ndjson"
    old = {"id": "a", "author": "ansa", "body": "words of a comment", "created_utc": 1500000000, "subreddit": "s"}
    dump.write_text(json.dumps(old) + "\n" + json.dumps(old | {"id": "b"}) + "\n")
    done = project("import", "reddit", dump, "--evidence", consent(project, world, "reddit", "ansa"))
    equal(done["admitted"]["records"], 2, "an earlier dump: two comments")
    later = world.folder / "RC_2021.ndjson"
    later.write_text(json.dumps(old | {"author": "[deleted]", "body": "[deleted]"}) + "\n")
    done = project("import", "reddit", later)
    equal((done["rejected"], done["admitted"]["records"]), ({"deleted": 1}, 1), "a later dump deletes one: it is barred")
    done = project("import", "reddit", dump)
    equal((done["rejected"], done["unchanged"], done["admitted"]["records"]), ({"deleted": 1}, 1, 1), "the earlier dump once more: still barred")
    other = world.project()
    other("import", "reddit", later)
    done = other("import", "reddit", dump, "--evidence", consent(other, world, "reddit", "ansa"))
    equal(done["admitted"]["records"], 1, "the other way round as well")
    check(project("ledger", "verify")["holds"], "the ledger holds")


def preferences(world):
    project = world.project()
    note = {"type": "Note", "id": "https://h/1", "published": "2024-01-02T03:04:05Z", "attributedTo": "https://h/u", "content": "hello rain",
            "to": ["https://www.w3.org/ns/activitystreams#Public"]}
    folder = world.folder / "mastodon"
    folder.mkdir()
    (folder / "outbox.json").write_text(json.dumps({
        "@context": "https://www.w3.org/ns/activitystreams", "orderedItems": [{"type": "Create", "actor": "https://h/u", "object": note}]}))
    (folder / "actor.json").write_text(json.dumps({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": "https://h/u", "indexable": False, "published": "2020-01-01T00:00:00Z"}))
    done = project("import", "auto", folder, "--ground", "legitimate_interest")
    equal((done["format"], done["objections"], done["not_admitted"]), ("mastodon", 1, {"the person is barred": 1}), "indexable: false is an objection")
    acts = consent(project, world, "mastodon", "https://h/u")
    done = project("import", "mastodon", folder, "--evidence", acts)
    equal(done["admitted"]["records"], 1, "a later consent of the person goes before it, and the file imported again changes nothing")


    real = world.folder / "real"  # a clock that does not stand still
    run(world.program, "init", real, "--base", world.base())
    wish = world.write("wish.json", json.dumps({
        "$type": "org.user-intents.declaration", "syntheticContentGeneration": {"allow": False, "updatedAt": "2190-01-01T00:00:00Z"}}))
    done = run(world.program, "--project", real, "import", "bluesky", wish, "--person", "-", stdin="did:plc:ansa")
    equal(done["objections"], 1, "one that claims to be of the future is of now")


def while_it_runs(world):
    """Who objects or is erased while a large import runs waits for one batch, and the rest of the import knows it."""
    project = world.project()
    dated = {"created_at": "2023-01-01T00:00:00Z", "audience": "public"}
    first = {"id": "first", "author": "ansa", "text": "the first words", **dated}
    world.fill(project, People([first], []), consents=[])
    count = 120_000
    lines = ({"id": str(index), "author": f"user{index % 9}", "text": f"{index} Mara Kind" if index >= count - 10 else str(index), **dated}
             for index in range(count))
    path = bulk.write(world.folder / "large.jsonl", (json.dumps(line) + "\n" for line in [*lines, first]))
    process = project.background("import", "jsonl", path, "--source", SOURCE, "--ground", "legitimate_interest")
    while not len(project("person", "list")["persons"]) > 1:
        time.sleep(0.05)
    objection = project("request", "objection", "--name", "-", stdin="Mara Kind")
    erasure = project.request("erasure", "ansa", "--record", "first", "--verified", "letter")
    check(process.poll() is None, "an objection and an erasure come through while an import runs")
    done = json.loads(process.communicate()[0])
    equal((objection["state"], erasure["state"]), ("suppressed", "destroyed"), "both are carried out")
    equal((done["imported"], done["rejected"]), (count, {"record_erased": 1}), "the erased record does not come back later in the same import")
    found = project("find", "--name", "-", stdin="mara kind")["records"]
    equal([row["admitted"] for row in found], [False] * 10, "and the name is barred in what is imported later")


def whose(world):
    project = world.project()
    path = world.folder / "your_posts_1.json"
    path.write_text(json.dumps([{"timestamp": 1500000000, "data": [{"post": "words"}]}]))
    equal(project("import", "facebook", path)["rejected"], {"no_author": 1}, "nobody is guessed")
    project("import", "facebook", path, "--person", "Ansa Torvil", status=2)
    equal(project("import", "facebook", path, "--person", "-", stdin="Ansa Torvil\n")["imported"], 1, "standard input says whose it is")


def hostile(world):
    project = world.project()
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("../canary-name.json"))
    path = world.folder / "evil.tar"
    path.write_bytes(tar.getvalue())
    bomb = archive(world, "bomb.zip", {"canary-name/outbox.json": " " * (64 << 20)})
    cut = archive(world, "cut.zip", {"canary-name/tweets.js": 'window.YTD.tweets.part0 = [{"tweet":{"full_text":"canary-word'})
    for kind, file in (("mastodon", path), ("mastodon", bomb), ("twitter", cut), ("auto", world.folder / "nothing.zip")):
        command = [str(world.program), "--project", str(project.folder), "--now", NOW, "import", kind, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        check(done.returncode in (2, 4), f"{file.name}: refused (exit {done.returncode})")
        check("canary" not in done.stdout + done.stderr, "and nobody's name or word is in the error")


def peak(world, kind, path):
    """Imports a file into a project of its own: the answer, and the most memory it needed, in MiB."""
    project = world.project()
    command = ["/usr/bin/env", "python3", "-c", PEAK, str(world.program), "--project", str(project.folder), "--now", NOW, "--json",
               "import", kind, str(path), "--source", kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer, most = json.loads(done.stdout), int(done.stderr.split()[-1]) >> 10
    equal(answer["in"], answer["imported"] + answer["unchanged"] + sum(answer["rejected"].values()), f"{kind}: every record is counted")
    path.unlink()
    return answer, most


def memory(world, size):
    """What docs/importing.md promises, over files of that size; an author is one of a thousand."""
    for kind, write in (
            ("jsonl", lambda path: bulk.write(path, bulk.jsonl(size // 585, 1000))),
            ("mbox", lambda path: bulk.write(path, bulk.mbox(size // 4 // 700, 1000))),
            ("twitter", lambda path: bulk.write_zip(path, "data/tweets.js", bulk.tweets(size // 4 // 392)))):
        path = write(world.folder / "file")
        packed = path.stat().st_size
        answer, most = peak(world, kind, path)
        check(answer["imported"] == answer["in"] > 0, f"{kind}: {packed >> 20} MiB, {answer['in']} records, all imported")
        check(most < BOUND, f"{kind}: in less than {BOUND} MiB of memory ({most} MiB)")


def wide_window(world, size):
    """A dump under Zstandard as they are published: the window of 2 GiB is part of the format and has a bound of its own."""
    if shutil.which("zstd") is None:
        print("skipped: the program zstd is not here")
        return
    def lines():
        yield from bulk.reddit(30_000, 1000)
        for line in bulk.reddit((size >> 20) * 1500, 1000, seed=2):  # somebody else's words, so that the file grows and not the project
            yield line.replace('"id": "c', '"crosspost_parent_list": [], "id": "x').replace("[deleted]", "them")
    path = bulk.write_zstd(world.folder / "RC_2020.zst", lines())
    with open(path, "rb") as file:
        check(file.read(6)[5] >> 3 == 31 - 10, "the frame asks for a window of 2 GiB")
    answer, most = peak(world, "reddit", path)
    equal((answer["imported"], answer["rejected"]["deleted"]), (28_500, 1500), "what was deleted there is not imported")
    check(most < WINDOW + BOUND, f"reddit: in less than {WINDOW + BOUND} MiB of memory ({most} MiB)")


def test(world, arguments):
    for part in (x_archive, deletions, preferences, while_it_runs, whose, hostile):
        part(world)
    memory(world, 2 << 30 if arguments.mode == "slow" else 40 << 20)
    wide_window(world, 2200 << 20 if arguments.mode == "slow" else 20 << 20)


if __name__ == "__main__":
    raise SystemExit(main(test))
