"""Programs that take one optimizer step for every line they are sent, so that several can take turns."""
import json
import statistics
import subprocess

WARM_UP = 2


class Side:
    """One program, or several equal ones that step at the same time."""

    def __init__(self, command, env=None, copies=1):
        self.processes = [subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                          for _ in range(copies)]
        self.times, self.losses = [], []

    def step(self):
        for process in self.processes:
            process.stdin.write("step\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for process in self.processes]
        self.times.append(max(answer["ms_step"] for answer in answers))
        self.losses.append(answers[0]["loss"])

    def end(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()
        self.times = self.times[WARM_UP:]

    def tokens_per_s(self, step_tokens):
        return [len(self.processes) * step_tokens / ms * 1e3 for ms in self.times]


def spread(values):
    return f"{statistics.median(values):7.0f} ({min(values):.0f}-{max(values):.0f})"
