#!/usr/bin/env python3
"""Tells tests/cases/project/*.case to the program: what must hold of a whole project, in sentences that a jurist can read.

A line is a date and a sentence; a sentence is something that happens or something that must hold on that day. A line that
begins with "refused:" must end with exit status 2 or 3 and say what, and what to do next. What the ledger decides by itself is
told in tests/cases/ledger; this is for what takes a model, a backup or a release.
"""
import json
import random
import re
import shutil
import sys

from litura import ASSESSMENT, NOTICE, ROOT, SOURCE, Failed, People, Project, check, main, run, same_folder

CASES = ROOT / "tests" / "cases" / "project"
POSTS = 8
SENTENCES = []


class Refused(Exception):
    """The program ended with 2 or 3."""


def sentence(form):
    """Marks the method that tells sentences of this form; `{}` stands for words."""
    pattern = re.compile(re.escape(form).replace(r"\{\}", "(.+?)") + "$")

    def mark(tell):
        SENTENCES.append((pattern, tell))
        return tell
    return mark


def posts_of(name):
    """Made up of made-up words, so that nobody's posts hold anybody else's."""
    dice = random.Random(name)
    syllables = "ba den kor li mus nar po ris sel tan ul ver win yor chi fro gle hum jas que".split()
    words = ["".join(dice.choices(syllables, k=3)) for _ in range(POSTS * 30)]
    return [{"id": f"{name}-{n}", "author": name, "created_at": f"2024-{n + 1:02}-15T12:00:00Z",
             "text": " ".join(words[n * 30:n * 30 + 30])} for n in range(POSTS)]


def names_in(words):
    return re.split(r", | and ", words)


class Told:
    """The project of one story and what was said in it."""

    def __init__(self, world, first_day):
        self.world = world
        folder = world.folder / world.fresh_name("story")
        run(world.program, "--now", f"{first_day}T00:00:00Z", "init", folder, "--base", world.base())
        self.project = Project(world.program, folder)
        self.project.train_everybody()
        self.project.set_recipe(sequence=64, step_tokens=512, warmup_steps=2, learning_rate=0.003, stage2_shards=4)
        self.notice = world.write("story-notice.md", NOTICE)
        self.assessment = world.write("story-assessment.md", ASSESSMENT)
        self.people, self.models, self.handles = {}, {}, {}
        self.asked = self.order = self.trained = self.copy = None

    def tell(self, day, words):
        self.day, self.project.now = day, f"{day}T12:00:00Z"
        for pattern, tell in SENTENCES:
            found = pattern.match(words)
            if found:
                return tell(self, *found.groups())
        raise Failed("nobody knows what this sentence means")

    def run(self, *arguments, stdin=""):
        """The program's answer; Refused for exit status 2 or 3."""
        answer = self.project(*arguments, stdin=stdin, status=None)
        error = answer.get("error")
        if error is None:
            return answer
        if not (error["message"] and error["next"]):
            raise Failed(f"a refusal that does not say what, and what to do next: {error}")
        raise Refused(f"{error['message']}; {error['next']}")

    def hold(self, holds, found):
        if not holds:
            raise Failed(f"it does not hold: {found}")

    # What is stated, and who posts.
    @sentence("the forum is declared public, for adults")
    def declared(self):
        self.run("source", "declare", SOURCE, "--audience", "public", "--age", "adult")

    @sentence("the notice is filed and served")
    def noticed(self):
        digest = self.run("notice", "add", self.notice)["notice"]
        self.run("notice", "serve", digest, "--source", SOURCE, "--at", self.project.now)

    @sentence("an assessment is filed")
    def assessed(self):
        self.run("document", "add", "assessment", self.assessment)

    def bring(self, names, *extra):
        fresh = {name: posts_of(name) for name in names}
        answer = self.run("import", "jsonl", self.world.lines([post for posts in fresh.values() for post in posts]),
                          "--source", SOURCE, *extra)
        self.people.update(fresh)
        return answer

    @sentence("{} post on the forum and consent")
    def consent(self, names):
        self.bring(names_in(names), "--evidence", self.world.acts(names_in(names), at=f"{self.day}T00:00:00Z"))

    @sentence("{} post on the forum, and legitimate interest is claimed")
    def interest(self, names):
        self.bring(names_in(names), "--ground", "legitimate_interest")

    @sentence("{} posts on the forum")
    def post(self, name):
        self.bring([name])

    @sentence("{}'s files are imported again and nothing comes in")
    def again(self, name):
        done = self.bring([name])
        self.hold(done["imported"] == 0 and done["unchanged"] == 0, done)

    @sentence("{}'s files are imported again under the name {} and nothing comes in")
    def renamed(self, name, other):
        lines = [{**post, "author": other} for post in posts_of(name)]
        done = self.run("import", "jsonl", self.world.lines(lines), "--source", SOURCE)
        self.hold(done["imported"] == 0, done)

    # The model.
    @sentence("the model is derived")
    def derive(self):
        answer = self.run("derive")
        self.trained = answer["tokens_trained"]["now"]
        self.models[self.day] = answer["model"]["digest"]

    @sentence("nothing was trained")
    def untrained(self):
        self.hold(self.trained == 0, f"{self.trained} tokens")

    @sentence("the model is verified")
    def verified(self):
        answer = self.run("verify")
        self.hold(answer["equal"], answer)

    @sentence("the model is asked")
    def complete(self):
        self.run("complete", "--max-tokens", 2, stdin="The")

    @sentence("the model is exported")
    def export(self):
        self.run("export", "hf", self.world.folder / self.world.fresh_name("export"))

    @sentence("it is the same model as on {}")
    def same(self, day):
        digest = self.run("status")["model"]["digest"]
        self.hold(digest == self.models[day], f"{digest}, not {self.models[day]}")

    @sentence("it is another model than on {}")
    def other(self, day):
        self.hold(self.run("status")["model"]["digest"] != self.models[day], "the same digest")

    def rows(self, name, state):
        if name not in self.handles:
            self.handles[name] = self.run("person", "show", "--person", "-", stdin=name)["person"]
        rows = self.run("manifest", "show")["records"]
        return [row for row in rows if row["person"] == self.handles[name] and row["state"] == state]

    @sentence("the model was made with {}'s posts")
    def used(self, name):
        self.hold(len(self.rows(name, "used")) > 0, "no record of theirs in the manifest")

    @sentence("the model was made without {}'s posts")
    def unused(self, name):
        rows = self.rows(name, "used")
        self.hold(not rows, f"{len(rows)} records of theirs in the manifest")

    def twin(self, people):
        """A project of the same recipe and deal secret that never held anybody else; its model."""
        told = Told.__new__(Told)
        told.__dict__.update(self.__dict__)
        folder = self.world.folder / self.world.fresh_name("never")
        run(self.world.program, "--now", f"{self.before[0][0]}T00:00:00Z", "init", folder, "--like", self.project.folder)
        told.project, told.models, told.handles, told.people = Project(self.world.program, folder), {}, {}, {}
        told.project.set_recipe(key_mirror='""')
        for day, words in self.before:
            names = names_in(words.split(" post")[0]) if " post on" in words else None
            left = [name for name in names if name in people] if names else None
            if names is None or left:
                told.tell(day, words.replace(words.split(" post")[0], " and ".join(left), 1) if names else words)
        told.project.now = self.project.now
        told.derive()
        return told.project.model_folder()

    @sentence("a project that never held {} has the same model")
    def never_held(self, name):
        other = self.twin([one for one in self.people if one != name])
        self.hold(same_folder(self.project.model_folder(), other), "cmp finds a difference")

    # Requests.
    def request(self, name, kind, *extra):
        self.asked = self.run("request", kind, "--person", "-", *extra, stdin=name)["request"]

    @sentence("{} asks for {} of one post, verified")
    def asks_of_one(self, name, kind):
        self.request(name, kind, "--record", f"{name}-0", "--verified", "letter")

    @sentence("{} asks for rectification of one post, verified, to read: {}")
    def rectifies(self, name, text):
        path = self.world.write("corrected.txt", text)
        self.request(name, "rectification", "--record", f"{name}-0", "--text-file", path, "--verified", "letter")

    @sentence("{} asks for {}, verified")
    def asks_verified(self, name, kind):
        self.request(name, kind, "--verified", "letter")

    @sentence("{} asks for {}")
    def asks(self, name, kind):
        self.request(name, kind)

    @sentence("the person is verified")
    def verify_person(self):
        self.run("request", "verify", self.asked, "--method", "letter")

    @sentence("the request is {}")
    def state(self, state):
        found = next(one for one in self.run("status")["requests"] if one["request"] == self.asked)
        self.hold(found["state"] == state, found)

    @sentence("the report says that {}")
    def report(self, words):
        what, *fate = re.split(r" (?=(?:is|are) \w+$)", words)
        lines = self.run("request", "report", self.asked)["artefacts"]
        found = [line["result"] for line in lines if line["what"] == what]
        self.hold(found and set(found) == {fate[0].split()[1]}, [f"{line['what']}: {line['result']}" for line in lines])

    @sentence("{}'s own report has {} posts")
    def own_report(self, name, number):
        answer = self.run("request", "access", "--person", "-", "--verified", "letter", stdin=name)
        self.hold(len(answer["records"]) == int(number), len(answer["records"]))

    @sentence("{}'s own report names the models of {} and no recipient")
    def report_models(self, name, days):
        answer = self.run("request", "access", "--person", "-", "--verified", "letter", stdin=name)
        held = {model["model"] for model in answer["models"] if model["records"] > 0}
        wanted = {self.models[day] for day in names_in(days)}
        self.hold(held == wanted and answer["releases"] == [] and answer["notices"] and answer["grounds"], answer)

    @sentence("{}'s own report goes into a new project without loss")
    def report_again(self, name):
        ask = lambda to: to("request", "portability", "--person", "-", "--verified", "letter", stdin=name)
        answer = ask(self.project)
        folder = self.world.folder / self.world.fresh_name("fresh")
        run(self.world.program, "--now", self.project.now, "init", folder, "--base", self.world.base())
        other = Project(self.world.program, folder, self.project.now)
        other("notice", "add", self.notice)
        other("import", "jsonl", self.world.lines(answer["records"]), "--source", SOURCE, "--evidence", self.world.lines(answer["acts"]))
        again = ask(other)
        lines = lambda of: sorted(json.dumps(line, sort_keys=True) for part in ("records", "acts") for line in of[part])
        self.hold(lines(again) == lines(answer), "records or acts differ")

    # Signals.
    def signal(self, form, text, *who, stdin=""):
        self.signalled = self.run("signal", form, self.world.write("signal", text), *who, stdin=stdin)

    @sentence("{}'s browser sends Sec-GPC: {}")
    def browser(self, name, value):
        self.signal("gpc", f"GET / HTTP/1.1\nSec-GPC: {value}\n", "--person", "-", stdin=name)

    @sentence("{}'s repository says {} to data sets")
    def repository(self, name, said):
        record = {"$type": "org.user-intents.declaration", "bulkDataset": {"allow": said == "yes"}}
        self.signal("user-intents", json.dumps(record), "--person", "-", stdin=name)

    @sentence("the forum's robots.txt says {} to training")
    def robots(self, said):
        self.signal("robots", f"User-Agent: *\nContent-Usage: train-ai={said[0]}\n", "--source", SOURCE)

    @sentence("nothing was recorded")
    def unrecorded(self):
        self.hold(self.signalled["request"] is None and self.signalled["order"] is None, self.signalled)

    # Orders.
    @sentence("a court orders a stop")
    def stop(self):
        self.order = self.run("order", "stop", "--authority", "Court A", "--reference", "case 1")["order"]

    @sentence("a court orders that nothing be {}ed")
    def stop_act(self, act):
        self.order = self.run("order", "stop", "--authority", "Court A", "--reference", "case 2", "--act", act)["order"]

    @sentence("a court orders that nothing be used where {}")
    def exclude(self, where):
        self.order = self.run("order", "exclude", "--authority", "Court A", "--reference", "case 3", "--where", where)["order"]

    @sentence("a court orders until {} to keep apart what is erased")
    def hold_back(self, day):
        key = self.world.folder / "holder.pub"
        key.write_bytes(random.Random("holder").randbytes(32))
        self.order = self.run("order", "hold", "--authority", "Court A", "--reference", "case 4", "--until", f"{day}T00:00:00Z",
                              "--where", f'source is "{SOURCE}"', "--key", key)["order"]

    def kept(self):
        folder = self.project.folder / ".litura" / "holds" / self.order
        return [path.read_bytes() for path in folder.glob("*")] if folder.exists() else []

    @sentence("{}'s posts are kept for the court, and nobody here can read them")
    def held_back(self, name):
        kept = self.kept()
        words = [post["text"][:20].encode() for post in posts_of(name)]
        self.hold(len(kept) == 1 and len(kept[0]) > 500 and not any(word in kept[0] for word in words), f"{len(kept)} files")

    @sentence("nothing is kept for the court")
    def nothing_held(self):
        self.run("status")
        self.hold(not self.kept(), "something is")

    @sentence("the report on the order says that it was obeyed")
    def obeyed(self):
        answer = self.run("order", "report", self.order)
        self.hold(answer["obeyed"], answer)

    @sentence("somebody puts weights into the store")
    def smuggle(self):
        stray = self.project.folder / ".litura" / "store" / "ab" / ("ab" + "0" * 62)
        stray.mkdir(parents=True)
        (stray / "weights").write_bytes(b"weights")

    @sentence("the report on the order says that it was not obeyed")
    def disobeyed(self):
        answer = self.run("order", "report", self.order)
        self.hold(not answer["obeyed"], answer)

    @sentence("the model of {} is affected with {} posts where {}")
    def affected(self, day, number, where):
        for name, handle in self.handles.items():
            where = where.replace(f'"{name}"', f'"{handle}"')
        found = {one["model"]: one["certain"]["records"] for one in self.run("affected", where)["manifests"]}
        self.hold(found.get(self.models[day], 0) == int(number), found)

    @sentence("the order is lifted by {} and {}")
    def lift(self, first, second):
        self.run("order", "lift", self.order, "--signed-by", first, "--countersigned-by", second)

    # Copies.
    @sentence("the whole project is copied")
    def copy_away(self):
        self.copy = self.project.copy(self.world.fresh_name("copied"))

    @sentence("the copy is put back")
    def put_back(self):
        for part in (".litura", "litura.toml"):
            place, old = self.project.folder / part, self.copy.folder / part
            if place.is_dir():
                shutil.rmtree(place)
                shutil.copytree(old, place)
            else:
                shutil.copy2(old, place)
        self.run("status")

    @sentence("the keys are mirrored and a backup is made")
    def back_up(self):
        self.mirror = self.world.folder / self.world.fresh_name("mirror")
        self.mirror.mkdir()
        self.project.set_recipe(key_mirror=f'"{self.mirror}"')
        self.backup = self.world.folder / self.world.fresh_name("backup")
        self.run("backup", self.backup)

    @sentence("the project is lost, and made again from the backup")
    def restore(self):
        shutil.rmtree(self.project.folder)
        self.run("restore", self.backup, "--mirror", self.mirror)

    @sentence("the ledger verifies")
    def ledger_holds(self):
        answer = self.run("ledger", "verify")
        self.hold(answer["holds"], answer)


def lines_of(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            day, words = line.split(None, 1)
            yield number, day, words.strip()


def tell(world, path):
    lines = list(lines_of(path))
    story = Told(world, lines[0][1])
    story.before = []
    for number, day, words in lines:
        wanted, words = words.startswith("refused: "), words.removeprefix("refused: ")
        try:
            story.tell(day, words)
            if wanted:
                raise Failed("it was not refused")
        except Refused as refusal:
            if not wanted:
                raise Failed(f"{path.name}:{number}: {words}: refused: {refusal}") from refusal
        except Failed as failure:
            raise Failed(f"{path.name}:{number}: {words}: {failure}") from failure
        if re.search("declared|notice is|assessment is|post on", words) and not wanted:
            story.before.append((day, words))


def test(world, arguments):
    failed = []
    for path in sorted(CASES.glob("*.case")):
        try:
            tell(world, path)
            check(True, path.stem)
        except Failed as failure:
            failed.append(path.stem)
            print(f"FAIL {failure}", flush=True)
    check(not failed, f"{len(list(CASES.glob('*.case')))} stories")


sys.exit(main(test))
