#!/usr/bin/env python3
"""Statements, tickets, witnesses, attestations, certificates: what a person can check alone."""
import base64
import json
import shutil
import subprocess
import sys

import rebuild_proof as again
from litura import NOW, SOURCE, check, equal, main, run

EXPIRED = "2024-12-01T00:00:00Z"


class Checker:
    """litura-check, from a folder that is no project."""

    def __init__(self, world):
        self.program = world.program.with_name("litura-check")
        self.folder = world.folder / "elsewhere"
        self.folder.mkdir()

    def __call__(self, *arguments, **how):
        return run(self.program, *arguments, cwd=self.folder, **how)

    def ticket(self, path, name, *arguments, status=0, at=NOW):
        return self("ticket", path, "--at", at, *arguments, stdin=name + "\n", status=status)

    def present(self, path, name, *arguments, **how):
        return self.ticket(path, name, *arguments, **how)["proved"]["present"]


def ticket_for(world, project, name, **how):
    path = world.folder / world.fresh_name("ticket")
    project("ticket", path, "--person", "-", stdin=name, **how)
    return path


def edited(world, path, change):
    """A copy of a ticket in which `change` altered the JSON."""
    ticket = json.loads(path.read_text())
    change(ticket)
    return world.write(world.fresh_name("edited"), json.dumps(ticket))


def roots_are_rebuilt(project, people):
    """By a program that shares nothing with ours."""
    stated = project("statement", "--openings")
    openings = stated["openings"]
    vrf = again.Vrf(bytes.fromhex(openings["vrf_key"]))
    labels = {again.label(vrf, SOURCE, name) for name in people.authors}
    leaves = [(bytes.fromhex(leaf["label"]), again.leaf_value(leaf)) for leaf in openings["leaves"]]
    equal({name for name, _ in leaves}, labels, f"one leaf for each of {len(labels)} names, and no other")
    equal("sha256:" + again.map_root(leaves).hex(), stated["map_root"], "the map's root, rebuilt")
    equal("sha256:" + again.items_root(openings).hex(), stated["items_root"], "the list's root, rebuilt")
    items = sum(len(leaf["items"]) for leaf in openings["leaves"])
    equal(1 << items.bit_length() - 1, stated["items"], f"and every item is somebody's: {items}, said as a power of two")
    tags = [bytes.fromhex(source["tag"]) for source in openings["sources"]]
    equal(sorted(tags), tags, "the sources' tags are in order")
    equal((len(tags), "sha256:" + again.tree_root([again.sha256(b"\0", tag) for tag in tags]).hex()),
          (stated["sources"], stated["sources_root"]), "and their root, rebuilt")
    equal([source["name"] for source in openings["sources"] if bytes.fromhex(source["tag"]) == again.source_tag(vrf, SOURCE)], [SOURCE],
          "the one that the list was made of is among them")
    folder = project.folder / ".litura" / "log"
    size, root = again.checkpoint(folder)
    equal((again.log_root(folder), len(again.log_entries(folder))), (root, size), "the log's head, rebuilt")
    digest = again.sha256(stated["note"].rsplit("\n\n", 1)[0].encode() + b"\n").hex()
    equal(again.log_entries(folder)[stated["index"]], f"litura.statement.2 sha256:{digest}\n".encode(),
          "the statement's entry in it")
    return stated, vrf


def tickets_say_who_is_in(world, checker, project, people):
    for name in people.authors[:4]:
        path = ticket_for(world, project, name)
        check(name not in path.read_text(), "a ticket does not hold the identifier")
        equal(checker.present(path, name), True, "present says present")
        equal(checker.present(path, name.upper()), True, "in another spelling too")
        checker.ticket(path, people.authors[5], status=1)
        print("ok   somebody else's ticket: exit 1")
    for name in ("nobody of this name", "nemo", "Zoë ✓"):
        path = ticket_for(world, project, name)
        proved = checker.ticket(path, name)["proved"]
        equal((proved["present"], proved["places"], proved["every_source"]), (False, [], True), "absent says absent, on every source")
        check(all("name" not in source for source in json.loads(path.read_text())["sources"]), "and names no source to a stranger")
    return path


def no_answer_is_left_out(world, checker, project, name):
    """Every entry is needed, present or absent, and so is every source."""
    project("source", "declare", SOURCE.capitalize(), "--audience", "public")
    for who in (name, "nobody of this name"):
        path = ticket_for(world, project, who)
        entries = len(json.loads(path.read_text())["entries"])
        for number in range(entries):
            checker.ticket(edited(world, path, lambda t: t["entries"].pop(number)), who, status=1)
        for number in range(4):
            def without(ticket):
                ticket["sources"].pop(number)
                ticket["entries"] = [{**e, "source": e["source"] - (e["source"] > number)} for e in ticket["entries"] if e["source"] != number]
            checker.ticket(edited(world, path, without), who, status=1)
        check(entries == 4, "one entry or one source less: exit 1")


def every_alias(world, checker, project, people):
    """Linked accounts: one ticket answers for each name."""
    first, second = people.authors[7:9]
    other = project.person(second)
    project("person", "link", "--person", "-", "--with", other, "--evidence", world.notice, stdin=first)
    project.derive()
    path = ticket_for(world, project, first)
    for name in (first, second):
        equal(checker.present(path, name), True, "an alias of the same person: present")


def three_lines(checker, path, name):
    done = subprocess.run([checker.program, "ticket", path, "--at", NOW], input=name + "\n", capture_output=True, text=True,
                          check=False)
    lines = done.stdout.splitlines()
    equal([line.split("  ")[0] for line in lines], ["PROVED", "ATTESTED", "NOT COVERED"], "exactly three lines")
    check("NOBODY" in lines[1] and "other names" in lines[2], "which say who replayed it, and what is not covered")
    offline = subprocess.run(["unshare", "-n", checker.program, "ticket", path, "--at", NOW], input=name + "\n",
                             capture_output=True, text=True, check=False)
    if "unshare failed" in offline.stderr or "not permitted" in offline.stderr:
        print("skipped: this place does not let us take the network away")
    else:
        equal((offline.returncode, offline.stdout), (0, done.stdout), "without a network the same")


def forgeries(world, checker, project, path, name, other_path):
    ticket = json.loads(path.read_text())
    entry = next(i for i, e in enumerate(ticket["entries"]) if e["value"])

    def refused(what, change, status=1):
        checker.ticket(edited(world, path, change), name, status=status)
        print(f"ok   {what}: exit {status}")

    def flip(data, at):
        raw = bytearray(base64.b64decode(data))
        raw[at] ^= 1
        return base64.b64encode(raw).decode()

    def replace(field, old, new):
        def change(t):
            check(old in t[field], "the text to forge is there")
            t[field] = t[field].replace(old, new)
        return change

    other = json.loads(other_path.read_text())
    refused("a forged path", lambda t: t["entries"][entry].update(path=flip(t["entries"][entry]["path"], -1)))
    refused("a forged value", lambda t: t["entries"][entry].update(value="00" * 32))
    refused("present made absent", lambda t: t["entries"][entry].update(value=None))
    refused("a forged VRF proof", lambda t: t["entries"][entry].update(vrf=flip(t["entries"][entry]["vrf"], 40)))
    refused("another epoch's key", lambda t: t["entries"][entry].update(vrf=other["entries"][entry]["vrf"]))
    refused("another manifest's root", lambda t: t.update(statement=other["statement"], logged=other["logged"]))
    refused("another manifest's statement", lambda t: t.update(statement=other["statement"]))
    refused("an edited statement", replace("statement", "\nsuppressed no\n", "\nsuppressed yes\n"))
    refused("an edited index", replace("logged", "\nindex ", "\nindex 1"))
    key = checker("key", world.folder / "stranger.key", ticket["log"].split("+")[0])["verifier"]
    refused("another log's key", lambda t: t.update(log=key))
    refused("no ticket at all", lambda t: t.pop("statement"), status=2)
    error = checker("ticket", "no such file", stdin=name, status=4)["error"]
    equal((set(error), error["code"]), ({"code", "message", "where", "next"}, "environment"), "errors as litura's own")
    checker.ticket(path, name, at=EXPIRED, status=1)
    print("ok   an expired head: exit 1")
    checker.ticket(path, name, at="2024-06-30T00:00:00Z", status=1)
    print("ok   before it was made: exit 1")


def witnessed(world, checker, project, name):
    """A witness remembers; a fork of the log gets no cosignature and no believer."""
    key, state = world.folder / "witness.key", world.folder / "witness"
    witness = checker("key", key, "witness.example")["witness"]
    log = project("statement")["log"]
    policy = world.write("policy", f"log {log}\nwitness W {witness}\nquorum W\n")

    def round_trip(of, *arguments, status=0):
        request, answer = world.folder / world.fresh_name("request"), world.folder / world.fresh_name("answer")
        of("witness", "request", request, *arguments)
        said = checker("witness", request, "--key", key, "--name", "witness.example", "--log", log, "--state", state,
                       "--at", NOW, status=status)
        if status == 0:
            answer.write_text(said["cosignature"] + "\n")
            of("witness", "add", answer, "--witness", witness)
        return said

    checker.ticket(ticket_for(world, project, name), name, "--policy", policy, status=1)
    print("ok   seen by no witness, a policy that asks for one: exit 1")
    round_trip(project)
    seen = checker.ticket(ticket_for(world, project, name), name, "--policy", policy)["proved"]["seen"]
    equal(seen, [{"witness": "W", "at": NOW}], "cosigned: seen, by whom and when")
    fork = project.copy(world.fresh_name("fork"))
    project("statement", now="2024-09-28T12:00:00Z")  # the old one expires within a day: a new entry
    project.now = "2024-09-28T12:00:00Z"
    round_trip(project)
    fork.now = "2024-09-28T13:00:00Z"
    forked = ticket_for(world, fork, name)
    size = again.checkpoint(project.folder / ".litura" / "log")[0]
    round_trip(fork, "--old", size, status=1)
    print("ok   the witness refuses a head that forks the log: exit 1")
    checker.ticket(forked, name, "--policy", policy, at=fork.now, status=1)
    print("ok   a ticket of the forked log: exit 1")
    round_trip(fork, "--old", 0, status=3)
    good = ticket_for(world, project, name)
    equal(checker.present(good, name, "--policy", policy, at=project.now), True, "the true log's ticket holds")


def attested(world, checker, project, name):
    key = world.folder / "auditor.key"
    auditor = checker("key", key, "auditor.example")["verifier"]
    copy, file = project.copy("auditors-copy"), world.folder / "attestation"
    out = copy("attest", "--key", key, "--name", "auditor.example", "--out", file)
    equal(out["auditor"], auditor, "replayed, rebuilt and signed, on a copy of the project")
    equal(checker.ticket(ticket_for(world, project, name), name)["attested"], [], "nobody has attested it where it came from")
    text = file.read_text()
    for status, forged in ((1, text.replace("at 2", "at 3", 1)), (2, text[:-3]), (2, text.replace("auditor.example+", "other.example+", 1))):
        project("attest", "--import", world.write("forged", forged), status=status)
    equal(project("attest", "--import", file)["auditor"], auditor, "taken over from the copy")
    project("attest", "--import", file, "--key", key, status=2)
    said = checker.ticket(ticket_for(world, project, name), name)
    equal(said["attested"], [{"auditor": "auditor.example", "key": auditor, "at": NOW}], "the ticket says on whose word")
    check(any(auditor in line for line in said["not_covered"]), "and that their key is theirs is not covered")


def time_stamped(world, checker, project, name):
    """By a time-stamping authority made on the spot with OpenSSL's own tool."""
    if shutil.which("openssl") is None:
        print("skipped: there is no openssl to make an authority with")
        return
    folder = world.folder / "tsa"
    folder.mkdir()
    (folder / "config").write_text(f"""[req]
distinguished_name = name
x509_extensions = usage
prompt = no
[name]
CN = made-up authority
[usage]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
""")
    (folder / "serial").write_text("01\n")
    tool = ["openssl"]
    subprocess.run([*tool, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", folder / "config", "-keyout",
                    folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    request, response = folder / "request", folder / "response"
    project("timestamp", "request", request)
    subprocess.run([*tool, "ts", "-reply", "-config", folder / "config", "-section", "here", "-queryfile", request, "-out",
                    response], check=True, capture_output=True)
    stamped = project("timestamp", "add", response, "--authorities", folder / "cert.pem")["at"]
    path = ticket_for(world, project, name)
    said = checker.ticket(path, name, "--authorities", folder / "cert.pem")
    equal(said["proved"]["not_later_than"], stamped, "stamped: not later than that moment")
    checker.ticket(edited(world, path, lambda t: t.update(time_stamp="AAAA")), name, "--authorities", folder / "cert.pem",
                   status=1)
    print("ok   a broken time stamp: exit 1")


def after_an_erasure(world, checker, project, people):
    gone, stays = people.authors[10], people.authors[11]
    before = ticket_for(world, project, gone)
    model = project("status")["model"]["digest"]
    equal(checker.present(before, gone), True, "before the erasure: present")
    project.erase(gone)
    project.derive()
    after = ticket_for(world, project, gone)
    equal(checker.present(after, gone), False, "after it: absent")
    equal(checker.present(ticket_for(world, project, stays), stays), True, "and the others are where they were")
    error = project("verify", model, status=3)["error"]
    check(error["where"].startswith("event "), f"verify of the old model: exit 3, and names the {error['where']}")
    return before, after, gone


def certificate(project, gone):
    request = project("status")["requests"][-1]["request"]
    said = project("certificate", request)
    whats = [moment["what"] for moment in said["moments"]]
    check(whats[0] == "accepted" and any("destroyed" in what for what in whats), f"a certificate has its moments: {len(whats)}")
    check(all(moment["event"] > 0 for moment in said["moments"]), "each with its event")
    equal(said["records_in_model"], 0, "and says what the present list has")
    check(gone not in json.dumps(said) and said["not_covered"], "it names nobody, and says what it does not cover")
    project("certificate", "q-999", status=2)


def nobody_is_named(project, people):
    """What is kept of statements and logs holds no name, in the clear or as whole labels."""
    vrf_keys = [path.read_bytes() for path in (project.folder / ".litura" / "secrets").glob("vrf-*.key")]
    hidden = [path for part in ("log", "statements") for path in (project.folder / ".litura" / part).rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in hidden)
    names = [name for name in people.authors if name.encode() in kept]
    labels = [name for name in people.authors[:5] for key in vrf_keys if again.label(again.Vrf(key), SOURCE, name)[:6] in kept]
    equal((names, labels), ([], []), f"no name and no label in {len(hidden)} files of log and statements")


def test(world, arguments):
    again.self_test()
    people = world.demo()
    project = world.held(people)
    project.derive()
    checker = Checker(world)
    stated, vrf = roots_are_rebuilt(project, people)
    absent = tickets_say_who_is_in(world, checker, project, people)
    entry = json.loads(absent.read_text())["entries"][0]
    tag = json.loads(absent.read_text())["sources"][entry["source"]]["tag"]
    name = again.name_input(bytes.fromhex(tag), "Zoë ✓")
    output = again.verify_vrf(vrf.key, name, base64.b64decode(entry["vrf"]))
    check(output is not None and again.holds_in_map(output[:32], None, base64.b64decode(entry["path"]),
                                                    bytes.fromhex(stated["map_root"][7:])),
          "the second implementation accepts the ticket's proofs")
    name = people.authors[0]
    path = ticket_for(world, project, name)
    three_lines(checker, path, name)
    no_answer_is_left_out(world, checker, project, name)
    attested(world, checker, project, name)
    time_stamped(world, checker, project, name)
    before, after, gone = after_an_erasure(world, checker, project, people)
    forgeries(world, checker, project, before, gone, after)
    certificate(project, gone)
    every_alias(world, checker, project, people.without(gone))
    witnessed(world, checker, project, name)
    nobody_is_named(project, people)


sys.exit(main(test))
