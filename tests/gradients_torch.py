#!/usr/bin/python3
"""Compares the engine's loss and gradients with PyTorch's (autograd, binary64).

gradients_torch.py GRADIENT_DUMP: runs the program GRADIENT_DUMP, rebuilds its model from the architecture
alone, and compares every tensor's gradient. Exit status 0: they agree; 1: they do not; 77: no PyTorch here.
"""
import json
import subprocess
import sys

try:
    import torch
except ImportError:
    print("skipped: PyTorch is not installed (Debian: python3-torch)")
    sys.exit(77)

TOLERANCE = 2e-5  # of a tensor's largest gradient: binary32 against binary64


def normed(x, weight, eps):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * weight


def rotated(x, theta):
    """x is (tokens, heads, head_dim); the first half of a head turns against the second."""
    half = x.shape[-1] // 2
    frequency = theta ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(x.shape[0], dtype=torch.float64)[:, None] * frequency
    cosine, sine = angle.cos()[:, None, :], angle.sin()[:, None, :]
    a, b = x[..., :half], x[..., half:]
    return torch.cat((a * cosine - b * sine, b * cosine + a * sine), -1)


def attention(model, tensors, at, x):
    heads, kv_heads, width = model["heads"], model["kv_heads"], model["head_dim"]
    tokens = x.shape[0]

    def project(name, count):
        return (x @ tensors[at + f"self_attn.{name}_proj.weight"].T).view(tokens, count, width)

    q = rotated(project("q", heads), model["rope_theta"])
    k = rotated(project("k", kv_heads), model["rope_theta"]).repeat_interleave(heads // kv_heads, 1)
    v = project("v", kv_heads).repeat_interleave(heads // kv_heads, 1)
    scores = torch.einsum("qhd,khd->hqk", q, k) / width ** 0.5
    later = torch.triu(torch.ones(tokens, tokens, dtype=torch.bool), 1)
    weights = scores.masked_fill(later, float("-inf")).softmax(-1)
    out = torch.einsum("hqk,khd->qhd", weights, v).reshape(tokens, heads * width)
    return out @ tensors[at + "self_attn.o_proj.weight"].T


def logits_of(model, tensors, tokens):
    """For each position the next token's."""
    eps = model["norm_eps"]
    embedding = tensors["model.embed_tokens.weight"]
    x = embedding[tokens]
    for layer in range(model["layers"]):
        at = f"model.layers.{layer}."
        x = x + attention(model, tensors, at, normed(x, tensors[at + "input_layernorm.weight"], eps))
        y = normed(x, tensors[at + "post_attention_layernorm.weight"], eps)
        gate, up = y @ tensors[at + "mlp.gate_proj.weight"].T, y @ tensors[at + "mlp.up_proj.weight"].T
        x = x + (torch.nn.functional.silu(gate) * up) @ tensors[at + "mlp.down_proj.weight"].T
    head = embedding if model["tied"] else tensors["lm_head.weight"]
    return normed(x, tensors["model.norm.weight"], eps) @ head.T


def window_loss(model, tensors, tokens):
    logits = logits_of(model, tensors, tokens[:-1])
    return torch.nn.functional.cross_entropy(logits, torch.tensor(tokens[1:]), reduction="sum")


def compare(program, kind):
    model = json.loads(subprocess.run([program, kind], check=True, capture_output=True).stdout)
    tensors = {
        t["name"]: torch.tensor(t["weights"], dtype=torch.float64).view(t["shape"]).requires_grad_()
        for t in model["tensors"]
    }
    targets = sum(len(window) - 1 for window in model["windows"])
    loss = sum(window_loss(model, tensors, window) for window in model["windows"]) / targets
    loss.backward()
    agree = abs(loss.item() - model["loss"]) < 1e-5
    worst = 0.0
    for t in model["tensors"]:
        expected = tensors[t["name"]].grad.reshape(-1)
        error = (torch.tensor(t["gradient"], dtype=torch.float64) - expected).abs().max() / expected.abs().max()
        worst = max(worst, error.item())
        if not error < TOLERANCE:
            print(f"{kind}: {t['name']}: the gradient differs by {error:.2e} of its largest element")
            agree = False
    print(f"{kind}: loss {model['loss']:.6f}, PyTorch {loss.item():.6f}; worst gradient error {worst:.1e}")
    return agree


if __name__ == "__main__":
    results = [compare(sys.argv[1], kind) for kind in ("tied", "untied")]
    sys.exit(0 if all(results) else 1)
