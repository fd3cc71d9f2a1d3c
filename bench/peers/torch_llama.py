#!/usr/bin/python3
"""The same Llama, the same start and the same optimizer step as bench/train_step, in PyTorch.

torch_llama.py --start FOLDER --dim D --layers L --heads H --kv-heads K --hidden F --vocab V --batch B --seq T --threads N

FOLDER holds weights.f32 and tokens.u32 as `train_step --start` writes them. Takes a step for every line of
standard input and answers with one line of JSON. Plain eager PyTorch, as its users write it: one matrix product for
each projection, views instead of copies, masks and rotary tables made once, gradients freed between steps.
"""
import argparse
import json
import sys
import time

import numpy
import torch
from torch.nn.functional import cross_entropy, linear, silu

EPSILON, THETA = 1e-5, 10000.0


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--start", required=True)
    for name in ("dim", "layers", "heads", "kv-heads", "hidden", "vocab", "batch", "seq", "threads"):
        parser.add_argument("--" + name, type=int, required=True)
    return parser.parse_args()


def shapes(a):
    query, key = a.heads * (a.dim // a.heads), a.kv_heads * (a.dim // a.heads)
    yield "model.embed_tokens.weight", (a.vocab, a.dim)
    yield "model.norm.weight", (a.dim,)
    for layer in range(a.layers):
        at = f"model.layers.{layer}."
        yield at + "input_layernorm.weight", (a.dim,)
        yield at + "post_attention_layernorm.weight", (a.dim,)
        yield at + "self_attn.q_proj.weight", (query, a.dim)
        yield at + "self_attn.k_proj.weight", (key, a.dim)
        yield at + "self_attn.v_proj.weight", (key, a.dim)
        yield at + "self_attn.o_proj.weight", (a.dim, query)
        yield at + "mlp.gate_proj.weight", (a.hidden, a.dim)
        yield at + "mlp.up_proj.weight", (a.hidden, a.dim)
        yield at + "mlp.down_proj.weight", (a.dim, a.hidden)


def load(a):
    flat = numpy.fromfile(a.start + "/weights.f32", dtype="<f4")
    weights, place = {}, 0
    for name, shape in sorted(shapes(a)):
        count = int(numpy.prod(shape))
        weights[name] = torch.tensor(flat[place:place + count].reshape(shape)).requires_grad_()
        place += count
    assert place == flat.size
    tokens = torch.tensor(numpy.fromfile(a.start + "/tokens.u32", dtype="<u4").astype("int64"))
    return weights, tokens.view(a.batch, a.seq + 1)


class Llama:
    def __init__(self, a, weights):
        self.a, self.w, self.width = a, weights, a.dim // a.heads
        half = self.width // 2
        angle = torch.arange(a.seq).double()[:, None] * THETA ** (-torch.arange(half).double() / half)
        self.cosine, self.sine = angle.cos().float()[None, :, None], angle.sin().float()[None, :, None]
        self.mask = torch.full((1, 1, a.seq, a.seq), float("-inf")).triu(1)

    def norm(self, x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * self.w[name]

    def rotated(self, x):
        left, right = x.chunk(2, -1)
        return torch.cat((left * self.cosine - right * self.sine, right * self.cosine + left * self.sine), -1)

    def attention(self, x, at):
        a, batch, seq = self.a, x.shape[0], x.shape[1]

        def project(name, heads):
            return linear(x, self.w[f"{at}self_attn.{name}_proj.weight"]).view(batch, seq, heads, self.width)

        q, k, v = self.rotated(project("q", a.heads)), self.rotated(project("k", a.kv_heads)), project("v", a.kv_heads)
        if a.kv_heads != a.heads:
            k, v = (t.repeat_interleave(a.heads // a.kv_heads, 2) for t in (k, v))
        q, k, v = (t.transpose(1, 2) for t in (q, k, v))
        scores = torch.matmul(q, k.transpose(2, 3)) * self.width ** -0.5 + self.mask
        out = torch.matmul(torch.softmax(scores, -1), v)
        return linear(out.transpose(1, 2).reshape(batch, seq, -1), self.w[at + "self_attn.o_proj.weight"])

    def loss(self, tokens):
        x = self.w["model.embed_tokens.weight"][tokens[:, :-1]]
        for layer in range(self.a.layers):
            at = f"model.layers.{layer}."
            x = x + self.attention(self.norm(x, at + "input_layernorm.weight"), at)
            y = self.norm(x, at + "post_attention_layernorm.weight")
            gate, up = linear(y, self.w[at + "mlp.gate_proj.weight"]), linear(y, self.w[at + "mlp.up_proj.weight"])
            x = x + linear(silu(gate) * up, self.w[at + "mlp.down_proj.weight"])
        logits = linear(self.norm(x, "model.norm.weight"), self.w["model.embed_tokens.weight"])
        return cross_entropy(logits.view(-1, self.a.vocab), tokens[:, 1:].reshape(-1))


def main():
    a = arguments()
    torch.set_num_threads(a.threads)
    weights, tokens = load(a)
    model = Llama(a, weights)
    groups = [{"params": [w for w in weights.values() if w.dim() == 2], "weight_decay": 0.1},
              {"params": [w for w in weights.values() if w.dim() == 1], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=3e-4, betas=(0.9, 0.95), eps=1e-8)
    for _ in sys.stdin:
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(tokens)
        loss.backward()
        optimizer.step()
        took = time.perf_counter() - start
        print(json.dumps({"ms_step": round(took * 1e3, 3), "loss": round(loss.item(), 6)}), flush=True)


if __name__ == "__main__":
    main()
