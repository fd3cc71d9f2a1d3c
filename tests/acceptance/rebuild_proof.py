"""A second implementation of what docs/proof.md specifies, in Python's standard library alone: the VRF of RFC 9381
(ECVRF-EDWARDS25519-SHA512-TAI), the map of persons, the list of items, and the log. It shares no code with Litura and
is slow. Run by itself it checks its VRF against the RFC's example 16 and says so.
"""
import base64
import hashlib
import hmac
import struct
import unicodedata
from pathlib import Path

P = 2 ** 255 - 19
Q = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)


def add(a, b):
    """Points in extended coordinates (RFC 8032 section 5.1.4)."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def encode(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data):
    """The point, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decode(bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666"))


def sha512(*parts):
    return hashlib.sha512(b"".join(parts)).digest()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Vrf:
    def __init__(self, seed):
        self.seed = seed
        digest = sha512(seed)
        scalar = bytearray(digest[:32])
        scalar[0] &= 248
        scalar[31] = scalar[31] & 127 | 64
        self.x, self.nonce = int.from_bytes(scalar, "little"), digest[32:]
        self.key = encode(times(self.x, BASE))

    def output(self, alpha):
        return hash_of(times(self.x, to_curve(self.key, alpha)))

    def prove(self, alpha):
        h = to_curve(self.key, alpha)
        gamma = times(self.x, h)
        k = int.from_bytes(sha512(self.nonce, encode(h)), "little") % Q
        c = challenge(self.key, h, gamma, times(k, BASE), times(k, h))
        return encode(gamma) + c.to_bytes(16, "little") + ((k + c * self.x) % Q).to_bytes(32, "little")


def to_curve(key, alpha):
    for counter in range(256):
        point = decode(sha512(b"\3\1", key, alpha, bytes([counter]), b"\0")[:32])
        if point and encode(times(8, point)) != encode(IDENTITY):
            return times(8, point)
    raise ValueError("no point")


def challenge(key, *points):
    return int.from_bytes(sha512(b"\3\2", key, *map(encode, points), b"\0")[:16], "little")


def hash_of(gamma):
    return sha512(b"\3\3", encode(times(8, gamma)), b"\0")


def verify_vrf(key, alpha, proof):
    """The output, or None."""
    gamma, c, s = decode(proof[:32]), int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")
    public = decode(key)
    if not gamma or not public or s >= Q:
        return None
    h = to_curve(key, alpha)
    u = add(times(s, BASE), times(Q - c, public))
    v = add(times(s, h), times(8 * Q - c, gamma))
    return hash_of(gamma) if challenge(key, h, gamma, u, v) == c else None


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def source_tag(vrf, source):
    """What stands for a source in the statement that the VRF's seed belongs to."""
    blind = hmac.digest(vrf.seed, text("source") + text(source), "sha256")
    return sha256(text("litura.source.1"), blind, text(source))


def name_input(tag, name):
    """NFKC with case folding; the ignorable characters that Litura drops are not in the tests' names."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return text("litura.name.2") + tag + text(folded)


def label(vrf, source, name):
    return vrf.output(name_input(source_tag(vrf, source), name))[:32]


def bit(data, index):
    return data[index // 8] >> (7 - index % 8) & 1


EMPTY = [bytes(32)]
for _ in range(256):
    EMPTY.append(sha256(b"\3", EMPTY[-1], EMPTY[-1]))


def map_root(leaves, depth=0):
    """leaves: [(label, value)], all with the same first `depth` bits."""
    if not leaves:
        return EMPTY[256 - depth]
    if depth == 256:
        (name, value), = leaves
        return sha256(b"\2", name, value)
    halves = ([], [])
    for leaf in leaves:
        halves[bit(leaf[0], depth)].append(leaf)
    return sha256(b"\3", map_root(halves[0], depth + 1), map_root(halves[1], depth + 1))


def holds_in_map(name, value, path, root):
    """path: 32 bytes that say which siblings follow, then those, from the leaf up."""
    hashed = EMPTY[0] if value is None else sha256(b"\2", name, value)
    siblings = [path[at:at + 32] for at in range(32, len(path), 32)]
    for depth in reversed(range(256)):
        sibling = siblings.pop(0) if bit(path, depth) else EMPTY[255 - depth]
        hashed = sha256(b"\3", sibling, hashed) if bit(name, depth) else sha256(b"\3", hashed, sibling)
    return not siblings and hashed == root


def tree_root(leaves):
    """RFC 6962 section 2.1, over leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", tree_root(leaves[:middle]), tree_root(leaves[middle:]))


def item(opening):
    sample = bytes.fromhex(opening["sample"])
    return sha256(text("litura.item.1"), bytes.fromhex(opening["salt"]), struct.pack("<Q", len(sample)), sample)


def items_root(openings):
    """All items in the order of the records' tags, the first 32 bytes of a sample."""
    items = sorted((o["sample"], item(o)) for leaf in openings["leaves"] for o in leaf["items"])
    return tree_root([sha256(b"\0", each) for _, each in items])


def leaf_value(leaf):
    return sha256(bytes.fromhex(leaf["blind"]), tree_root([sha256(b"\0", item(o)) for o in leaf["items"]]))


def log_entries(folder):
    """The entries of a log of less than 256 entries, by its bundles; the longest one is the whole."""
    bundles = sorted((folder / "tile" / "entries" / "000.p").iterdir(), key=lambda path: int(path.name))
    data, entries = bundles[-1].read_bytes(), []
    while data:
        size, = struct.unpack(">H", data[:2])
        entries.append(data[2:2 + size])
        data = data[2 + size:]
    return entries


def log_root(folder):
    return tree_root([sha256(b"\0", entry) for entry in log_entries(Path(folder))])


def checkpoint(folder):
    """(size, root) as the log's head says."""
    _, size, root = (Path(folder) / "checkpoint").read_text().splitlines()[:3]
    return int(size), base64.b64decode(root)


def self_test():
    vrf = Vrf(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert vrf.key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    proof = vrf.prove(b"")
    assert proof.hex().startswith("8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f")
    output = "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff"
    assert vrf.output(b"").hex().startswith(output) and verify_vrf(vrf.key, b"", proof) == vrf.output(b"")
    assert verify_vrf(vrf.key, b"x", proof) is None
    assert tree_root([]) == sha256(b"")


if __name__ == "__main__":
    self_test()
    print("the VRF agrees with RFC 9381, example 16")
