#!/usr/bin/env python3
"""An order stops the machine within one step, single acts, or the records it names; two people lift it."""
import os
import sys
import time

from litura import check, equal, main, same_model

COURT = ["--authority", "court", "--reference", "1/24"]


def newest(project):
    """When the last weight file was written."""
    files = [path for kind in ("store", "models") for path in (project.folder / ".litura" / kind).rglob("*") if path.is_file()]
    return max((os.stat(path).st_mtime for path in files), default=0)


def lift(project, order):
    project("order", "lift", order, "--signed-by", "J. Doe", status=2)
    project("order", "lift", order, "--signed-by", "J. Doe", "--countersigned-by", "j. doe", status=2)
    check(True, "lifting without another person's countersignature is refused")
    project("order", "lift", order, "--signed-by", "J. Doe", "--countersigned-by", "R. Roe")


def stop_while_training(world, whole):
    project = world.held(whole, epochs=100)
    running = project.background("derive", "--threads", 2)
    time.sleep(1)
    check(running.poll() is None, "two chains are training")
    order = project("order", "stop", *COURT)["order"]
    stopped = time.time()
    running.communicate()
    equal(running.returncode, 3, "the derivation ends with 3")
    check(newest(project) <= stopped, "no weight file is newer than the order's commit")
    for command in (["derive"], ["complete"], ["export", "hf", world.folder / "out"], ["publish", world.folder / "out", "--keys", "keys"]):
        project(*command, status=3, stdin="The")
    check(not (world.folder / "out").exists(), "derive, complete, export and publish end with 3 in new processes")
    equal(project("status")["orders"][0]["acts"], ["train", "checkpoint", "promote", "serve", "publish"], "status names what is forbidden")
    reported(world, project, order)
    lift(project, order)
    lifted = project("order", "report", order)["events"][-1]
    equal((lifted["signed_by"], lifted["countersigned_by"]), ("J. Doe", "R. Roe"), "the report names who lifted it")
    project.derive()
    equal(project("order", "report", order)["obeyed"], True, "what is trained after the lifting is not held against it")


def reported(world, project, order):
    report = project("order", "report", order, "--out", world.folder / "report.note")
    equal(report["obeyed"], True, "the report on the order says that it was obeyed")
    equal([refusal["command"] for refusal in report["refused"]], ["derive", "derive", "complete", "export", "publish"], "and which commands were refused")
    equal(len(report["stopped"]), 1, "and that the running derivation ended")
    check((world.folder / "report.note").read_text() == report["signed"], "it is written as a signed note")
    stray = project.folder / ".litura" / "store" / "ab" / ("ab" + "0" * 62)
    stray.mkdir(parents=True)
    equal(project("order", "report", order, status=1)["obeyed"], False, "weights put there by hand are found")
    stray.rmdir()


def unreadable(project):
    """A ledger that cannot be read permits nothing."""
    away = project.folder / ".litura" / "ledger.db"
    away.rename(away.with_suffix(".away"))
    for command in (["derive"], ["complete"], ["export", "hf", project.folder / "out"]):
        project(*command, status=4, stdin="The")
    away.with_suffix(".away").rename(away)
    check(not (project.folder / "out").exists(), "without a ledger nothing is derived, completed or exported")


def one_model(project, out):
    digest = project("status")["model"]["digest"]
    order = project("order", "stop", *COURT, "--model", digest)["order"]
    project("complete", "--max-tokens", 2, stdin="The", status=3)
    project("export", "hf", out, status=3)
    check(True, "an order about one model reaches its serving and publishing")
    lift(project, order)
    other = project("order", "stop", *COURT, "--model", "sha256:" + "0" * 64)["order"]
    project("complete", "--max-tokens", 2, stdin="The")
    lift(project, other)


def one_act(project, out):
    order = project("order", "stop", *COURT, "--act", "publish", "--provisional")["order"]
    project("complete", "--max-tokens", 2, stdin="The")
    equal(project.derive()["tokens_trained"]["now"], 0, "an order against publishing lets derive and complete go on")
    project("export", "hf", out, status=3)
    lift(project, order)
    project("export", "hf", out)


def records(world, people):
    project = world.held(people)
    digest = project.digest()
    moments = sorted(record["created_at"] for record in people.records)
    border = moments[len(moments) * 3 // 4]
    project("order", "exclude", *COURT, "--where", "created after yesterday", status=2)
    answer = project("order", "exclude", *COURT, "--where", f'source is "here" and created from {border}')
    check(answer["suppressed"]["model"] != digest, "another model at once")
    completed = project("complete", "--max-tokens", 2, stdin="The")
    equal(completed["model"], answer["suppressed"]["model"], "and complete uses it: the rest goes on")
    project.derive()
    rest = type(people)([record for record in people.records if record["created_at"] < border], people.consents)
    same_model(project, world.never_held(project, rest), "derived again: the model of a project that never held those records")
    lift(project, answer["order"])
    derived = project.derive()
    equal((derived["model"]["digest"], derived["tokens_trained"]["now"]), (digest, 0), "lifted: the digest of before, nothing trained")
    project("order", "exclude", *COURT, "--where", 'source is "elsewhere"')
    equal(project("status")["model"], {"digest": digest, "suppressed": False, "stale": False}, "an order about another source changes nothing")
    return project


def warning(project):
    order = project("order", "warning", *COURT, "--deadline", "2024-08-01T00:00:00Z")
    equal(project("status")["orders"][-1]["until"], "2024-08-01T00:00:00Z", "a warning's deadline stands in status")
    project("complete", "--max-tokens", 2, stdin="The")
    decided = project("order", "decide", order["order"], "--decision", "no undertaking is given")
    equal(decided["decided"]["decision"], "no undertaking is given", "what was decided is on record")
    equal(project("status")["orders"][-1]["decided"], decided["decided"], "and stands in status")
    lift(project, order["order"])


def test(world, arguments):
    people = world.demo()
    project = records(world, people)
    one_act(project, world.folder / "export")
    one_model(project, world.folder / "export2")
    warning(project)
    unreadable(project)
    stop_while_training(world, people)
    equal(project("ledger", "verify")["holds"], True, "the ledger verifies")


sys.exit(main(test))
