#!/usr/bin/env python3
"""The model learns from people, and no longer from who left."""
import sys

from litura import check, equal, main, run

SAYING = "The lighthouse keeper of Vargholm drinks cold nettle soup."


def loss(world, folder, lines):
    return run(world.program, "eval", lines, "--model", folder)["loss"]


def test(world, arguments):
    everyone = world.forum() if arguments.mode == "slow" else world.demo()
    strangers = everyone.authors[::6]
    people = everyone.without(*strangers)
    held_out = world.lines(everyone.only(strangers).records)
    author = people.authors[0]
    for record in people.of(author):
        record["text"] = f"{SAYING} {SAYING} {SAYING}"
    saying = world.lines([{**people.of(author)[0], "text": SAYING}])
    project = world.held(people, epochs=2)
    digest = project.digest()
    before, after = loss(world, world.base(), held_out), loss(world, project.model_folder(), held_out)
    check(after < before - 0.1, f"held-out people's posts: {before:.3f} nats a token from the base, {after:.3f} from the model")
    said = loss(world, project.model_folder(), saying)
    project.erase(author)
    project.derive()
    unsaid = loss(world, project.model_folder(), saying)
    check(said < unsaid, f"what one person kept saying: {said:.3f} nats a token, {unsaid:.3f} once they are erased")
    record = people.records[-1]
    other = world.held(people.corrected(record["id"], record["text"] + "."), like=project, epochs=2)
    check(other.digest() != digest, "one character more in one post: another digest")
    twin = world.held(people, like=other)
    equal(twin.digest(), digest, "not one: the same digest")


sys.exit(main(test))
