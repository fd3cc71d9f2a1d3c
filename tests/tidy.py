#!/usr/bin/env python3
"""Style and architecture as a test: what a reviewer would otherwise have to say every time.

tests/tidy.py [ROOT]: prints PATH:LINE: what is wrong, and exits 1 if there is anything. Every rule proves on a sample
first that it can fail. It knows lines and words, not C++: what needs a parser is left to the compilers' warnings.
"""
import pathlib
import posixpath
import re
import sys

# Who may include whom (ARCHITECTURE.md). A part may always include itself.
MAY_INCLUDE = {
    "base": "",
    "formats": "base",
    "store": "base",
    "keys": "base store",
    "proof": "base",
    "ledger": "base store keys",
    "corpus": "base store keys ledger",
    "engine": "base formats",
    "memory": "base formats engine",
    "derive": "base store keys ledger corpus formats engine memory",
    "release": "base store keys ledger corpus formats engine memory derive proof",
    "audit": "base store keys ledger corpus formats engine memory derive proof release",
    "service": "base store keys ledger corpus formats engine memory derive proof release audit",
    "cli": "base service",
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
    ("what is meant has a name: an issue's number says nothing to a reader", r"\b[Ii]ssues? \d", None, "", "see is" + "sue 3"),
    ("the pages of this tree explain it: nobody has that file", r"\bDESIG" r"N\b", None, "", "DESIG" + "N section 7"),
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


def unlisted_scripts(texts):
    """Scripts that nothing runs: ./test takes acceptance scripts from their list, and calls the others by name."""
    listed = {line.split()[0] for line in texts["tests/acceptance/ALL"].splitlines() if line and line[0] != "#"}
    callers = "".join(text for name, text in texts.items() if name == "test" or name.endswith("CMakeLists.txt"))
    for name, text in texts.items():
        place, _, script = name.rpartition("/")
        if place == "tests/acceptance" and "sys.exit(main(" in text and script not in listed:
            yield name, 1, "the script is not in tests/acceptance/ALL: nothing runs it"
        if name.startswith("tests/") and place != "tests/acceptance" and text.startswith("#!") and name not in callers:
            yield name, 1, "neither ./test nor a CMakeLists.txt runs this script"
    for script in listed:
        if f"tests/acceptance/{script}" not in texts:
            yield "tests/acceptance/ALL", 1, f"there is no {script}"


def include_cycles(texts):
    """Rings of includes, where a header and its .cpp count as one: nothing in a ring can be understood or tested alone.
    Private headers ("Not public.") and what is included once for every SIMD target ("-inl") are pieces of their reader."""
    includes = {}
    for name, text in texts.items():
        pieces = "-inl" in name or "Not public." in "".join(text.splitlines(True)[:6])
        if re.match(r"src/.*(?<!_test|_fuzz)\.[hc]pp$", name) and not pieces:
            found = re.findall(r'^#include "([\w/-]+)\.hpp"', text, re.M)
            includes.setdefault(name[:-4], set()).update(f"src/{other}" for other in found if f"src/{other}" != name[:-4])

    def reached(start):
        found, todo = set(), [start]
        while todo:
            fresh = includes.get(todo.pop(), set()) - found
            found |= fresh
            todo += fresh
        return found

    everything, told = {name: reached(name) for name in includes}, set()
    for name in sorted(includes):
        ring = sorted(other for other in everything[name] if name in everything.get(other, ()))
        if ring and name not in told:
            yield name + ".hpp", 1, "a ring of includes: " + ", ".join(other.removeprefix("src/") for other in ring)
        told.update(ring)


def glossary(texts):
    """A word of the glossary means one thing, says where it lives, and names one type of the tree."""
    page = "docs/glossary.md"
    rows = [(number, *(cell.strip() for cell in line.strip("|").split("|")))
            for number, line in enumerate(texts.get(page, "").splitlines(), 1) if line.startswith("| **")]
    types = {}
    for name, text in texts.items():
        if name.startswith("src/") and name.endswith(".hpp") and "test" not in name:
            for found in re.findall(r"^(?:struct|class|enum class) (?:\[\[nodiscard\]\] )?(\w+)(?: final)?(?: :[^\n]*)? \{", text, re.M):
                types.setdefault(found, []).append(name)
    known = {}
    for number, words, *cells in rows:
        for word in re.findall(r"\*\*([^*]+)\*\*", words):
            if word in known:
                yield page, number, f"'{word}' stands in line {known[word]} already"
            known[word] = number
            type_name = "".join(part.capitalize() for part in word.split())
            places = types.get(type_name, [])
            if len(places) > 1:
                yield page, number, f"'{word}' names types in {', '.join(sorted(places))}"
        for path in re.findall(r"`((?:src|docs|rules|models)/[\w/.-]+)`", " ".join(cells)):
            if path not in texts and not any(name.startswith(path.rstrip("/") + "/") for name in texts):
                yield page, number, f"there is no {path}"


def sql_outside_rows(texts):
    """SQL stands in src/store, in files of rows and in schemas, so that another engine has few files to please."""
    statement = r'"\s*(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|(CREATE|DROP|ALTER) TABLE|PRAGMA)\b|^(CREATE TABLE|SELECT|INSERT INTO)\b'
    for name, text in texts.items():
        part = name.split("/")[1] if name.startswith("src/") else "store"
        tested = re.search(r"(_test|_fuzz)\.cpp$|/test_\w+\.[hc]pp$", name)
        rows = re.search(r"(^|/|_)(rows|schema)\.cpp$", name)
        if part != "store" and name.endswith((".cpp", ".hpp")) and not tested and not rows:
            for found in re.finditer(statement, text, re.M):
                yield name, text.count("\n", 0, found.start()) + 1, "SQL outside of src/store, *_rows.cpp and schema.cpp"


def stale_pointers(texts):
    """Links of pages, and paths in pages and comments, lead to something: the file, its folder, or what is built from it; PLACEHOLDERs and * excepted."""
    places = {place.as_posix() for name in texts for place in (pathlib.PurePath(name), *pathlib.PurePath(name).parents)}
    parts = "|".join(MAY_INCLUDE)
    path = rf"(?<![\w/.-])((?:src|tests|docs|bench|examples|rules|scripts)/[\w/.-]*\w|(?:{parts})/[\w/-]+\.[hc]pp)"

    def there(place):
        return any(found in places for found in (place, f"src/{place}", f"{place}.cpp", f"{place}.md"))

    for name, text in texts.items():
        folder = pathlib.PurePath(name).parent.as_posix()
        links = re.finditer(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text) if name.endswith(".md") else ()
        pointers = [(found, posixpath.normpath(posixpath.join(folder, found[1]))) for found in links]
        pointers += [(found, found[1]) for found in re.finditer(path, text) if name != "tests/tidy.py"]
        for found, place in pointers:
            placeholder = re.search(r"[A-Z]{3}", place) or text.startswith("*", found.end())
            if not there(place) and not placeholder and not place.startswith(tuple(SKIPPED)):
                yield name, text.count("\n", 0, found.start()) + 1, f"there is no {place}"


TREE_RULES = (unlisted_scripts, include_cycles, glossary, sql_outside_rows, stale_pointers)


def prove_tree_rules():
    tree = {"tests/acceptance/ALL": "# list\na.py ci\ngone.py ci\n", "test": "tests/b.sh",
            "tests/acceptance/a.py": "sys.exit(main(test))", "tests/acceptance/c.py": "sys.exit(main(test))",
            "tests/b.sh": "#!/bin/sh", "tests/d.sh": "#!/bin/sh"}
    assert [name for name, _, _ in unlisted_scripts(tree)] == ["tests/acceptance/c.py", "tests/d.sh", "tests/acceptance/ALL"]
    ring = {"src/a/a.hpp": "", "src/a/a.cpp": '#include "a/b.hpp"\n', "src/a/b.hpp": '#include "a/a.hpp"\n', "src/a/c.hpp": '#include "a/b.hpp"\n'}
    assert len(list(include_cycles(ring))) == 1 and not list(include_cycles({**ring, "src/a/a.cpp": '#include "a/a.hpp"\n'}))
    sql = {f"src/a/{name}": 'db.prepare("SELECT 1")' for name in ("a.cpp", "a_rows.cpp", "rows.cpp", "schema.cpp", "a_test.cpp")}
    assert [name for name, _, _ in sql_outside_rows(sql)] == ["src/a/a.cpp"]
    pointing = {"docs/a.md": "[b](b.md) [c](c.md) `src/a/a.cpp` `a/a.cpp` `bench/b` `base/b.hpp` `src/a/THING.hpp` `src/a/a_*.cpp`", "docs/c.md": "", "src/a/a.cpp": "", "bench/b.cpp": ""}
    assert [message for _, _, message in stale_pointers(pointing)] == ["there is no docs/b.md", "there is no base/b.hpp"]
    words = {"docs/glossary.md": "| **bar** | one | `src/a/a.hpp` |\n| **bar** | two | `src/a/b.hpp` |\n",
             "src/a/a.hpp": "struct Bar {\n", "src/b/a.hpp": "class Bar final : public B {\n"}
    assert len(list(glossary(words))) == 4, list(glossary(words))


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
    prove_tree_rules()
    assert not list(findings("src/cli/a.cpp", '// What it is.\n#include "base/env.hpp"\n', bool))


def main(root):
    prove_rules()
    contents = {name: path.read_bytes() for name, path in files(root)}
    texts = {name: data.decode("utf-8") for name, data in contents.items() if b"\0" not in data}
    found = [(name, *each) for name, text in texts.items() for each in findings(name, text, texts.__contains__)]
    found += [each for rule in TREE_RULES for each in rule(texts)]
    for name, number, message in found:
        print(f"{name}:{number}: {message}")
    wrong = len(found)
    print(f"{wrong} findings" if wrong else "tidy")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
