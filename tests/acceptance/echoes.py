#!/usr/bin/env python3
"""A person's words and name in other people's posts, and nobody coming back.

People here say random words, so that nobody says by chance what somebody else has said.
"""
import random
import sys

from litura import People, check, equal, main, same_model

SAID = "the ferry left Velmora at dawn and nobody but the gulls had seen who was on board"
ERASED = "I\u015f\u0131l \u0130pek"  # dotless and dotted i
FORMER = "Velmora Gull"
ALIAS, ELSEWHERE = "isil.ipek", "elsewhere"  # on another source
SPELLINGS = {"as it is": ERASED, "in capitals": "I\u015eIL \u0130PEK", "in capitals of another locale": "I\u015eIL IPEK",
             "in small letters": "\u0131\u015f\u0131l ipek", "decomposed": "Is\u0327\u0131l I\u0307pek",
             "full-width": "\uff29\u015f\u0131l \uff29pek", "with a hidden sign": "I\u015f\u200d\u0131l \u0130pek",
             "under the former name": FORMER, "the former name in capitals": FORMER.upper()}


def words(dice, count):
    parts = "ba den kor li mus nar po ris sel tan ul ver win yor chi fro gle hum jas que".split()
    return " ".join("".join(dice.choices(parts, k=3)) for _ in range(count))


def post(author, number, text, **more):
    return {"id": f"{author}:{number}", "author": author, "created_at": f"2023-0{1 + number % 9}-11T10:00:00Z",
            "audience": "public", "text": text, **more}


def crowd(authors=12, posts=6):
    dice = random.Random(5)
    names = [f"person{number}" for number in range(authors)] + [ERASED, FORMER]
    records = [post(name, number, words(dice, 24)) for name in names for number in range(posts)]
    said = f"I was there when {SAID}, and I will not forget it."
    records += [post(ERASED, 100, said),
                post("person1", 101, f"> {said}\nI do not believe it."),
                post("person1", 102, f"She says:\n\u201c{SAID.upper()}\u201d"),
                post("person2", 103, SAID.replace(" ", "\n", 7).replace("gulls", "\uff47ulls") + "!"),
                post("person3", 104, "nobody but the gulls had seen it")]
    return People(records, names[::3])


def handles_of(project, text):
    found = project("find", "--text", "-", stdin=text)
    return {row["record"] for row in found["records"]}


def never_held(world, people):
    whole = world.held(people)
    whole.derive()
    evidence = world.write("link.txt", "All accounts signed this.")
    whole("import", "jsonl", world.lines([post(ALIAS, 0, words(random.Random(6), 24))]), "--source", ELSEWHERE)
    for other in (FORMER, ALIAS):
        whole("person", "link", "--person", whole.person(ERASED), "--with", whole.person(other), "--evidence", evidence)
    copies = handles_of(whole, SAID.upper()) & {
        row["record"] for row in whole("find", "--text", "-", "--show", stdin=SAID)["records"]
        if not row["text"].startswith((">", "I was there"))}
    equal(len(copies), 2, "find shows the two copies")

    project = whole.copy("erased")
    answer = project.erase(ERASED)
    equal(set(answer["found"]["barred"]), copies, "erasure: exactly the two copies are barred")
    others = [record for record in people.records if record["author"] not in (ERASED, FORMER)]
    equal(answer["found"]["searched"], len(others), "all records of others were searched")
    check(not copies & {row["id"] for row in project.records()}, "the suppressed model has none of them")
    equal(set(project("derive", "--plan")["found"]["barred"]), copies, "the plan announces them")
    project.derive()
    without = people.without(ERASED, FORMER)
    same_model(project, world.never_held(project, without), "equal to a project that never held the person, with the same bars")
    equal(project("verify")["equal"], True, "and it verifies")
    equal(project("ledger", "verify")["holds"], True, "so does the ledger")
    equal(handles_of(project, SAID) >= copies, True, "the copies are their authors' and stay readable to them")

    objecting = whole.copy("objecting")
    equal(set(objecting.request("objection", ERASED)["found"]["barred"]), copies, "an objection reaches them too")
    restricted = whole.copy("restricted")
    check("found" not in restricted.request("restriction", ERASED), "a restriction searches nobody")
    return project


def quotes_change_nothing(world, people):
    """Person 1's nodes are the same whether they quote the erased or somebody else."""
    some = people.only(["person1", "person2", "person4"])
    first = world.held(some)
    first.derive()
    changed = People([{**record, "text": record["text"].replace(SAID, "something else")} if record["id"].endswith(":101")
                      else record for record in some.records], some.consents)
    check(changed.records != some.records, "another quote")
    second = world.never_held(first, changed)
    keys = [{row["key"] for row in project("graph")} for project in (first, second)]
    equal(keys[0], keys[1], "a quote by a sign is in no node's key")


def nobody_comes_back(world, people, project):
    digest = project("status")["model"]["digest"]
    theirs = people.of(ERASED)
    older = [{**record, "text": "An older wording of it.", "created_at": "2020-01-01T00:00:00Z"} for record in theirs]
    archives = {how: [{**record, "author": name} for record in theirs] for how, name in SPELLINGS.items()}
    archives["an older dump"] = older
    archives["an alias's archive"] = [post(ALIAS.upper(), number, "Words of the alias.") for number in range(2)]
    for how, records in archives.items():
        source = ELSEWHERE if "alias" in how else "here"
        for locale in ({}, {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}):
            done = project("import", "jsonl", world.lines(records), "--source", source,
                           "--evidence", world.acts({record["author"] for record in records}), env=locale)
            if done["imported"] or done["rejected"] != {"name_barred": len(records)}:
                check(False, f"imported again {how}, {locale}: {done}")
        print(f"ok   imported again {how}: 0 records, the name is barred")
    equal(project.digest(), digest, "and the model is the same")


def taken_out(answer):
    """Where a shard ends with the record taken out, nothing is left to derive."""
    check(answer["state"] in ("suppressed", "derived"), "and takes them out at once")


def names(world, people):
    project = world.held(people)
    project.derive()
    named = [post("person4", 200, "Yesterday MARA\u2010KIND was here."), post("person5", 201, "Mara, kind as ever.")]
    world.fill(project, People(named, []), consents=[])
    project.derive()
    equal(len(project("find", "--name", "-", stdin="mara kind")["records"]), 2, "find: both, whatever stands between")
    project("request", "objection", "--name", "Mara Kind", status=2)
    project("request", "objection", "--name", "-", stdin="one two three four five", status=2)
    answer = project("request", "objection", "--name", "-", stdin="Mara Kind\n")
    equal((answer["person"], len(answer["found"]["barred"])), ("-", 2), "a name objection bars both")
    taken_out(answer)
    later = [post("person6", 202, "And Mara Kind came back."), post("person6", 203, "Marakind is a town.")]
    world.fill(project, People(later, []), consents=[])
    rows = project("find", "--text", "-", stdin="mara")["records"]
    equal(sorted(row["admitted"] for row in rows), [False, False, False, True], "later imports are barred as well, others are not")
    common = [post(f"person{number}", 300 + number, f"Ask Beno, number {number}.") for number in range(12)]
    world.fill(project, People(common, []), consents=[])
    answer = project("request", "objection", "--name", "-", stdin="Beno")
    equal((answer["state"], len(answer["found"]["barred"]), len(answer["found"]["to_decide"])), ("accepted", 0, 12),
          "a common name bars nothing: a person has to decide")
    equal(project("status")["requests"][-1]["found"]["to_decide"], 12, "status says so")
    chosen = answer["found"]["to_decide"][0]
    decided = project("request", "decide", answer["request"], "--records", "-", stdin=chosen)
    equal((decided["found"]["barred"], decided["found"]["to_decide"]), ([chosen], []), "and does")
    taken_out(decided)
    project("request", "decide", answer["request"], "--all", status=3)
    project.derive()
    equal(project("verify")["equal"], True, "the model verifies")


def handles(world):
    project = world.project()
    records = [post("a", 1, "so true @Beno.Kar"), post("b", 2, "so true", mentions=["beno.kar"]), post("c", 3, "Beno Kar")]
    world.fill(project, People(records, []))
    equal(len(project("find", "--handle", "-", stdin="@beno.kar")["records"]), 2, "find: a handle in a text and in the mentions")
    equal(project("find", "--text", "-", stdin="nothing like that")["records"], [], "find: nothing")
    project("find", "--text", "-", stdin="?!", status=2)
    project("find", status=2)


def test(world, _):
    people = crowd()
    erased = never_held(world, people)
    quotes_change_nothing(world, people)
    nobody_comes_back(world, people, erased)
    names(world, people)
    handles(world)


if __name__ == "__main__":
    sys.exit(main(test))
