#!/usr/bin/env python3
"""Makes docs/law/coverage.md: which requirement is shown where. --check: fails if the page is old or a requirement has no case.

From tests/cases/requirements.txt, the first lines of tests/cases/*/*.case ("# R4, R10: sentence") and tests/cases/elsewhere.txt
("R74  path  what it shows"), less what missing.txt says is missing ("R45  what"). The stories are told by the ledger's unit test
and by tests/acceptance/stories.py, in ./test like the other tests; what stands in bench is run by hand.
"""
import collections
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "law" / "coverage.md"
HEAD = """# Which requirement is shown where

Made by `tests/coverage.py` from [requirements](../../tests/cases/requirements.txt), the first lines of the stories in
`tests/cases` and [what is shown elsewhere](../../tests/cases/elsewhere.txt). `./test` runs the stories and tests, with `--slow`
all of them; programs in `bench` are run by hand. The articles are our reading, not legal advice.

"""
GROUPS = {"now": "What the first version has to do", "second": "What the second has to do", "missing": "Not there yet"}


def fail(text):
    print(text)
    sys.exit(1)


def requirements():
    for line in (CASES / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


def shown():
    """{requirement: [(path, what it shows)]}"""
    found = collections.defaultdict(list)
    for path in sorted(CASES.glob("*/*.case")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        match = re.fullmatch(r"# (R\d+(?:, R\d+)*): (.+)", first)
        if not match:
            fail(f"{path.relative_to(ROOT)}: the first line does not read '# R1, R2: sentence'")
        for number in match[1].split(", "):
            found[number].append((path, match[2]))
    elsewhere = CASES / "elsewhere.txt"
    for line in elsewhere.read_text(encoding="utf-8").splitlines() if elsewhere.exists() else []:
        if line and not line.startswith("#"):
            number, path, what = line.split(None, 2)
            if not (ROOT / path).exists():
                fail(f"{elsewhere.relative_to(ROOT)}: there is no {path}")
            found[number].append((ROOT / path, what))
    return found


def missing():
    """{requirement: what is missing}"""
    path = CASES / "missing.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split(None, 1) for line in lines if line and not line.startswith("#"))


def row(number, law, words, places):
    links = "<br>".join(f"[{path.stem.replace('_', ' ')}](../../{path.relative_to(ROOT)})" for path in dict.fromkeys(p for p, _ in places))
    return f"| {number} | {law} | {words} | {links} |"


def page():
    found, gaps = shown(), missing()
    known = {number for number, *_ in requirements()}
    for number in {*found, *gaps} - known:
        fail(f"{number} is not in tests/cases/requirements.txt")
    groups = {group: [] for group in GROUPS}
    for number, when, law, words in requirements():
        if number in gaps:
            groups["missing"].append(f"| {number} | {law} | {words} | {gaps[number]} |")
        elif number in found:
            groups[when].append(row(number, law, words, found[number]))
        else:
            fail(f"{number} ({words}) is shown by no case, and tests/cases/missing.txt does not say what is missing")
    text = HEAD
    for group, rows in groups.items():
        last = "missing" if group == "missing" else "shown by"
        text += f"## {GROUPS[group]}: {len(rows)}\n\n| | law | in words | {last} |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"
    return text.rstrip() + "\n"


def main():
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        fail("docs/law/coverage.md is old: run tests/coverage.py")
    print("coverage")


main()
