#!/usr/bin/env python3
"""What the difference of two releases gives away is measured, kept, and asked for by the gate: it finds people
whose words the model knows by heart, whether they left or joined, and nobody where nobody changed the model much."""
import json
import sys

from litura import check, equal, main

LATER = "2024-07-02T00:00:00Z"
CANARY = "My locker at {} has the code {} and the spare key lies under pot {} behind the {} shed."


def with_canaries(people, authors):
    """The same people; each of `authors` says one thing of their own, again and again."""
    places = ("harbour station mill library market bridge church garden tower school castle forge "
              "quarry orchard depot theatre").split()
    records = list(people.records)
    for number, author in enumerate(sorted(authors)):
        place = places[number % len(places)]
        text = CANARY.format(place, 7919 * (number + 3) % 9973, 31 * number % 97 + 3, places[-1 - number % 16])
        first = people.of(author)[0]
        records += [{**first, "id": f"canary-{number}-{again}", "text": text} for again in range(12)]
    return type(people)(records, people.consents)


def diff(world, project, old, controls, status=0, **how):
    return project("audit", "diff", old, "--controls", controls, status=status, **how)


def test(world, arguments):
    demo = world.demo(180)
    authors = demo.authors
    loud = set(authors[:12])
    first, others, held_out = (demo.only(set(authors[a:b])) for a, b in ((0, 40), (40, 52), (52, 180)))
    project = world.held(with_canaries(first, loud), learning_rate=0.01, stage1_epochs=3, stage2_epochs=3, stage2_shards=1)
    old_digest = project.digest()
    old = world.folder / "old"
    project("export", "hf", old)
    controls = world.lines(held_out.records, "controls")

    refused = diff(world, project, old, controls, status=3)["error"]
    check("too few people" in refused["message"], "where nobody left or joined there is nothing to measure")
    refused = diff(world, project, old, world.lines(first.records), status=2)["error"]
    check("controls" in refused["message"], "a member is no control")

    for author in sorted(loud):
        project.request("objection", author)
    out = diff(world, project, old, controls, status=1)
    departed = out["departed"]
    equal((departed["people"], departed["measured"], out["old"]), (12, 12, old_digest), "twelve have left; their words can be read")
    check(departed["membership"]["auc"] > 0.9, f"they are told from {out['controls']} controls: AUC {departed['membership']['auc']:.3f}")
    check(out["measured"] > out["bound"], f"measured {out['measured']:.3f}, above the bound {out['bound']}")
    check(departed["exact"]["people"]["prompts"] > 0 and departed["exact"]["controls"]["prompts"] > 0, "texts were asked for word by word")
    for author in sorted(loud):
        project.erase(author)
    refused = diff(world, project, old, controls, status=3)["error"]
    check(": 0 departed" in refused["message"], "after the erasure their words cannot be read any more")

    world.fill(project, others)
    new_digest = project.digest()
    project.set_recipe(release_audit_bound="1.0")
    out = diff(world, project, old, controls)
    equal((out["new"], out["departed"]["people"], out["departed"]["measured"]), (new_digest, 12, 0), "of the erased nothing is measured")
    equal(out["joined"]["measured"], 12, "those who joined are measured in their place")
    low, high = out["joined"]["membership"]["auc_95"]
    check(0 <= low <= out["joined"]["membership"]["auc"] <= high <= 1, f"with an interval: {low:.3f} to {high:.3f}")
    text = json.dumps(out)
    check(not any(record["text"][:20] in text for record in first.records), "no word of anybody is in the result")
    equal(project("ledger", "verify")["holds"], True, "the results stand in the ledger")
    project("order", "stop", "--authority", "court", "--reference", "1", now=LATER)
    diff(world, project, old, controls, status=3, now=LATER)
    check(True, "nothing is measured under a stop order")


if __name__ == "__main__":
    sys.exit(main(test))
