#!/usr/bin/env python3
"""from_pretrained for models that can be recalled: asks litura-check first. To be copied."""
import json
import subprocess
import warnings
from pathlib import Path

# What changes how weights are used. Anything else could name other weights, or code that loads them: refused.
HARMLESS = {"torch_dtype", "dtype", "device_map", "max_memory", "low_cpu_mem_usage", "attn_implementation", "offload_folder"}


class Recalled(RuntimeError):
    """The model must not be used, or nobody can say that it may."""


def may_use(folder, cache, channel=None):
    """litura-check's report on everything in `folder`; raises Recalled unless all of it is in use or superseded."""
    if not Path(folder).is_dir():
        raise Recalled(f"{folder}: not a folder here; what a hub would deliver cannot be looked at first")
    if (Path(folder) / "adapter_config.json").exists():
        raise Recalled(f"{folder}: an adapter, which names a base that would be loaded from elsewhere: load both yourself")
    command = ["litura-check", "--json", folder, "--cache", cache] + (["--from", channel] if channel else [])
    done = subprocess.run(command, capture_output=True, text=True)
    report = json.loads(done.stdout or "{}")
    if done.returncode == 3:
        successors = {file.get("successor") for file in report["files"]} - {None}
        warnings.warn(f"{folder}: a successor is out: {', '.join(sorted(successors))}")
    elif done.returncode != 0:
        raise Recalled(f"{folder}: litura-check says {done.returncode}: {json.dumps(report.get('files') or report)}")
    return report


def from_pretrained(folder, cache, channel=None, **arguments):
    """transformers' AutoModelForCausalLM.from_pretrained, of a local folder."""
    if unknown := set(arguments) - HARMLESS:
        raise Recalled(f"{folder}: {', '.join(sorted(unknown))}: may load what was not looked at")
    may_use(folder, cache, channel)
    from transformers import AutoModelForCausalLM
    return AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, use_safetensors=True, trust_remote_code=False,
                                                **arguments)
