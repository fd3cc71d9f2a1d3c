#!/usr/bin/env python3
"""Nothing that decides is outside a seal or a chain: every column of every table, edited by somebody without a secret.

In a filled project each column is changed, exchanged between two rows, and emptied, and of each table the first row, the last and
all are taken away, one edit at a time. Opening the project or `ledger verify` must name the edit. An edit that neither names is
an exception of this list, and no answer may change by it.
"""
import contextlib
import json
import sqlite3
import subprocess
import tarfile
from collections import Counter

from litura import ROOT, Project, equal, main

NOW = "2024-08-01T00:00:00Z"
STATUSES = (0, 1, 2, 3, 4, 70)  # all that the program means; a signal is none
ANSWERS = (["status"], ["person", "list"], ["manifest", "show"], ["derive", "--plan"], ["graph"])

# What may be edited unseen and changes no answer, and why that is no harm. Whoever adds a column binds it, or says here why not.
HARMLESS = {
    "record.number": "orders the pages of a walk over all records, which promises no order",
    "bucket_key.marked": "a mark too many wraps a bucket anew; keys of people die in the transaction that also rotates",
    "pending_text.request": "the text is sealed for its request: under another one it does not open",
    "pending_text.sealed": "sealed: what was changed does not open",
    "report.request": "the report is sealed for its request: under another one it does not open",
    "report.sealed": "sealed: what was changed does not open",
    "token_count.record": "a count of no record is not read; the record is counted again",
    "token_count.wording": "a count of another wording is not read; the record is counted again",
    "token_count.counting": "a count by another tokenizer is not read; the record is counted again",
}
# Of which tables a row may go missing.
HARMLESS_ROWS = {"token_count": "a record without a count is counted again"}


def columns_of(db):
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        for _, column, kind, *_ in db.execute(f'PRAGMA table_info("{table}")').fetchall():
            yield table, column, kind


def another(value, kind):
    """A value of the column's type that is not this one."""
    if value is None:
        return {"INTEGER": 1, "TEXT": "x"}.get(kind, b"\x01" * 32)
    if isinstance(value, int):
        return value + 1
    return value + "x" if isinstance(value, str) else bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"


def edits_of(rows, at, kind):
    """(what is done, the rows after it)"""
    def with_value(row, value):
        return row[:at] + (value,) + row[at + 1:]
    yield "changed", [with_value(rows[0], another(rows[0][at], kind))] + rows[1:]
    for other in range(1, len(rows)):
        swapped = list(rows)
        swapped[0], swapped[other] = with_value(rows[0], rows[other][at]), with_value(rows[other], rows[0][at])
        if Counter(swapped) != Counter(rows):
            yield "exchanged", swapped
            break
    if rows[0][at] is not None:
        yield "emptied", [with_value(rows[0], None)] + rows[1:]


def rows_taken(rows):
    """(what is done, the rows after it)"""
    yield "first row taken away", rows[1:]
    if len(rows) > 1:
        yield "last row taken away", rows[:-1]
        yield "all rows taken away", []


class Edited:
    """A project whose database is put back after every edit."""

    def __init__(self, project):
        self.project, self.path = project, project.folder / ".litura" / "ledger.db"
        with self.database() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.whole = self.path.read_bytes()
        self.crashed = False
        self.answers = self.ask()

    @contextlib.contextmanager
    def database(self):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            yield db
            db.commit()

    def put_back(self):
        for log in ("ledger.db-wal", "ledger.db-shm"):
            (self.path.parent / log).unlink(missing_ok=True)
        self.path.write_bytes(self.whole)

    def write(self, table, rows):
        """False if the table itself refuses these rows, or puts the old value back (a number that counts by itself)."""
        with self.database() as db:
            before = Counter(db.execute(f'SELECT * FROM "{table}"').fetchall())
            try:
                db.execute(f'DELETE FROM "{table}"')
                for row in rows:
                    db.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', row)
            except sqlite3.IntegrityError:
                db.rollback()
                return False
            return Counter(db.execute(f'SELECT * FROM "{table}"').fetchall()) != before

    def run(self, *arguments):
        command = [self.project.program, "--json", "--project", self.project.folder, "--now", NOW, *arguments]
        done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def ask(self):
        return [self.run(*command) for command in ANSWERS]

    def named(self):
        status, answer = self.run("ledger", "verify")
        self.crashed |= status not in STATUSES
        return status != 0 or not json.loads(answer)["holds"]


def harmless(edited, table, rows):
    """Nobody noticed the edit that stands in the database: is every answer as it was?"""
    edited.put_back()
    edited.write(table, rows)
    return edited.ask() == edited.answers


def every_edit(edited):
    """(table, or column of a table; what is done; the table; its rows after it)"""
    with edited.database() as db:
        columns = list(columns_of(db))
        rows_of = {table: db.execute(f'SELECT * FROM "{table}"').fetchall() for table, *_ in columns}
        order = {table: [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')] for table, *_ in columns}
    for table, column, kind in columns:
        if rows_of[table]:
            for what, rows in edits_of(rows_of[table], order[table].index(column), kind):
                yield f"{table}.{column}", what, table, rows
    for table, rows in rows_of.items():
        if rows:
            for what, left in rows_taken(rows):
                yield table, what, table, left
    print(f"{len(columns)} columns; without a row: {' '.join(sorted(table for table, rows in rows_of.items() if not rows))}")


def try_all(edited):
    unseen, harmful, crashes, tried = set(), [], [], 0
    for place, what, table, rows in every_edit(edited):
        tried += 1
        edited.crashed = False
        if edited.write(table, rows) and not edited.named():
            unseen.add(place)
            if not harmless(edited, table, rows):
                harmful.append(f"{place} {what}")
        if edited.crashed:
            crashes.append(f"{place} {what}")
        edited.put_back()
    print(f"{tried} edits")
    return unseen, harmful, crashes


def fill(world, project):
    """Rows in tables that the fixture left empty."""
    project.request("objection", "person-b")
    project.request("rectification", "person-h", "--record", "7-1", "--text-file", world.write("new.txt", "Quilts, again.\n"))
    project("request", "objection", "--name", "-", stdin="Mara Kind\n")
    project("ground", "add", "--evidence", world.acts(["person-a"], act="made_public", record="0-1", at=NOW))


def test(world, _):
    with tarfile.open(ROOT / "tests" / "fixtures" / "project-0.1.tar.xz") as archive:
        archive.extractall(world.folder, filter="data")
    project = Project(world.program, world.folder / "project-0.1", NOW)
    fill(world, project)
    edited = Edited(project)
    equal(edited.named(), False, "the project holds before anything is edited")
    unseen, harmful, crashes = try_all(edited)
    equal(crashes, [], "no edit ends the program out of turn")
    equal(sorted(unseen - HARMLESS.keys() - HARMLESS_ROWS.keys()), [], "every edit is refused or named, or stands in a list here")
    equal(harmful, [], "and what is not named changes no answer")


if __name__ == "__main__":
    raise SystemExit(main(test))
