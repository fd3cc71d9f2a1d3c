#!/usr/bin/env python3
"""from_pretrained for models that can be recalled: asks litura-check first. Thirty lines, to be copied."""
import json
import subprocess
import warnings


class Recalled(RuntimeError):
    """The model must not be used, or nobody can say that it may."""


def may_use(folder, cache, channel=None):
    """litura-check's report on the weights in `folder`; raises Recalled unless they are in use or superseded."""
    command = ["litura-check", "--json", folder, "--cache", cache] + (["--from", channel] if channel else [])
    done = subprocess.run(command, capture_output=True, text=True)
    report = json.loads(done.stdout or "{}")
    if done.returncode == 3:
        warnings.warn(f"{folder}: a successor is out: {report['files'][0]['successor']}")
    elif done.returncode != 0:
        raise Recalled(f"{folder}: litura-check says {done.returncode}: {json.dumps(report.get('files') or report)}")
    return report


def from_pretrained(folder, cache, channel=None, **arguments):
    """transformers' AutoModelForCausalLM.from_pretrained, of a local folder."""
    may_use(folder, cache, channel)
    from transformers import AutoModelForCausalLM
    return AutoModelForCausalLM.from_pretrained(folder, **arguments)
