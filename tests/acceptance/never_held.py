#!/usr/bin/env python3
"""After a right, the model folders are those of a project that never held the person."""
import sys

from litura import FORUM, People, check, equal, main, same_model, slices_of

SOLO_IN_DEMO = 950  # tokens: a few accounts of the made-up network have more
NEW_WORDS = "This is what I meant to say: the corrected words of this post, and nothing of the old ones."


def cost_of(project, tokens, person):
    """Tokens to train again without this stage-2 person: their shard from their first slice on, less their own."""
    own = [row for row in project.records() if row["person"] == person]
    shard = f"stage2/{own[0]['shard']}"
    first = min(row["slice"] for row in own)
    listed = next(row for row in project("person", "list")["persons"] if row["person"] == person)
    return sum(count for (chain, name), count in tokens.items() if chain == shard and name >= first) - listed["tokens"]


class Case:
    """One set of people, derived once; every right is tried on a copy of that project."""

    def __init__(self, world, people, name, **recipe):
        self.world, self.people, self.name = world, people, name
        self.whole = world.held(people, **recipe)
        self.fresh = self.whole.derive()["tokens_trained"]["fresh"]
        self.placed = {}
        handles = {self.whole.person(author): author for author in people.authors}
        for row in self.whole("person", "list")["persons"]:
            if row["stage"]:
                self.placed[handles[row["person"]]] = row

    def of_stage(self, stage, solo=False):
        return [author for author, row in self.placed.items()
                if row["stage"] == stage and row["shard"].startswith("solo") == solo]

    def after(self, kind, authors):
        """The model after these people's requests, derived again."""
        project = self.whole.copy(self.world.fresh_name("after"))
        for author in authors:
            project.request(kind, author, *(["--verified", "letter"] if kind == "erasure" else []))
        return project, project.derive()

    def erased(self, authors, text):
        project, derived = self.after("erasure", authors)
        same_model(project, self.world.never_held(project, self.people.without(*authors)), f"{self.name}: {text}")
        return project, derived

    def median_person(self):
        """The median by cost of those whose words stand in nobody else's record: those records would go as well."""
        tokens = slices_of(self.whole)
        costs = sorted((cost_of(self.whole, tokens, self.placed[author]["person"]), author) for author in self.of_stage(2))
        middle = len(costs) // 2
        for expected, author in sorted(costs, key=lambda each: abs(costs.index(each) - middle)):
            project, derived = self.erased([author], "a median stage-2 person erased")
            if not project.barred_for_others():
                break
        now, fresh = derived["tokens_trained"]["now"], derived["tokens_trained"]["fresh"]
        equal(now, expected, f"{self.name}: trained again is their shard from their slice on")
        return now / fresh

    def rectified(self):
        author = self.of_stage(2)[0]
        record = self.people.of(author)[-1]
        project = self.whole.copy(self.world.fresh_name("after"))
        words = self.world.write("words.txt", NEW_WORDS)
        project.request("rectification", author, "--record", record["id"], "--text-file", words, "--verified", "letter")
        project.derive()
        people = self.people.corrected(record["id"], NEW_WORDS)
        same_model(project, self.world.never_held(project, people), f"{self.name}: one post rectified")

    def one_id_of_two(self):
        """Somebody else uses the id of a post that is trained already; then its first author is erased."""
        first, second = self.of_stage(2)[:2]
        again = {**self.people.of(second)[0], "id": self.people.of(first)[0]["id"]}
        project = self.whole.copy(self.world.fresh_name("after"))
        self.world.fill(project, People([again], []))
        project.derive()
        project.erase(first)
        project.derive()
        people = People([*self.people.records, again], self.people.consents).without(first)
        same_model(project, self.world.never_held(project, people), f"{self.name}: one of two authors of one id erased")

    def without_ground(self, kind, author):
        """Kept but untrainable: the comparison holds their posts too, without any ground."""
        project, _ = self.after(kind, [author])
        other = self.world.held(self.people.without(author), like=project)
        self.world.fill(other, self.people.only([author]), consents=[], interest=False)
        other.bar(project.barred_for_others())
        other.derive()
        same_model(project, other, f"{self.name}: {kind} equals no ground")

    def solo(self):
        alone = self.of_stage(2, solo=True)
        check(alone, f"{self.name}: {len(alone)} accounts above solo_above have shards of their own")
        for author in alone:
            project, derived = self.erased([author], "an account above solo_above erased")
            if not project.barred_for_others():
                equal(derived["nodes"]["computed"], 0, f"{self.name}: that trains no node")
                equal(derived["tokens_trained"]["now"], 0, f"{self.name}: and no token")
                return
        check(False, f"{self.name}: the words of every account above solo_above stand in others' records")

    def all_rights(self):
        share = self.median_person()
        self.erased(self.of_stage(1)[:1], "a stage-1 person erased")
        self.erased(self.of_stage(1)[1:4] + self.of_stage(2)[1:8], "ten people erased at once")
        self.rectified()
        self.solo()
        self.without_ground("objection", self.of_stage(2)[0])
        self.without_ground("withdrawal", self.of_stage(1)[0])
        return share


def test(world, arguments):
    demo = Case(world, world.demo(), "demo data", stage2_shards=4, stage2_solo_above=SOLO_IN_DEMO)
    share = demo.all_rights()
    demo.one_id_of_two()
    print(f"     demo data: a median stage-2 person costs {share:.4f} of a fresh derivation")
    solo = 8000 if FORUM.exists() else SOLO_IN_DEMO
    share = Case(world, world.forum(300), "300 authors", stage2_solo_above=solo).all_rights()
    check(share < 0.08, f"300 authors: a median stage-2 person costs {share:.4f} < 0.08 of a fresh derivation")


sys.exit(main(test))
