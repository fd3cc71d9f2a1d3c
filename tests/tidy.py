#!/usr/bin/env python3
"""Style and architecture as a test: what a reviewer would otherwise have to say every time.

tests/tidy.py [ROOT]: prints PATH:LINE: what is wrong, and exits 1 if there is anything. Every rule proves on a sample
first that it can fail. It knows lines and words, not C++: what needs a parser is left to the compilers' warnings.
"""
import pathlib
import re
import sys

# Who may include whom (ARCHITECTURE.md). A part may always include itself.
MAY_INCLUDE = {
    "base": "",
    "formats": "base",
    "keys": "base",
    "proof": "base",
    "ledger": "base keys",
    "corpus": "base keys ledger",
    "engine": "base formats",
    "derive": "base keys ledger corpus formats engine",
    "release": "base keys ledger corpus formats engine derive proof",
    "audit": "base keys ledger corpus formats engine derive proof release",
    "cli": "base keys ledger corpus formats engine derive proof release audit",
    "check": "base formats proof",
}
LINES_MAX = 600
COLUMNS_MAX = 120  # of C++: clang-format breaks at 100, except long words
SKIPPED = {".git", "build", "quickstart-out", "__pycache__", "models/base", "tests/corpus"}
CODE = {".cpp", ".hpp"}
SCRIPTS = {".py", ".sh", ""}

RANDOM = "random numbers come from Philox or the keys part"
CLOCK = "the clock comes from Env"
REGEX = "std::regex has neither limits nor Unicode"
ALLOWED = {"src/base/env.cpp": [CLOCK]}
ALLOWED_IN_TESTS = [RANDOM, REGEX]

# (what to say, pattern, suffixes, start of the path or "", a line that must be found)
BANNED = [
    ("unfinished work belongs to an issue", r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b", None, "", "// TO" + "DO: later"),
    (RANDOM, r"\b(s?rand|random_device|mt19937\w*)\b\s*[({]",
     CODE, "", "x = rand" + "();"),
    (CLOCK, r"\btime\((nullptr|NULL|0)\)|system_clock::now", CODE, "", "time(null" + "ptr)"),
    (REGEX, r"std::(w?s?regex|cmatch|smatch)", CODE, "", "std::reg" + "ex r;"),
    ("numbers are read by from_chars: locales change strtod", r"\b(strto[dfl]d?|atof|stod|stof)\s*\(", CODE, "",
     "strto" + "d(a, b)"),
    ("the environment decides no bit; only LITURA_SIMD is read", r"\b(secure_)?getenv\((?!\"LITURA_SIMD\")", CODE, "",
     "getenv(\"HO" + "ME\")"),
    ("an unordered container has no order to derive from", r"unordered_(multi)?(map|set)", CODE, "src/derive/",
     "std::unordered_" + "map<int, int> m;"),
    ("a path of somebody's machine", r"(?<![\w./-])/(work|home)/", None, "", "cd /wo" + "rk/main"),
    ("a package registry's or a mirror's address",
     r"pypi\.org|registry\.npmjs|crates\.io|proxy\.golang|deb\.debian\.org", None, "", "https://py" + "pi.org/simple"),
    ("a tab or a control character", r"[\x00-\x09\x0b-\x1f\x7f]", CODE | {".py", ".md"}, "", "a\tb"),
    ("spaces at the end of the line", r"[ \t]+$", None, "", "a "),
]


def files(root):
    """Every file that is ours, by its path from the root."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or path.suffix == ".patch" or any((name + "/").startswith(skip + "/") or f"/{skip}/" in name for skip in SKIPPED):
            continue
        yield name, path


def banned(name, line):
    suffix = pathlib.PurePath(name).suffix
    for message, pattern, suffixes, where, _ in BANNED:
        if message in ALLOWED.get(name, ()) or name.endswith("_test.cpp") and message in ALLOWED_IN_TESTS:
            continue
        if (suffixes is None or suffix in suffixes) and name.startswith(where) and re.search(pattern, line):
            yield message


def include_direction(name, line):
    match = re.match(r'#include "(\w+)/', line)
    part = re.match(r"src/(\w+)/", name)
    if match and part and match[1] in MAY_INCLUDE and part[1] in MAY_INCLUDE:
        if match[1] != part[1] and match[1] not in MAY_INCLUDE[part[1]].split():
            yield f"part {part[1]} must not know part {match[1]}"


def opens_with_comment(name, lines, exists):
    """A file says first what it is; a .cpp may leave that to the header that it implements or tests."""
    suffix = pathlib.PurePath(name).suffix
    header = re.sub(r"(_test)?\.cpp$", ".hpp", name)
    if suffix in CODE and not lines[0].startswith("// ") and (header == name or not exists(header)):
        yield 1, "the file does not open with a comment that says what it is"
    if suffix in SCRIPTS and lines[0].startswith("#!"):
        second = lines[1] if len(lines) > 1 else ""
        if not second.startswith(("# ", '"""')):
            yield 2, "the script does not open with a comment that says what it is"


def one_title(name, lines):
    if not name.endswith(".md"):
        return
    titles, fenced = 0, False
    for line in lines:
        fenced ^= line.startswith("```")
        titles += not fenced and line.startswith("# ")
    if titles != 1:
        yield 1, f"a page has one title, this one has {titles}"


def too_long(name, lines):
    suffix = pathlib.PurePath(name).suffix
    if suffix not in CODE | SCRIPTS or suffix == "" and not lines[0].startswith("#!"):
        return
    if len(lines) > LINES_MAX:
        yield len(lines), f"longer than {LINES_MAX} lines"
    for number, line in enumerate(lines, 1):
        if suffix in CODE and len(line) > COLUMNS_MAX:
            yield number, f"longer than {COLUMNS_MAX} columns"


def braced_tries(text):
    """Lines on which TRY stands in a braced initialiser list: leaving from there, Clang forgets to destroy what the list
    holds already. In formatted code a brace opens a list unless a space and an end of a head come before it."""
    code = re.sub(r'//[^\n]*|R"(\w*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\d)\'(?:\\.|[^\'\\\n])+\'',
                  lambda found: "\n" * found[0].count("\n") + '""', text)
    lists = []
    for found in re.finditer(r"[{}]|\bTRY\(", code):
        before = code[:found.start()].rstrip()
        if found[0] == "TRY(" and lists and lists[-1]:
            yield code.count("\n", 0, found.start()) + 1, "TRY in a braced initialiser list leaks under Clang"
        elif found[0] == "{":
            inherited = before.endswith("{") and lists[-1]
            opens = len(before) == found.start() or re.search(r"[=,(]$|\breturn$", before) is not None
            lists.append(bool(before) and (inherited or opens))
        elif found[0] == "}" and lists:
            lists.pop()


def findings(name, text, exists):
    lines = text.splitlines() or [""]
    yield from opens_with_comment(name, lines, exists)
    for rule in (one_title, too_long):
        yield from rule(name, lines)
    if pathlib.PurePath(name).suffix in CODE:
        yield from braced_tries(text)
    for number, line in enumerate(lines, 1):
        for rule in (banned, include_direction):
            yield from ((number, message) for message in rule(name, line))
    if text and not text.endswith("\n"):
        yield len(lines), "no line end at the end of the file"


def prove_rules():
    """Every rule finds its sample, and a lawful file passes."""
    for message, _, suffixes, where, sample in BANNED:
        name = (where or "src/base/") + "a" + (".cpp" if suffixes is None else min(suffixes))
        assert message in banned(name, sample), message
    assert list(include_direction("src/base/a.cpp", '#include "ledger/ledger.hpp"'))
    assert not list(include_direction("src/derive/a.cpp", '#include "engine/model.hpp"'))
    for name, line, exists in (("a.hpp", "#pragma once", True), ("a.cpp", "int x;", False), ("a.py", "#!x", False)):
        assert list(opens_with_comment(name, [line], lambda _, exists=exists: exists)), name
    assert list(one_title("a.md", ["# A", "# B"])) and not list(one_title("a.md", ["# A", "```", "# b", "```"]))
    assert list(too_long("a.cpp", ["//"] * 601)) and list(too_long("a.cpp", ["/" * 121]))
    for lawful in ("f([] {\n    TRY(x);\n});", "if (x) {\n    {\n        TRY(x);\n", "Row row{f(1)};\nTRY(y);", "[&]() -> R<void> {\n TRY(x);"):
        assert not list(braced_tries(lawful)), lawful
    for leaking in ("return {a, TRY(x)};", "Row{a, f(TRY(x))}", "x = {\n    {a, 1},\n    {b, TRY(x)}};", "R<T>{TRY(x)}"):
        assert list(braced_tries(leaking)), leaking
    assert not list(findings("src/cli/a.cpp", '// What it is.\n#include "base/env.hpp"\n', bool))


def main(root):
    prove_rules()
    wrong = 0
    for name, path in files(root):
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, message in findings(name, data.decode("utf-8"), lambda other: (root / other).exists()):
            print(f"{name}:{number}: {message}")
            wrong += 1
    print(f"{wrong} findings" if wrong else "tidy")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
