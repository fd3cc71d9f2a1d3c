#!/usr/bin/env python3
"""Clocks, letters, representatives, messages, receipts, other systems, and what is refused."""
import base64
import json
import subprocess
import sys

from litura import NOW, check, equal, main

LETTER = "Reasons: it is needed in court\nSupervisory authority: the data protection authority\nCourt: the regional court here\n"


def openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=True).stdout


def found_in(folder, text):
    """Files under `folder` that hold these bytes."""
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def clocks_and_letters(world, whole, people):
    project = whole.copy(world.fresh_name("letters"))
    author = people.authors[0]
    letter = world.write("letter.txt", "Zora Zuckerkandl writes that it takes longer.\n")
    asked = project.request("access", author)
    equal((asked["clock"], asked["standing"]), ("in_time", "need_verification"), "a request in time")
    extended = project("request", "extend", asked["request"], "--reason", "complexity", "--letter", letter)
    equal(extended["due"][:10], "2024-10-01", "two further months")
    error = project("request", "extend", asked["request"], "--reason", "number", "--letter", letter, status=3)["error"]
    check("12(3)" in error["message"] and error["next"], "a second extension: exit 3, with article and next step")
    objection = project.request("objection", people.authors[1])
    error = project("request", "deny", objection["request"], "--reason", "unfounded", "--remedies-file", letter, status=3)["error"]
    check("Art. 21" in error["message"], "an objection cannot be denied")
    erasure = project.request("erasure", people.authors[2])
    project("request", "deny", erasure["request"], "--reason", "legal_claims", "--remedies-file", letter, status=2)
    digest = project("status")["model"]["digest"]
    denied = project("request", "deny", erasure["request"], "--reason", "legal_claims", "--remedies-file", world.write("denial.txt", LETTER))
    equal((denied["state"], denied["standing"], denied["clock"]), ("denied", "partially_fulfilled", "met"), "a denial with its remedies")
    equal(project("status")["model"]["digest"], digest, "lifts nothing")
    clocks = project("status", now="2024-09-28T00:00:00Z")["clocks"]
    equal((clocks["open"], clocks["at_risk"], clocks["overdue"]), (2, 1, 1), "status counts what is due soon and overdue")
    equal(clocks["most_urgent"], [objection["request"], asked["request"]], "the most urgent first")
    equal(clocks["oldest_open_days"], 89, "and says how old the oldest is")
    equal(found_in(project.folder, "Zuckerkandl"), [], "letters are sealed")
    check("Zuckerkandl" in json.dumps(project("request", "show", asked["request"], now="2024-09-28T00:00:00Z")), "and can be read")
    counters = project("status", "--public", now="2024-09-28T00:00:00Z")
    check(set(counters) == {"rounded_down_to", "month", "cut_off", "unresolved", "days_waiting", "days_to_answer", "releases", "filed", "clocks", "denied"}
          and (counters["filed"]["access"], counters["unresolved"], counters["days_waiting"]) == (0, 0, None),
          "the public counters are rounded and hold nothing else")
    for author in people.authors[4:14]:
        project.request("access", author, now="2024-09-28T00:00:00Z")
    counters = project("status", "--public", now="2024-10-08T00:00:00Z")
    equal((counters["unresolved"], counters["days_waiting"]), (10, {"median": 10, "greatest": 99}), "days are told of ten and more")


def impostor(world, whole, people):
    """Suppressed, nothing destroyed or disclosed, and taken back by the person to the same digest."""
    project = whole.copy(world.fresh_name("impostor"))
    author, digest = people.authors[4], project("status")["model"]["digest"]
    filed = project.request("erasure", author)
    check(project("status")["model"]["digest"] != digest, "an impostor takes somebody out of the model")
    project("request", "verify", filed["request"], "--method", "account-login", status=3)
    check("records" not in project.request("access", author), "but is given nothing")
    taken = project("request", "revoke", filed["request"], "--verified", "letter")
    equal(taken["state"], "revoked", "the person takes it back")
    derived = project.derive()
    equal((derived["model"]["digest"], derived["tokens_trained"]["now"]), (digest, 0), "the same digest, nothing trained")


def representatives(world, whole, people):
    project = whole.copy(world.fresh_name("others"))
    author, digest = people.authors[5], project("status")["model"]["digest"]
    who = world.write("who.txt", "Quirin Quastl, attorney\n")
    filed = project.request("objection", author, "--by", who)
    equal((filed["standing"], project("status")["model"]["digest"]), ("need_authority", digest), "without authority nobody is barred")
    project("request", "authority", filed["request"], "--file", world.write("power.txt", "signed\n"))
    check(project("status")["model"]["digest"] != digest, "with authority at once")
    equal(found_in(project.folder, "Quastl"), [], "the representative's name is sealed")
    first = project.request("access", people.authors[6], "--idempotency-key", "k-1")
    equal(project.request("access", people.authors[6], "--idempotency-key", "k-1")["request"], first["request"], "sent twice, filed once")
    project.request("erasure", people.authors[6], "--idempotency-key", "k-1", status=2)
    message = project("request", "text", "-", "--received", "2024-06-20T10:00:00Z", stdin="Opt-in request: is my work in there?")
    equal((message["kind"], message["standing"], message["due"][:10]), ("question", "to_classify", "2024-07-22"), "a message is a question")
    classified = project("request", "classify", message["request"], "objection", "--person", "-", stdin=people.authors[7])
    equal((classified["kind"], classified["due"], classified["accepted_at"]), ("objection", message["due"], message["accepted_at"]),
          "classified by a person, with the clock it had")


def receipt(world, whole, people):
    project = whole.copy(world.fresh_name("receipt"))
    author, file = people.authors[8], world.folder / "receipt.json"
    project.request("access", author)
    waiting = project.request("erasure", author, "--verified", "letter", "--receipt", file, status=3)
    check("Art. 15" in waiting["error"]["message"], "whoever asked for their data gets it first")
    project.request("access", author, "--verified", "letter")
    erased = project.request("erasure", author, "--verified", "letter", "--receipt", file)
    check(erased["destroyed_at"] is not None, "then it is destroyed")
    held = json.loads(file.read_text())
    check(any(author.encode() in bytes.fromhex(event["payload"]) for event in held["events"]) and held["models"], "the receipt holds the person's events and models")
    equal(project("request", "check", file)["holds"], True, "it can be checked after the erasure")
    held["events"][0]["payload"] = held["events"][0]["payload"].replace(author.encode().hex(), b"somebody else".hex())
    equal(project("request", "check", world.write("forged.json", json.dumps(held)), status=1)["holds"], False, "and a changed one fails")
    project.request("erasure", people.authors[9], "--verified", "letter", "--receipt", file, status=3)
    equal([r["state"] for r in project("status")["requests"]][-1], "accepted", "no receipt written, nothing destroyed")


def killed_after_the_receipt(world, whole, people):
    """The receipt exists before the first key dies: a process that dies between leaves both."""
    project = whole.copy(world.fresh_name("before"))
    author, file = people.authors[10], world.folder / "early.json"
    project.request("erasure", author)
    project("request", "verify", "q-1", "--method", "letter", "--receipt", "/nowhere/at/all.json", status=4)
    state = project("status")["requests"][0]
    check(state["destroyed_at"] is None and state["standing"] == "need_verification", "a receipt that cannot be written stops the erasure")
    project("request", "verify", "q-1", "--method", "letter", "--receipt", file)
    equal(project("request", "check", file)["holds"], True, "and goes on when it can")


def signals(world, whole, people):
    project = whole.copy(world.fresh_name("signals"))
    digest = project("status")["model"]["digest"]
    yes = world.write("yes.txt", "Sec-GPC: 0\n")
    equal(project("signal", "gpc", yes, "--person", "-", stdin=people.authors[11])["request"], None, "what does not forbid is nothing")
    filed = project("signal", "gpc", world.write("gpc.txt", "GET / HTTP/1.1\nSec-GPC: 1\n"), "--person", "-", stdin=people.authors[11])
    equal(filed["request"]["kind"], "objection", "a browser's signal is an objection")
    check(project("status")["model"]["digest"] != digest, "at once")
    robots = world.write("robots.txt", "User-Agent: *\nContent-Usage: /a/ train-ai=n\n")
    order = project("signal", "robots", robots, "--source", "here")["order"]
    equal(project("signal", "robots", robots, "--source", "here")["order"]["order"], order["order"], "a site's file is said once")
    equal(project("derive", "--plan")["manifest"]["records"] if "manifest" in project("derive", "--plan") else 0, 0, "and excludes its source")
    project("signal", "gpc", yes, "--source", "here", status=2)
    project("signal", "tdmrep", world.write("broken.json", "[1,"), "--source", "here", status=2)


def other_systems(world, whole, people):
    project = whole.copy(world.fresh_name("foreign"))
    key = world.folder / "agent.pem"
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
    directory = world.write("directory.json", json.dumps([{"id": "AA", "name": "a", "verify_key": base64.b64encode(public).decode()}]))

    def sent(name, exercise, author):
        claims = json.dumps({"agent-id": "AA", "business-id": "CB", "issued-at": NOW, "expires-at": NOW.replace("00:00Z", "10:00Z"),
                             "exercise": exercise, "regime": "ccpa", "agent-request-id": name, "email": author, "email_verified": True}).encode()
        body = world.folder / "claims"
        body.write_bytes(claims)
        signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", body)
        return world.write(name, base64.b64encode(signature + claims).decode())

    answers = []
    for author in (people.authors[12], "nobody@example.org"):
        file, out = sent(f"{len(answers)}.drp", "deletion", author), world.folder / "answer.json"
        arguments = ["request", "import", "drp", file, "--keys", directory, "--business", "CB", "--out", out]
        project(*arguments)
        answers.append(json.loads(out.read_text()))
        project(*arguments, status=3)
        check(json.loads(out.read_text())["fatal"], "the same message again is refused")
    hide = lambda answer: {k: v for k, v in answer.items() if k not in ("request_id", "agent_request_id")}
    equal(hide(answers[0]), hide(answers[1]), "the answer does not say whether somebody is known")
    kinds = [(r["kind"], r["state"], bool(r["suppressed_at"])) for r in project("status")["requests"]]
    equal(kinds, [("erasure", "accepted", True), ("question", "accepted", False)], "known: out of the model, nothing destroyed; unknown: a person reads it")
    denied = project("request", "import", "drp", sent("in.drp", "sale:opt-in", people.authors[12]), "--keys", directory, "--business", "CB")
    equal((denied["request"], denied["answer"]["reason"]), (None, "claim_not_covered"), "to opt in to a sale is no consent")
    project("request", "import", "drp", world.write("bad.drp", "A" * 400), "--keys", directory, "--business", "CB", status=2)
    rsa = world.folder / "controller.pem"
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", rsa)
    certificate = world.folder / "controller.pub"
    openssl("pkey", "-in", rsa, "-pubout", "-out", certificate)
    body = json.dumps({"subject_request_id": "a7551968-d5d6-44b2-9831-815ac9017798", "subject_request_type": "erasure",
                       "submitted_time": NOW, "api_version": "2.0", "subject_identities": [
                           {"identity_type": "email", "identity_value": people.authors[13], "identity_format": "raw"}]}).encode()
    signature = base64.b64encode(openssl("dgst", "-sha256", "-sign", rsa, stdin=body)).decode()
    message = world.write("dsr.http", f"POST /v2/requests\r\nX-OpenDSR-Signature: {signature}\r\n\r\n" + body.decode())
    filed = project("request", "import", "opendsr", message, "--keys", certificate)
    again = project("request", "import", "opendsr", message, "--keys", certificate)
    equal((filed["kind"], again["request"]), ("erasure", filed["request"]), "a controller's request, once")
    project("request", "import", "opendsr", world.write("forged.http", message.read_text() + " "), "--keys", certificate, status=1)


def scenario(world, arguments):
    people = world.demo(people=24)
    whole = world.held(people)
    whole.derive()
    for told in (clocks_and_letters, impostor, representatives, receipt, killed_after_the_receipt, signals, other_systems):
        told(world, whole, people)
    del arguments


if __name__ == "__main__":
    sys.exit(main(scenario))
