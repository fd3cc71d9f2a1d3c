#!/usr/bin/env python3
"""What a recipe is worth and what it costs, on posts of people: loss on other people's posts, and what taking somebody out costs.

bench/frontier.py PROGRAM RECORDS.jsonl.gz [--authors N] [--held-out N] [--rate R] [--out FOLDER]: deals the authors by a hash,
a quarter of them consenting (simulated), the others on legitimate interest; derives them by several recipes from models/base,
each from the one before where it can; and prints for each the loss in nats a token on the posts of the held-out authors, its
share of what joint training of everybody gains over the base, and the cost of one random person as a share of that joint
training. FOLDER gets the same as frontier.csv and a plot, frontier.svg. Nothing of the posts is printed.
"""
import argparse
import csv
import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "acceptance"))
import litura  # noqa: E402

CONSENT = 64  # of 256


def dealt(path, authors, held_out):
    """People to train on, and the posts of others."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    order = sorted({record["author"] for record in records}, key=lambda name: litura.hashed("frontier", name))
    asked, inside = set(order[:held_out]), set(order[held_out:held_out + authors])
    consents = {name for name in inside if litura.hashed("consent", name)[0] < CONSENT}
    return litura.People([r for r in records if r["author"] in inside], consents), [r for r in records if r["author"] in asked]


class Bench:
    def __init__(self, program, folder, arguments):
        self.world = litura.World(program, folder)
        self.people, others = dealt(arguments.records, arguments.authors, arguments.held_out)
        self.asked = self.world.lines(others, "asked")
        self.recipe = {"sequence": 256, "step_tokens": 2048, "warmup_steps": 8, "learning_rate": arguments.rate, "stage1_epochs": 1}
        self.rows = []

    def project(self, people, memory=True, **recipe):
        project = self.world.project(base=ROOT / "models" / "base", memory=memory, **{**self.recipe, **recipe})
        self.world.fill(project, people)
        return project

    def measure(self, name, project):
        project.derive()
        loss = project("eval", self.asked)["loss"]
        plan = project("derive", "--plan")
        one = next(cost for cost in plan["costs"] if cost["who"] == "one random person")
        self.rows.append([name, loss, plan["tokens_trained"]["fresh"], one["share"], one["share_worst"]])
        print(f"{name}: {loss:.3f}", file=sys.stderr, flush=True)

    def run(self):
        base = litura.run(self.world.program, "eval", self.asked, "--model", ROOT / "models" / "base")["loss"]
        joint = self.project(litura.People(self.people.records, self.people.authors))
        self.measure("everybody jointly, 1 shard", joint)
        core = self.project(self.people, min_people=2)
        for min_people in (2, 1, 3):  # one core
            core.set_recipe(min_people=min_people)
            self.measure(f"core in 1 shard, memory of {min_people} or more persons", core)
        for shards in (4, 8):
            core.set_recipe(stage1_shards=shards, min_people=2)
            self.measure(f"core in {shards} shards, memory of 2 or more persons", core)
        alone = self.project(self.people.only(self.people.consents))
        self.measure("core in 1 shard, nobody else", alone)
        self.measure("core, then eight shards", self.project(self.people, memory=False, stage2_epochs=1, stage2_solo_above=0))
        return base


def table(base, rows):
    joint_loss, joint_tokens = rows[0][1], rows[0][2]
    out = [["the base, nobody", base, 0.0, 0.0, 0.0]]
    for name, loss, tokens, share, worst in rows:
        scale = tokens / joint_tokens
        out.append([name, loss, (base - loss) / (base - joint_loss), share * scale, worst * scale])
    return out


def svg(rows):
    """Cost of one random person against the share of the joint gain."""
    left, top, width, height = 60, 20, 560, 320
    most = max(row[3] for row in rows) or 1.0
    top_gain = max(1.2, max(row[2] for row in rows))
    x = lambda cost: left + width * cost / most
    y = lambda gain: top + height * (1 - gain / top_gain)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 340}" height="{top + height + 50}" font-family="sans-serif" font-size="12">',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<path d="M{left} {top}V{top + height}H{left + width}" fill="none" stroke="black"/>',
             f'<path d="M{left} {y(1):.1f}H{left + width}" stroke="#999" stroke-dasharray="4 3"/>',
             f'<text x="{left + 8}" y="{top + 4}">share of what joint training gains</text>',
             f'<text x="{left + width / 2}" y="{top + height + 40}" text-anchor="middle">cost of one random person, share of joint training</text>']
    for tick in range(6):
        cost, gain = most * tick / 5, top_gain * tick / 5
        parts.append(f'<text x="{x(cost):.1f}" y="{top + height + 18}" text-anchor="middle">{100 * cost:.1f} %</text>')
        parts.append(f'<text x="{left - 6}" y="{y(gain) + 4:.1f}" text-anchor="end">{100 * gain:.0f} %</text>')
    for number, (name, _, gain, cost, _) in enumerate(rows):
        parts.append(f'<circle cx="{x(cost):.1f}" cy="{y(gain):.1f}" r="4" fill="#1f6feb"/><text x="{x(cost) + 7:.1f}" y="{y(gain) - 5:.1f}">{number}</text>')
        parts.append(f'<text x="{left + width + 20}" y="{top + 16 + 18 * number}">{number}  {name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--authors", type=int, default=1300)
    parser.add_argument("--held-out", type=int, default=150)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="litura-frontier-"))
    try:
        bench = Bench(arguments.program.resolve(), folder, arguments)
        rows = table(bench.run(), bench.rows)
    finally:
        shutil.rmtree(folder)
    for name, loss, gain, cost, worst in rows:
        print(f"{name:<48} {loss:6.3f} nats  {100 * gain:6.1f} % of the gain  one person {100 * cost:6.2f} %, at worst {100 * worst:6.1f} %")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        with open(arguments.out / "frontier.csv", "w", newline="") as file:
            csv.writer(file).writerows([["recipe", "loss", "share of the joint gain", "one person", "at worst"], *rows])
        (arguments.out / "frontier.svg").write_text(svg(rows))


if __name__ == "__main__":
    main()
