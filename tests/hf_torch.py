#!/usr/bin/python3
"""PyTorch reads the folder that Litura exports, by Hugging Face's conventions alone, and writes the same.

hf_torch.py LITURA: exports a small derived model as `export hf` and reads config.json, tokenizer.json and
model.safetensors with what stands here; greedy tokens after prompts, computed in binary64, are those of `litura complete
--temperature 0`, and the loss of texts is that of `litura eval`. Exit status 0: they agree; 1: they do not; 77: no
PyTorch here.
"""
import json
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "acceptance")]
from gradients_torch import logits_of, torch  # ends with 77 where there is no PyTorch
from litura import Failed, World, check, equal, run
from stories260k import byte_characters

COUNT = 24
PROMPTS = ["", "The program", "Once upon a time", "it's said that they've", "two  spaces\n\nand lines"]
# GPT-2's expression on ASCII without digits, which some tokenizers take one by one.
PIECES = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[A-Za-z]+| ?[^\sA-Za-z]+|\s+(?!\S)|\s+")


class Folder:
    """config.json, tokenizer.json, model.safetensors, as their formats' descriptions say."""

    def __init__(self, path):
        self.config = json.loads((path / "config.json").read_text())
        written = json.loads((path / "tokenizer.json").read_text())
        self.vocabulary = written["model"]["vocab"]
        self.ranks = {tuple(m.split(" ") if isinstance(m, str) else m): rank for rank, m in enumerate(written["model"]["merges"])}
        self.specials = {token["id"] for token in written["added_tokens"]}
        self.characters = byte_characters()
        data = (path / "model.safetensors").read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + size])
        equal(header.pop("__metadata__"), {"format": "pt"}, "the one metadata that older loaders ask for")
        equal({entry["dtype"] for entry in header.values()}, {"F32"}, "all weights are F32")
        self.tensors = {name: torch.frombuffer(bytearray(data[8 + size:][slice(*entry["data_offsets"])]), dtype=torch.float32)
                        .view(entry["shape"]).double() for name, entry in header.items()}

    def model(self):
        c = self.config
        return {"heads": c["num_attention_heads"], "kv_heads": c["num_key_value_heads"], "head_dim": c["head_dim"],
                "layers": c["num_hidden_layers"], "rope_theta": c["rope_theta"], "norm_eps": c["rms_norm_eps"],
                "tied": c["tie_word_embeddings"]}

    def encode(self, text):
        tokens = [self.config["bos_token_id"]]
        for piece in PIECES.findall(text):
            parts = [self.characters[byte] for byte in piece.encode()]
            while len(parts) > 1:
                rank, at = min((self.ranks.get(pair, 1e9), at) for at, pair in enumerate(zip(parts, parts[1:])))
                if rank == 1e9:
                    break
                parts[at:at + 2] = [parts[at] + parts[at + 1]]
            tokens += [self.vocabulary[part] for part in parts]
        return tokens

    def decode(self, tokens):
        byte = {character: byte for byte, character in enumerate(self.characters)}
        spelled = {id: bytes(byte[c] for c in text) for text, id in self.vocabulary.items() if id not in self.specials}
        return b"".join(spelled.get(token, b"") for token in tokens).decode(errors="replace").replace("\ufffd", "")


def greedy(folder, prompt):
    tokens, begin = folder.encode(prompt), len(folder.encode(prompt))
    while len(tokens) < begin + COUNT and (len(tokens) == begin or tokens[-1] not in folder.specials):
        tokens.append(int(logits_of(folder.model(), folder.tensors, tokens)[-1].argmax()))
    return folder.decode(tokens[begin:])


def loss(folder, text):
    tokens = folder.encode(text) + [folder.config["eos_token_id"]]
    logits = logits_of(folder.model(), folder.tensors, tokens[:-1])
    return torch.nn.functional.cross_entropy(logits, torch.tensor(tokens[1:])).item()


def test(world):
    project = world.held(world.demo(20), base=ROOT / "models" / "base")
    project.derive()
    path = world.folder / "exported"
    project("export", "hf", path)
    folder = Folder(path)
    for prompt in PROMPTS:
        ours = run(world.program, "complete", "--model", path, "--temperature", 0, "--max-tokens", COUNT, "-", stdin=prompt)["text"]
        equal(greedy(folder, prompt), ours.replace("\ufffd", ""), f"after {prompt!r} the same greedy text")
    for text in PROMPTS[1:]:
        said = run(world.program, "eval", "--model", path, "-", stdin=text)
        own = loss(folder, text)
        check(abs(own - said["loss"]) < 1e-4, f"{text!r}: loss {said['loss']:.5f}, PyTorch {own:.5f}")


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        try:
            test(World(Path(program).resolve(), Path(folder)))
        except Failed:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
