#!/usr/bin/env python3
"""What is erased opens nowhere any more, what lives opens everywhere, and old copies are refused."""
import contextlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from litura import check, equal, main

KILLS = {"ci": 12, "slow": 200}
CANARY = "zanzibar-lighthouse-keeper"


@contextlib.contextmanager
def database(project):
    """A connection that is closed again: an open reader would keep an erasure from being finished."""
    with contextlib.closing(sqlite3.connect(project.folder / ".litura" / "ledger.db")) as db:
        yield db
        db.commit()


def counted(project, sql):
    with database(project) as db:
        return db.execute(sql).fetchall()[0][0]


def texts(project, author):
    """What the person's own report says, or None if it cannot be opened."""
    command = [project.program, "--json", "--project", project.folder, "--now", project.now,
               "request", "access", "--person", "-", "--verified", "letter"]
    done = subprocess.run(list(map(str, command)), input=author, capture_output=True, text=True, check=False)
    return sorted(record["text"] for record in json.loads(done.stdout)["records"]) if done.returncode == 0 else None


def put_rows_back(project, old, table):
    """Rows of the old database that today's has not, as somebody with an old copy of the file could."""
    with database(project) as db:
        db.execute("ATTACH ? AS old", (str(old.folder / ".litura" / "ledger.db"),))
        db.execute(f"INSERT OR IGNORE INTO main.{table} SELECT * FROM old.{table}")


def old_ciphertext_with_todays_keys(world, people, whole):
    gone, half = people.authors[0], next(a for a in people.authors[1:] if len(people.of(a)) > 1)
    dying = people.of(half)[0]
    before = whole.copy(world.fresh_name("before"))
    project = whole.copy(world.fresh_name("after"))
    project.erase(gone)
    project.request("erasure", half, "--record", dying["id"], "--verified", "letter")
    rest = sorted(record["text"] for record in people.of(half)[1:])
    equal(texts(project, half), rest, "one of several posts erased: only that one is gone")

    living = project.copy(world.fresh_name("living"))
    with database(living) as db:
        db.execute("ATTACH ? AS old", (str(before.folder / ".litura" / "ledger.db"),))
        db.execute("UPDATE main.record SET sealed = (SELECT sealed FROM old.record WHERE old.record.record = main.record.record)")
    for author in people.authors[1:]:
        expected = rest if author == half else sorted(record["text"] for record in people.of(author))
        if texts(living, author) != expected:
            check(False, "old ciphertext of the living with today's keys opens")
    check(True, f"old ciphertext of {len(people.authors) - 1} living people with today's keys: everything opens")

    post = project.copy(world.fresh_name("post"))
    put_rows_back(post, before, "record")
    equal(texts(post, half), None, "the erased post's old row with today's keys does not open")
    person = project.copy(world.fresh_name("person"))
    for table in ("record", "account", "held_key"):
        put_rows_back(person, before, table)
    equal(texts(person, gone), None, "an erased person's old rows and wrapped keys, put back whole, do not open")
    barred = project("import", "jsonl", world.lines(people.of(gone) + [dying]), "--source", "here")["rejected"]
    equal(sum(barred.values()), len(people.of(gone)) + 1, f"and their files imported again give 0 records: {barred}")


def copies_put_back(world, whole, author):
    project = whole.copy(world.fresh_name("copied"))
    old = project.copy(world.fresh_name("old"))
    project.erase(author)
    for part in (".litura", ".litura/ledger.db", ".litura/secrets"):
        victim = project.copy(world.fresh_name("victim"))
        target = victim.folder / part
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        for log in ("ledger.db-wal", "ledger.db-shm"):
            (victim.folder / ".litura" / log).unlink(missing_ok=True)
        (shutil.copytree if (old.folder / part).is_dir() else shutil.copy2)(old.folder / part, target)
        for command in (["status"], ["person", "list"], ["derive"], ["complete"], ["request", "access", "--person", "p-aaaaaaaaaa"]):
            victim(*command, status=3)
        check(True, f"last week's {part} put back: every command ends with 3")


def account_keys(project):
    return counted(project, "SELECT count(*) FROM held_key WHERE kind = 'account'")


def killed_at_random(world, whole, author, rounds):
    person = whole.person(author)
    trial = whole.copy(world.fresh_name("trial"))
    started = time.monotonic()
    trial.request("erasure", author, "--verified", "letter")
    longest = time.monotonic() - started
    said = 0
    for _ in range(rounds):
        project = whole.copy(world.fresh_name("killed"))
        process = project.background("request", "erasure", "--person", person, "--verified", "letter")
        time.sleep(random.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        destroyed = counted(project, "SELECT count(*) FROM request WHERE destroyed_ms IS NOT NULL")
        cell = (project.folder / ".litura" / "secrets" / "root").read_bytes()
        roots = sum(any(cell[at:at + 512]) for at in (0, 512))
        if destroyed and (roots != 1 or account_keys(project) >= account_keys(whole)):
            check(False, "destroyed is said and a root or the person's key still stands")
        said += destroyed
        requests = project("status")["requests"]
        if requests and not all(request["destroyed_at"] for request in requests):
            check(False, "the next command finishes the erasure")
        state = project("keys", "status")
        if (state["roots"], state["pending"]) != (1, 0) or texts(project, author) and requests:
            check(False, f"after the next command keys are settled and nothing opens: {state}")
        shutil.rmtree(project.folder)
    check(True, f"kill -9 at {rounds} random instants of an erasure: destroyed was said {said} times, never while a key was left")


def canary_is_nowhere(world, people):
    author = people.authors[3]
    marked = people.corrected(people.of(author)[0]["id"], f"I was the {CANARY} for years.")
    project = world.held(marked)
    project.derive()
    project.erase(author)
    hits = [path.name for path in project.folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    equal(hits, [], "the erased words stand in no file of the project")
    return project


def told_in_clear(backup, handle):
    """What somebody with a backup alone reads of people: rows of folds and of counts, and how long what is sealed is."""
    told = []
    with contextlib.closing(sqlite3.connect(backup / ".litura" / "ledger.db")) as db:
        tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        told += [name for name in ("account", "ground", "described", "request", "bar", "token_count") if name not in tables]
        told += [name for name in tables if name not in ("event", "record", "node", "edge", "influence", "schema_version", "key_root", "tally")
                 and db.execute(f'SELECT count(*) FROM "{name}"').fetchone() != (0,)]
        described = [size for size, in db.execute("SELECT DISTINCT length(sealed) FROM event WHERE type = 'person.described'")]
        if len(described) != 1:
            told.append(f"statements of persons in {described} bytes")
    if any(handle.encode() in path.read_bytes() for path in backup.rglob("ledger.db*")):
        told.append("a person's row, in a page that nobody uses")
    return told


def backup_and_restore(world, people):
    project = world.held(people)
    mirror = world.folder / world.fresh_name("mirror")
    mirror.mkdir()
    project.set_recipe(key_mirror=json.dumps(str(mirror)))
    project.derive()
    folder = world.folder / world.fresh_name("backup")
    for name in people.authors[:2]:
        project("person", "describe", "--person", "-", "--country", "LU", "--age", 15, stdin=name)
    equal(project("backup", folder)["records"], len(people.records), "backup: every record, sealed")
    equal(told_in_clear(folder, project.person(people.authors[0])), [], "and it tells nobody's country, age, seconds or lengths, to whoever has no secret")
    gone = people.authors[5]
    project.erase(gone)
    fates = {line["what"]: line["result"] for line in project("request", "report", "q-1")["artefacts"]}
    equal((fates["records"], fates["nodes"], fates["backups"]), ("destroyed", "destroyed", "unreadable"), "the report says what became of what")
    digest = project.digest()
    shutil.rmtree(project.folder / ".litura")
    restored = project("restore", folder, "--mirror", mirror)
    equal(restored["dead"], len(people.of(gone)), "restore: the records erased since are dead")
    equal(project.digest(), digest, "and the next derive gives the digest of before the loss")
    equal(project("ledger", "verify")["holds"], True, "the journal holds, with the erasure in it")
    project("restore", folder, "--mirror", mirror, status=3)


def test(world, arguments):
    people = world.demo(people=20)
    whole = world.held(people)
    whole.derive()
    old_ciphertext_with_todays_keys(world, people, whole)
    copies_put_back(world, whole, people.authors[2])
    killed_at_random(world, whole, people.authors[2], KILLS[arguments.mode])
    canary_is_nowhere(world, people)
    backup_and_restore(world, people)


sys.exit(main(test))
