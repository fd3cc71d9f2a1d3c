#!/usr/bin/env python3
"""The whole story of a release. Published, handed to three recipients, somebody leaves, a successor on
schedule, the old one recalled: what litura-check says on every recipient's files, and what the papers are worth."""
import array
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

from litura import ROOT, check, equal, main, read_safetensors, run, write_safetensors

PUBLISHED, EARLY, TRAIN, RECALLED = (f"2024-{day}T00:00:00Z" for day in ("07-02", "08-15", "10-02", "10-03"))
LATER, MUCH_LATER = "2024-10-04T00:00:00Z", "2025-02-01T00:00:00Z"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Recipient:
    """Somebody with a copy, and litura-check."""

    def __init__(self, program, folder, name):
        self.program = program.with_name("litura-check")
        self.folder, self.name = folder / name, name
        self.folder.mkdir()
        self.key = run(self.program, "key", self.folder / "key", name)["verifier"]

    def ask(self, *paths, status, now, channel=None, root=None):
        extra = (["--from", channel] if channel else []) + (["--root", root] if root else [])
        return run(self.program, *paths, "--cache", self.folder / "cache", "--now", now, *extra, status=status)

    def answer(self, notice, reply):
        out = self.folder / "answer.json"
        run(self.program, "answer", notice, "--reply", reply, "--key", self.folder / "key", "--out", out)
        return out


def papers(folder, keys):
    """Checked by hand and by openssl: other people's tools do not use our code."""
    bundle = json.loads((folder / "model.sig").read_text())
    envelope = bundle["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    statement = json.loads(payload)
    named = {one["name"]: one["digest"] for one in statement["predicate"]["resources"]}
    there = {str(p.relative_to(folder)): sha256(p.read_bytes()) for p in folder.rglob("*") if p.is_file() and p.name != "model.sig"}
    equal(named, there, "the model signature names every file")
    equal([r["name"] for r in statement["predicate"]["resources"]], sorted(there), "in the order of their names")
    root = sha256(b"".join(bytes.fromhex(there[name]) for name in sorted(there)))
    equal(statement["subject"], [{"name": folder.name, "digest": {"sha256": root}}], "and their common digest")
    kind = envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    scratch = folder.parent / "papers"
    scratch.mkdir()
    (scratch / "signed").write_bytes(signed)
    (scratch / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    public = subprocess.run(["openssl", "pkey", "-in", keys / "model-signing.pem", "-pubout"], check=True, capture_output=True).stdout
    (scratch / "public.pem").write_bytes(public)
    equal(bundle["verificationMaterial"]["publicKey"]["hint"], sha256(public), "the hint is the key's")
    done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", scratch / "public.pem", "-signature", scratch / "sig", scratch / "signed"],
                          capture_output=True, text=True)
    check(done.stdout.strip() == "Verified OK", "openssl verifies the P-256 signature")
    provenance = json.loads(base64.b64decode(json.loads((folder / "provenance.json").read_text())["payload"]))
    equal(provenance["subject"][0]["digest"]["sha256"], there["model.safetensors"], "the provenance is about the weights")
    bom = json.loads((folder / "bom.cdx.json").read_text())
    equal((bom["bomFormat"], bom["components"][0]["hashes"][0]["content"]), ("CycloneDX", there["model.safetensors"]), "so is the bill of materials")


def repacked(folder, out):
    """The weights in two files of another order, and one alone."""
    tensors = read_safetensors(folder / "model.safetensors")
    names = sorted(tensors, reverse=True)
    out.mkdir()
    half = len(names) // 2
    write_safetensors(out / "a.safetensors", {n: tensors[n] for n in names[:half]})
    write_safetensors(out / "b.safetensors", {n: tensors[n] for n in names[half:]})
    return out


def merged(first, second, path):
    """Somebody's own file with one tensor of another."""
    own = {n: (s, array.array("f", (x * 1.5 for x in array.array("f", d))).tobytes()) for n, (s, d) in read_safetensors(first).items()}
    tensors = read_safetensors(second)
    name = next(n for n in tensors if n.endswith("up_proj.weight"))
    write_safetensors(path, {**own, name: tensors[name]})
    return path


def known_whole(world, recipient, folder):
    """One thing that is not known, and the whole is not: of a file, and of a folder."""
    def ask(path, status):
        recipient.ask(path, status=status, now=TRAIN)

    tensors = read_safetensors(folder / "model.safetensors")
    altered = {n: (s, array.array("f", (x * 1.01 for x in array.array("f", d))).tobytes()) for n, (s, d) in tensors.items()}
    trial = world.folder / "trial"
    trial.mkdir()
    shutil.copy(folder / "model.safetensors", trial)
    ask(trial, 0)
    for name in tensors:
        if len(set(array.array("f", tensors[name][1]))) > 1:
            write_safetensors(world.folder / "one.safetensors", {**tensors, name: altered[name]})
            ask(world.folder / "one.safetensors", 5)
    check(True, "one tensor of twenty changed: unknown")
    for name in ("flax_model.msgpack", "tf_model.h5", "model.onnx", "model.pt", "pytorch_model.bin.gz", "model.safetensors.zst",
                 "weights.npz", "rust_model.ot", "params.json", "x"):
        (trial / name).write_bytes(b"\x80\x02}q\x00" + os.urandom(400))
        ask(trial, 5)
        (trial / name).unlink()
    for name, make in (("pipe.safetensors", os.mkfifo), ("dangling", lambda p: p.symlink_to("/nonexistent")), ("old.pkl", lambda p: p.write_text("(lp0\n."))):
        make(trial / name)
        ask(trial, 5)
        (trial / name).unlink()
    (trial / "notes.txt").write_text("no weights")
    ask(trial, 0)
    check(True, "anything beside known weights that could be some: unknown")


def audit(world, old, new, measured):
    """As somebody else would hand it in."""
    return world.write("audit.json", json.dumps({"audit": "diff", "old": old, "new": new, "measured": measured, "by": "this test"}))


def odd_publications(world, project, keys):
    """What is there already stays as it is; what was changed by hand does not leave the house."""
    file = world.write("a-file", "somebody's")
    for place in (file, world.folder, project.folder, "."):
        project("publish", place, "--keys", keys, status=2, now=PUBLISHED)
    equal(file.read_text(), "somebody's", "a file in the way is left alone")
    weights = project.model_folder() / "model.safetensors"
    kept = weights.read_bytes()
    weights.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    project("publish", world.folder / "v1", "--keys", keys, status=1, now=PUBLISHED)
    project("export", "hf", world.folder / "changed", status=1)
    weights.write_bytes(kept)
    strange = world.folder / "strange-keys"
    shutil.copytree(keys, strange)
    shutil.copy(keys / "snapshot.key", strange / "releases.key")
    project("publish", world.folder / "v1", "--keys", strange, status=3, now=PUBLISHED)
    equal(project("release", "list")["releases"], [], "weights changed by hand and a wrong key: nothing was published")


def cut_off(project, keys, folder):
    """As if the machine had stopped after the release was recorded and before its folder had its name."""
    folder.rename(folder.with_name(f".{folder.name}.publishing"))
    again = project("publish", folder, "--keys", keys, now=PUBLISHED)
    equal((again["release"], len(project("release", "list", now=PUBLISHED)["releases"])), ("v1", 1), "a publication that was cut off is finished")


def first_release(world, project, keys):
    begun = project("channel", "init", "--keys", keys, "--address", "https://models.example/litura/")
    project("publish", world.folder / "none", "--keys", keys, status=3)
    project.derive()
    v1 = world.folder / "v1"
    odd_publications(world, project, keys)
    out = project("publish", f"{v1}/", "--keys", keys, now=PUBLISHED)
    cut_off(project, keys, v1)
    equal((out["release"], out["supersedes"]), ("v1", None), "v1 is published")
    project.now = PUBLISHED
    card = project("document", "make", "model-card", status=1)["text"]
    equal((v1 / "README.md").read_text(), card, "its card is the one that 'document make' writes")
    papers(v1, keys)
    return begun, v1


def leave_and_succeed(world, project, keys, v1, people, more, held_out):
    """The gate, rule by rule, then v2."""
    v2 = world.folder / "v2"
    project.now = EARLY
    gone = project.erase([a for a in people.authors if a not in people.consents][0])["request"]
    refused = project("publish", v2, "--keys", keys, status=3)["error"]
    words = ("suppressed", "schedule")  # the second where nobody else had to be left out with them
    check(any(word in refused["message"] for word in words), "what somebody has just left is no release")
    project.derive()
    refused = project("publish", v2, "--keys", keys, status=3)["error"]
    check("schedule" in refused["message"] and TRAIN[:4] in refused["next"], "a successor waits for its day")
    project.now = TRAIN
    refused = project("publish", v2, "--keys", keys, status=3)["error"]
    check("too long ago" in refused["message"], "and needs a fresh look at the ledger")
    project.derive()
    refused = project("publish", v2, "--keys", keys, status=3)["error"]
    check("deal" in refused["message"] and "seed" in refused["next"], "and a new deal")
    project.set_recipe(seed='"another"')
    project.derive()
    refused = project("publish", v2, "--keys", keys, status=3)["error"]
    check("1 people have changed" in refused["message"], "one person's leaving alone is no release")
    world.fill(project, more)
    model = project.digest()
    old = project("release", "list")["releases"][0]["model"]
    check("not measured" in project("publish", v2, "--keys", keys, status=3)["error"]["message"], "without an audit neither")
    project("publish", v2, "--keys", keys, "--audit", audit(world, old, old, 0.001), status=3)
    project("publish", v2, "--keys", keys, "--audit", audit(world, old, model, measured=0.5), status=3)
    project.set_recipe(release_audit_bound="1.0")  # thirty people and a base that knows nothing: no figure to go by
    measured = project("audit", "diff", v1, "--controls", world.lines(held_out.records))
    equal((measured["old"], measured["new"]), (old, model), f"what the pair gives away is measured on {measured['joined']['measured']} people")
    out = project("publish", v2, "--keys", keys)
    check(out["supersedes"] == "v1" and out["changed_people"] >= 25, f"v2 is out, {out['changed_people']} people changed")
    return v2, gone


def delivered(world, project, recipient, v1, v2):
    """A patch leads from v1 to v2, for holders of v1 only."""
    patch, checker = world.folder / "v1-v2.patch", recipient.program
    names = [folder / "model.safetensors" for folder in (v1, v2)]
    out = project("patch", *names, "--out", patch)
    equal((out["from"], out["to"]), ("v1", "v2"), f"a patch of {out['bytes']} bytes leads to {out['new_bytes']}")
    project("patch", *reversed(names), "--out", patch, status=3)
    project("patch", names[0], world.base() / "model.safetensors", "--out", patch, status=2)
    new = recipient.folder / "successor.safetensors"
    run(checker, "apply", patch, names[1], "--out", new, status=1)
    damaged = world.folder / "damaged.patch"
    damaged.write_bytes(patch.read_bytes()[:-1] + bytes([patch.read_bytes()[-1] ^ 1]))
    run(checker, "apply", damaged, names[0], "--out", new, status=1)
    check(not new.exists(), "who holds only the successor cannot open it, nor does a damaged one leave anything")
    run(checker, "apply", patch, names[0], "--out", new)
    check(new.read_bytes() == names[1].read_bytes(), "the holder of v1 has v2, byte by byte")
    run(checker, "apply", patch, names[0], "--out", new, status=2)


def certified(project, gone):
    """What the person is told of all this."""
    out = project("certificate", gone)
    v1, v2 = out["releases"]
    check((v1["release"], v1["state"]) == ("v1", "soft") and v1["records"] > 0, f"the certificate: v1 is recalled, it held {v1['records']} records")
    equal((v2["state"], v2["records"], v2["recalls"]), ("active", 0, []), "v2 is in use and holds none")
    recall = v1["recalls"][0]
    equal([recall[name] for name in ("known", "told", "answered", "said_applied", "refused", "unreachable", "cannot_be_named")],
          [3, 3, 2, 1, 1, 1, 1200], "three told, one applied it, one refused, one cannot be reached, 1200 copies have no name")
    words = [moment["what"] for moment in out["moments"]]
    for said in ("release v2 was published", "release v1 was recalled (recall-1, soft)", "recipient rc-1 on recall-1: said_applied",
                 "recipient rc-3 on recall-1: unreachable"):
        check(said in words and said in out["signed"], said)
    check("applies" not in out["signed"], "and no recipient's name")


def started_by_hooks(world, recipient, channel, now, recalled, active):
    """The example's start hook and snippet, which ask litura-check on the machine's clock: here on the test's."""
    tools = world.folder / "tools"
    tools.mkdir()
    (tools / "litura-check").write_text(f'#!/bin/sh\nexec {recipient.program} "$@" --now {now}\n')
    (tools / "litura-check").chmod(0o755)
    path, examples = f"{tools}:{os.environ['PATH']}", ROOT / "examples" / "recall"

    def start(*arguments, **variables):
        return subprocess.run([examples / "llama-server-checked", recipient.folder / "cache", channel, *map(str, arguments), "--port", "1"],
                              capture_output=True, text=True, env={**os.environ, "PATH": path, "LLAMA_SERVER": "echo", **variables})

    bad, good = recalled / "model.safetensors", active / "model.safetensors"
    part = recipient.folder / "m-00001-of-00002.gguf"
    shutil.copy(good, part)
    shutil.copy(bad, recipient.folder / "m-00002-of-00002.gguf")
    for status, arguments in (
            (4, ["-m", bad, "-m", good]), (4, ["-m", good, f"--model={bad}"]), (4, ["-m", good, "--lora", bad]),
            (4, ["-m", good, "--lora", f"{good},{bad}"]), (4, ["-m", good, "--mmproj", bad]), (4, ["-m", good, "-md", bad]), (4, ["-m", part]),
            (5, ["-m", good, "-hf", "somebody/model"]), (5, ["-m", good, "--lora-scaled", bad, "1"]), (5, ["-m", good, "-mu", "https://x"]),
            (5, ["-m", good, "--models-dir", recalled]), (5, ["--alias", "-m", good]), (5, []), (5, ["-m", good, "--new-option"])):
        done = start(*arguments)
        equal((done.returncode, done.stdout), (status, ""), f"the start hook refuses {' '.join(str(a).rsplit('/', 1)[-1] for a in arguments)}")
    equal(start("-m", good, LLAMA_ARG_MODEL=str(bad)).returncode, 5, "and a variable that names a model")
    refused, begun = start("-m", bad), start("-m", good)
    equal((refused.returncode, refused.stdout), (4, ""), "the start hook does not start the server on v1")
    equal((begun.returncode, begun.stdout), (0, f"-m {active}/model.safetensors --port 1\n"), "and starts it on v2")
    snippet = ["import sys, checked_transformers as c", "c.may_use(*sys.argv[1:])"]
    for folder, status in ((active, 0), (recalled, 1)):
        done = subprocess.run([sys.executable, "-c", "\n".join(snippet), folder, recipient.folder / "cache", channel], text=True,
                              capture_output=True, env={**os.environ, "PATH": path, "PYTHONPATH": str(examples)})
        equal((done.returncode, "Recalled" in done.stderr), (status, status == 1), f"the snippet lets {folder.name} through: {status == 0}")


def recall_story(world, project, keys, recipients, notices):
    project("recall", "v1", "--keys", keys, "--reason", "rights", now=RECALLED)
    project.now = RECALLED
    refused = project("recall", "v1", "--keys", keys, status=3)["error"]
    check("never goes back" in refused["message"], "a state never goes back")
    osv = json.loads((project.folder / "channel" / "osv" / "v1.json").read_text())
    check(osv["affected"][0]["package"]["purl"].endswith("@v1") and osv["modified"] == RECALLED[:7] + "-01T00:00:00Z",
          "scanners find the recall by its purl, dated by the month")
    project("recall", "v2", "--hard", "--keys", keys, status=3)
    project("release", "count", "v1", "1200")
    out = project("notify", "recall-1", "--out", notices)
    equal((out["notices"], out["recipients"]), (["rc-1", "rc-2", "rc-3"], {"known": 3, "answered": 0, "cannot_be_named": 1200}),
          "three are told; 1200 copies cannot be named")
    said, refuses, silent = recipients
    forged = said.answer(notices / "rc-2.json", "said_applied")
    project("reply", forged, status=1)
    out = project("reply", said.answer(notices / "rc-1.json", "said_applied"))
    out = project("reply", refuses.answer(notices / "rc-2.json", "refused"))
    out = project("reply", "--unreachable", "rc-3", "--recall", "recall-1")
    equal(out["recipients"], {"known": 3, "answered": 2, "cannot_be_named": 1200}, "one answered, one refused, one is silent")
    notice = (notices / "rc-1.json").read_text()
    statement = json.loads(base64.b64decode(json.loads(notice)["statement"]["payload"]))["predicate"]
    equal((statement["decided"], statement["successor"]["release"]), (RECALLED[:7], "v2"), "the statement has a month and a successor")
    check(statement["deadline"].endswith("T00:00:00Z"), "and a deadline to the day")


def test(world, arguments):
    program = arguments.program.resolve()
    keys, notices = world.folder / "keys", world.folder / "notices"
    people = world.demo(190)
    authors = people.authors
    now, more, held_out = (people.only(set(authors[a:b])) for a, b in ((0, 48), (48, 80), (80, 190)))
    project = world.held(now)
    begun, v1 = first_release(world, project, keys)
    channel, root = project.folder / "channel", project.folder / "channel" / "1.root.json"
    recipients = [Recipient(program, world.folder, name) for name in ("applies", "refuses", "silent")]
    for recipient in recipients:
        person = world.write("recipient.json", json.dumps({"name": recipient.name, "contact": f"{recipient.name}@example.org", "key": recipient.key}))
        project("recipient", "add", person, "--release", "v1")
    equal([r["name"] for r in project("recipient", "list")["recipients"]], ["applies", "refuses", "silent"], "three recipients")
    said, refuses, silent = recipients
    gguf = {kind: world.folder / f"v1-{kind}.gguf" for kind in ("f32", "q8_0")}
    for kind, path in gguf.items():
        project("export", "gguf", path, "--type", kind)
    split = repacked(v1, world.folder / "repacked")
    copies = [v1, split, split / "b.safetensors", *gguf.values()]
    said.ask(v1, status=5, now=PUBLISHED)
    run(program.with_name("litura-check"), "fetch", "--cache", said.folder / "cache", "--from", channel, "--root", root, "--now", PUBLISHED)
    said.ask(status=5, now=PUBLISHED, channel=channel)
    check(True, "without a path nothing is said to be in use")
    for copy, how in zip(copies, ("file digest", "tensor digests", "tensor digests", "tensor digests", "tensor digests")):
        out = said.ask(copy, status=0, now=PUBLISHED, channel=channel, root=root)
        equal((out["files"][0]["releases"], out["files"][0]["how"]), (["v1"], how), f"{copy.name} is v1, by {how}")
    said.ask(world.base(), status=5, now=PUBLISHED)
    silent.ask(v1, status=0, now=PUBLISHED, channel=channel, root=root)
    silent.ask(v1, status=5, now=EARLY)
    check(True, "a channel not fetched for weeks says nothing good any more")
    shutil.copytree(channel, world.folder / "old-channel")

    v2, gone = leave_and_succeed(world, project, keys, v1, now, more, held_out)
    mix = merged(v2 / "model.safetensors", v1 / "model.safetensors", world.folder / "mix.safetensors")
    out = said.ask(v1, status=3, now=TRAIN, channel=channel)
    equal(out["files"][0]["successor"], "v2", "v1 is superseded by v2")
    age = said.ask(v2, status=0, now=LATER)["channel"]["age_hours"]
    equal(age, 48, "without fetching it again, from the cache: the channel's age is said")
    said.ask(mix, status=5, now=TRAIN)
    known_whole(world, said, v2)

    delivered(world, project, said, v1, v2)
    recall_story(world, project, keys, recipients, notices)
    certified(project, gone)
    entries = b"".join(path.read_bytes() for path in (project.folder / ".litura" / "log" / "tile" / "entries").rglob("*") if path.is_file())
    equal(len(set(re.findall(rb"litura.channel.1 sha256:\w+", entries))), project("channel", "tend", "--keys", keys)["epoch"], "every epoch of the channel is in the log")
    for copy in [*copies, mix]:
        said.ask(copy, status=4, now=RECALLED, channel=channel)
    said.ask(v2, status=0, now=RECALLED)
    started_by_hooks(world, said, channel, RECALLED, v1, v2)
    check(True, "v1 in every form, and a merge with it, is recalled; v2 is not")
    out = said.ask(v1, status=4, now=LATER, channel=world.folder / "old-channel")
    check("expired" in out["refused"] or "older" in out["refused"], "an old copy of the channel is refused, and the recall stays")
    said.ask(v2, status=5, now=LATER, channel=world.folder / "old-channel")
    check(True, "and with a copy that is refused nothing is in use")
    refuses.ask(v1, status=4, now=LATER, channel=channel, root=root)
    silent.ask(v1, status=5, now=LATER)
    project("channel", "tend", "--keys", keys, now=MUCH_LATER)
    said.ask(v1, status=4, now=MUCH_LATER, channel=channel)
    said.ask(v2, status=5, now=MUCH_LATER)
    check(True, "months later v1 is still recalled, and the lease of v2 has ended")
    equal(project("ledger", "verify", now=MUCH_LATER)["holds"], True, "the ledger holds all of it")
    project("recipient", "remove", "rc-3", now=MUCH_LATER)
    equal(project("recipient", "list", now=MUCH_LATER)["recipients"][2]["name"], None, "a recipient's name can be deleted")
    project("order", "stop", "--authority", "court", "--reference", "1", now=MUCH_LATER)
    project("publish", world.folder / "v3", "--keys", keys, now=MUCH_LATER, status=3)


if __name__ == "__main__":
    sys.exit(main(test))
