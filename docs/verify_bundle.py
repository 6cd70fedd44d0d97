#!/usr/bin/env python3
"""Checks Raskvej without Raskvej, by a program that shares no line with it. Needs nothing but Python 3.8.

    python3 verify_bundle.py [--noegle KEY] [--seal SEAL]... FILE-OR-FOLDER ...
        bundles (docs/bundle.md) and data folders, and that each goes on from every seal that somebody kept
    RASKVEJ_TOKEN=... python3 verify_bundle.py [--noegle KEY] --seal SEAL... --tjeneste URL
        a running service, by its consistency proofs; the token is an auditor's

A SEAL is a checkpoint, the text of the mail it came in, or a bundle. A line for each; exit 0 when all are in order.

Of a folder the journal is read, also while a service writes it, and nothing is changed: each commit follows the one before, by its hash, its
position and the version of its stream, from the first to the head that stands in the file beside. Not looked at are the sums that find a
damaged disk, the tables by which something is found again, and the rest of the folder. A full segment is packed with zstd, which Python has from
3.14 on; before that it is done by libzstd, which Linux has.
"""
import base64, ctypes, ctypes.util, hashlib, json, os, re, struct, sys, urllib.request

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def need(what, reason):
    if not what: raise ValueError(reason)

# Ed25519, RFC 8032: verification only, plain and slow.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
def add(a, b):
    x, y, z, w = (a[1]-a[0])*(b[1]-b[0]) % P, (a[1]+a[0])*(b[1]+b[0]) % P, 2*a[3]*b[3]*D % P, 2*a[2]*b[2] % P
    e, f, g, h = y-x, w-z, w+z, y+x
    return e*f % P, g*h % P, f*g % P, e*h % P
def times(n, a):
    r = (0, 1, 1, 0)
    while n: r, a, n = (add(r, a) if n & 1 else r), add(a, a), n >> 1
    return r
def point(raw):
    y, sign = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    need(len(raw) == 32 and y < P, "not a point")
    xx = (y*y - 1) * pow(D*y*y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x*x - xx) % P: x = x * pow(2, (P - 1) // 4, P) % P
    need((x*x - xx) % P == 0 and (x or not sign), "not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x*y % P
BASE = point(bytes.fromhex("58" + "66" * 31))
def signed(key, text, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(k, a))
    small = times(8, a)[0] % P == 0
    return len(signature) == 64 and s < L and not small and \
        all((left[i]*right[2] - right[i]*left[2]) % P == 0 for i in (0, 1))

# The tree of RFC 9162, section 2.1.
def leaf(entry): return sha(b"\0", entry)
def node(left, right): return sha(b"\1", left, right)
def root(leaves):
    if len(leaves) < 2: return leaves[0] if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:k]), root(leaves[k:]))
def leads_to(hash, at, size, path):
    need(at < size, "no such leaf")
    last = size - 1
    for side in path:
        need(last, "the path is too long")
        if at & 1 or at == last:
            hash = node(side, hash)
            while not at & 1 and at: at, last = at >> 1, last >> 1
        else: hash = node(hash, side)
        at, last = at >> 1, last >> 1
    need(last == 0, "the path is too short")
    return hash

def extends(old_size, old, size, new, path):
    """RFC 9162, section 2.1.4.2: the tree of this size begins with all of the old one."""
    need(0 <= old_size <= size, "the log has only %d commits, and the seal is of %d" % (size, old_size))
    if old_size in (0, size): return need(not path and old == (new if old_size else sha(b"")), "another root")
    if old_size & (old_size - 1) == 0: path = [old] + path
    need(path, "no proof")
    at, last = old_size - 1, size - 1
    while at & 1: at, last = at >> 1, last >> 1
    left = right = path[0]
    for side in path[1:]:
        need(last, "the proof is too long")
        if at & 1 or at == last:
            left, right = node(side, left), node(side, right)
            while not at & 1 and at: at, last = at >> 1, last >> 1
        else: right = node(right, side)
        at, last = at >> 1, last >> 1
    need(last == 0, "the proof is too short")
    need(left == old, "it does not go on from the seal: what was sealed is not its beginning")
    need(right == new, "the proof does not lead to the log as it is")

def tells(kind, body, forloeb):
    """The registration is told in an event, or in one that it carries from the employee number before."""
    if kind == "AnsaettelseFortsat":
        return any(tells(one["navn"], one["krop"], forloeb) for one in body["foer"])
    return kind == "FravaerRegistreret" and body["registrering"] == forloeb

# Checkpoints in signed notes (C2SP): the text, an empty line, signatures.
def note(raw):
    raw = raw[3:] if raw[:3] == b"\xef\xbb\xbf" else raw
    if raw[:1] == b"{": raw = json.loads(raw.split(b"\n")[0])["segl"].encode()
    rows = raw.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    first = next((i for i, row in enumerate(rows) if row.startswith("raskvej/")), None)
    need(first is not None and "" in rows[first:], "there is no seal in it")
    end = rows.index("", first)
    return rows[first:end], [row for row in rows[end + 1:] if row.startswith("\u2014 ")][:100]
def name_of(key): return "raskvej/" + sha(key).hex()[:16]
def opened(found, key):
    """Number of commits and root that a note says, when this key has signed it."""
    rows, signatures = found
    name, text = name_of(key), "".join(row + "\n" for row in rows).encode()
    ours = [b64(row[len(name) + 3:]) for row in signatures if row.startswith("\u2014 " + name + " ")]
    ours = [raw[4:] for raw in ours if raw[:4] == sha(name.encode(), b"\n\1", key)[:4]]
    need(ours and rows[0] == name, "it is signed with another key than " + key.hex())
    need(len(ours) == 1 and signed(key, text, ours[0]), "the signature")
    need(len(rows) >= 3 and str(int(rows[1])) == rows[1] and int(rows[1]) >= 0, "not a checkpoint")
    return int(rows[1]), b64(rows[2])
def key_of(text):
    raw = bytes.fromhex(text) if len(text) == 64 else b64(text.split("+", 2)[2])[1:]
    need(len(raw) == 32, "not a key"); return raw
def held(seals, key, size, root_at):
    for path, found in seals:
        try:
            old_size, old = opened(found, key)
            need(old_size <= size, "the log has only %d commits, and the seal is of %d: its end is gone" % (size, old_size))
            root_at(old_size, old)
        except Exception as error: raise ValueError("%s: %s" % (path, error))
    return "".join(", goes on from " + path for path, _ in seals)

def commit(body):
    """First position, number of events, first version, stream and the events (name, body) of a commit."""
    at = 0
    def take(n):
        nonlocal at
        need(at + n <= len(body), "not a commit"); at += n
        return body[at - n:at]
    def varint():
        value = shift = 0
        while True:
            byte = take(1)[0]; value |= (byte & 127) << shift; shift += 7
            if byte < 128: return value
    form, flags = take(2)
    need(form == 1 and flags < 4, "not a commit")
    first = int.from_bytes(take(8), "little"); take(8); varint()
    version, stream = varint(), take(varint())
    if flags & 1: take(64)
    take(varint())
    events = []
    for _ in range(varint()):
        name = take(varint()); varint(); events.append((name, take(varint())))
    if flags & 2: take(8)
    need(at == len(body) and events and first and version, "not a commit")
    return first, len(events), version, stream, events

def lines(raw):
    need(raw.endswith(b"\n"), "the file ends too early")
    for line in raw.split(b"\n")[:-1]:
        value = json.loads(line)
        need(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() == line, "not as it was written")
        yield line + b"\n", value
def b64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "not base64")
    return raw
def unhex(text):
    need(len(text) == 64 and bytes.fromhex(text).hex() == text, "not a hash")
    return bytes.fromhex(text)

def check(raw, known=None, seals=()):
    (*shown, (_, total)) = lines(raw)
    need(list(total) == ["sha256"] and total["sha256"] == sha(*(line for line, _ in shown)).hex(), "the sum")
    head, *shown = (value for _, value in shown)
    need(list(head)[:3] == ["format", "noegle", "segl"] and head["format"] == "raskvej-bundle-2", "another format")
    key = unhex(head["noegle"])
    need(known in (None, key), "sealed with another key")
    # A signed note (C2SP): the text, a blank line, a line with the signature.
    text, note = head["segl"].split("\n\n")
    name = "raskvej/" + sha(key).hex()[:16]
    need(note.startswith("— " + name + " ") and note.endswith("\n"), "the seal")
    signature = b64(note[len(name) + 3:-1])
    need(signature[:4] == sha(name.encode(), b"\n\1", key)[:4], "the seal")
    need(signed(key, text.encode() + b"\n", signature[4:]), "the signature")
    origin, size, tree, events, end, streams, _ = text.split("\n")
    need(origin == name, "the seal")
    size, tree, events = int(size), b64(tree), int(events.split()[1])
    end, streams_size, streams = unhex(end.split()[1]), int(streams.split()[1]), b64(streams.split()[2])
    def entry(stream, version, hash): return leaf(bytes([len(stream)]) + stream + version.to_bytes(8, "big") + hash)
    if "stroem" not in head:
        need(list(head) == ["format", "noegle", "segl"], "the header")
        hash, position, leaves, ends = bytes(32), 0, [], {}
        for line in shown:
            need(list(line) == ["krop"], "a line")
            body = b64(line["krop"]); first, count, version, stream, _ = commit(body)
            need(first == position + 1 and version == ends.get(stream, (0,))[0] + 1, "the order")
            hash, position = sha(hash, sha(body)), position + count
            leaves.append(leaf(hash)); ends[stream] = version + count - 1, hash
        need((position, hash) == (events, end), "the head")
        need((len(leaves), root(leaves)) == (size, tree), "the tree over commits")
        need((len(ends), root([entry(s, *ends[s]) for s in sorted(ends)])) == (streams_size, streams), "the tree over streams")
        def begins(n, old): need(root(leaves[:n]) == old, "it does not go on from the seal: what was sealed is not its beginning")
        return f"the whole log, {events} events, head {end.hex()}, key {key.hex()}" + held(seals, key, size, begins)
    need(list(head)[3:] in (["forloeb", "stroem", "blad", "sti"], ["forloeb", "stroem", "blad", "sti", "tidligere"]), "the header")
    earlier = {}
    for entry_of in head.get("tidligere", ()):
        need(list(entry_of) == ["skrivninger", "rod", "sti"], "the header")
        n, old = entry_of["skrivninger"], unhex(entry_of["rod"])
        need(type(n) is int and n > max(earlier, default=-1), "the order")
        extends(n, old, size, tree, [unhex(h) for h in entry_of["sti"]])
        earlier[n] = old
    need(earlier or "tidligere" not in head, "the header")
    version, last, found, mine = 0, -1, False, head["stroem"].encode()
    for line in shown:
        need(list(line) == ["blad", "foer", "krop", "sti"], "a line")
        body = b64(line["krop"]); _, count, first, stream, items = commit(body)
        need(stream == mine and first == version + 1 and line["blad"] > last, "the order")
        hash, version, last = sha(unhex(line["foer"]), sha(body)), version + count, line["blad"]
        need(leads_to(leaf(hash), last, size, [unhex(h) for h in line["sti"]]) == tree, "a path")
        told = [(n.decode(), b) for n, b in items if n in (b"FravaerRegistreret", b"AnsaettelseFortsat")]
        found |= any(tells(n, json.loads(b), head["forloeb"]) for n, b in told)
    need(found, "the forløb is not in it")
    path = [unhex(h) for h in head["sti"]]
    need(leads_to(entry(mine, version, hash), head["blad"], streams_size, path) == streams, "there are more events")
    def same(n, old):
        need(n == size or n in earlier, "a bundle of one forloeb shows the log only as it was sealed with it, at %d commits, and at the seals it was written with, and this one is of %d" % (size, n))
        need(old == (tree if n == size else earlier[n]), "it does not go on from the seal: the same number of commits, and other ones")
    return f"all {version} events of {mine.decode()}, in a log of {events} with head {end.hex()}, key {key.hex()}" + \
        held(seals, key, size, same)

# The data folder: libs/eventlog/src/frame.rs and libs/eventlog/src/packed.rs describe its bytes.
def public(seed):
    n = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (1 << 254) - 8 | 1 << 254
    x, y, z, _ = times(n, BASE)
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little")
def unpacked(raw, size):
    need(size <= 1 << 28, "a length")
    try:
        from compression import zstd
        whole = zstd.decompress(raw)
    except ImportError:
        library = ctypes.util.find_library("zstd")
        need(library, "it is packed, and there is no zstd here: take Python 3.14, or install libzstd")
        act, into = ctypes.CDLL(library).ZSTD_decompress, ctypes.create_string_buffer(size + 1)
        act.restype, act.argtypes = ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
        need(act(into, size, raw, len(raw)) == size, "what is packed has another length")
        return into.raw[:size]
    need(len(whole) == size, "what is packed has another length")
    return whole
class Bytes:
    def __init__(self, raw): self.raw, self.at = raw, 0
    def over(self): return self.at == len(self.raw)
    def take(self, n):
        need(self.at + n <= len(self.raw), "it ends too early"); self.at += n
        return self.raw[self.at - n:self.at]
    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]; value |= (byte & 127) << shift; shift += 7
            if byte < 128: return value
def packed(raw):
    """First position, number of commits and hash before a packed segment; its bodies in their order, with the hash after each."""
    form = struct.pack("<I", 1)
    need(len(raw) >= 280 and raw[:12] == b"RVJ-PACK" + form and raw[-264:-252] == b"RVJ-PEND" + form, "another form")
    count, first, _, leaf = struct.unpack("<IQQQ", raw[-252:-224])
    blocks, _, chain = (struct.unpack("<QI", raw[at:at + 12]) + struct.unpack("<I", raw[at + 12:at + 16])
                        for at in range(len(raw) - 160, len(raw) - 100, 20))
    hashes = raw[chain[0]:chain[0] + chain[1]]
    need(len(hashes) == 32 * (count + 1) and (hashes[:32], hashes[-32:]) == (raw[-224:-192], raw[-192:-160]), "the chain")
    table, bodies, at = Bytes(unpacked(raw[blocks[0]:blocks[0] + blocks[1]], blocks[2])), {}, 16
    while not table.over():
        length, size, _ = struct.unpack("<III", table.take(12)); table.varint(); table.take(table.varint())
        block, at = Bytes(unpacked(raw[at:at + length], size)), at + length
        while not block.over():
            nth = block.varint(); need(nth not in bodies, "a commit stands there twice")
            bodies[nth] = block.take(block.varint())
    need(at == blocks[0] and sorted(bodies) == list(range(count)), "not all commits are there")
    return first, leaf, hashes[:32], [(bodies[n], hashes[32 * n + 32:32 * n + 64]) for n in range(count)]
FRAME = b"\xf5RVC"
def frame(raw, at):
    """The body of a frame, and the hash after it; nothing where no whole one begins."""
    n = int.from_bytes(raw[at + 4:at + 8], "little")
    if raw[at:at + 4] != FRAME or not 0 < n <= 4 << 20 or at + n + 44 > len(raw): return None
    return raw[at + 12:at + n + 12], raw[at + n + 12:at + n + 44]
def was_durable(position, rest):
    """A later frame says that this position was on disk when it was written: it did not get lost by a crash."""
    for found in re.finditer(re.escape(FRAME), rest[1:]):
        later = frame(rest, found.start() + 1)
        try:
            if later and commit(later[0])[0] - 1 - Bytes(later[0][18:]).varint() >= position: return True
        except ValueError: pass # those four bytes stood in a text
    return False
def plain(raw):
    """The same of a segment as it is written, and what follows behind its last whole commit."""
    need(raw[:12] == b"RVJ-LOG\n" + struct.pack("<I", 1), "another form")
    found, at, hash = [], 64, raw[20:52]
    while True:
        body, after = frame(raw, at) or (b"", b"")
        if not body or sha(hash, sha(body)) != after: break
        found.append((body, after)); hash, at = after, at + len(body) + 44
    return int.from_bytes(raw[12:20], "little"), raw[20:52], found, raw[at:].rstrip(b"\0")
def segment(journal, first, is_last, kinds, position, hash, leaf):
    """The commits of one, and how many bytes follow that nobody was told of."""
    def content(kind):
        with open(os.path.join(journal, "seg-%020d.%s" % (first, kind)), "rb") as file: return file.read()
    def of_packed():
        begins, before, follows, commits = packed(content("rvs"))
        need((begins, before, follows) == (first, leaf, hash), "it does not go on from the segment before it")
        return commits, 0
    if "rvs" in kinds:
        try: return of_packed()
        # Packing was cut off: the one that it was made of is still there.
        except (ValueError, struct.error):
            if "rvj" not in kinds: raise
    try: raw = content("rvj")
    except FileNotFoundError: return of_packed() # packed since its name was read
    begins, follows, commits, rest = plain(raw)
    need((begins, follows) == (first, hash), "it does not go on from the segment before it")
    reached = position + sum(commit(body)[1] for body, _ in commits)
    need(not rest or is_last and not was_durable(reached + 1, rest), "after position %d is what does not go on from it" % reached)
    return commits, len(rest)
def folder(path, known, seals):
    own, at = None, os.path.join(path, "noegler", "segl")
    if os.path.exists(at):
        with open(at, "rb") as file: raw = file.read()
        need(len(raw) == 64 and raw[:16] == b"raskvej-segl-1\0\0" and raw[48:] == sha(raw[:48])[:16], "noegler/segl")
        own = public(raw[16:48])
    need(None in (known, own) or known == own, "sealed with another key")
    key = known or own
    need(key or not seals, "it has no key that seals: give one with --noegle")
    # Read first: the journal only grows.
    stands, at = None, os.path.join(path, "hoved")
    if os.path.exists(at):
        with open(at) as file: words = file.read().split()
        need(len(words) == 6 and words[:3] == ["raskvej", "hoved", "1"], "hoved")
        stands = int(words[3]), unhex(words[4])
    journal, kinds = os.path.join(path, "journal"), {}
    for name in os.listdir(journal):
        named = re.fullmatch(r"seg-(\d{20})\.(rvj|rvs)", name)
        if named: kinds.setdefault(int(named[1]), set()).add(named[2])
    need(kinds, "its journal has no segments")
    hash, position, leaves, ends, behind = bytes(32), 0, [], {}, 0
    reached = stands in (None, (0, hash))
    for first in sorted(kinds):
        try:
            need(first == position + 1, "a segment is missing: what follows position %d" % position)
            commits, behind = segment(journal, first, first == max(kinds), kinds[first], position, hash, len(leaves))
            for body, after in commits:
                start, count, version, stream, _ = commit(body)
                need(start == position + 1 and version == ends.get(stream, 0) + 1, "the order, after position %d" % position)
                need(sha(hash, sha(body)) == after, "the chain, after position %d" % position)
                hash, position, ends[stream] = after, position + count, version + count - 1
                leaves.append(leaf(hash)); reached |= stands == (position, hash)
        except Exception as error: raise ValueError("segment %d: %s" % (first, error))
    need(reached, "the file hoved says that it went to position %d" % (stands or (0,))[0])
    def begins(n, old): need(root(leaves[:n]) == old, "it does not go on from the seal: what was sealed is not its beginning")
    return f"a folder, {position} events, head {hash.hex()}" + (f", key {key.hex()}" if key else "") + \
        (f", and {behind} bytes that nobody was told of" if behind else "") + held(seals, key, len(leaves), begins)

def ask(url, path):
    headers = {"Authorization": "Bearer " + os.environ.get("RASKVEJ_TOKEN", "")}
    with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers), timeout=60) as answer:
        return answer.read(1 << 20)
def service(url, known, seals):
    url = url.rstrip("/") + "/api/v1/revision/"
    key = known or key_of(json.loads(ask(url, "segl"))["noegle"])
    size, now = opened(note(ask(url, "checkpoint")), key)
    def proven(n, old):
        path = json.loads(ask(url, "konsistens?fra=%d&til=%d" % (n, size)))["sti"]
        extends(n, old, size, now, [unhex(hash) for hash in path])
    return f"{size} commits, root {now.hex()}, key {key.hex()}" + held(seals, key, size, proven)

def main(arguments):
    known, seals, running, files = None, [], [], []
    arguments = list(arguments)
    while arguments:
        this = arguments.pop(0)
        if this == "--noegle": known = key_of(arguments.pop(0))
        elif this == "--seal": seals.append(arguments.pop(0))
        elif this == "--tjeneste": running.append(arguments.pop(0))
        else: files.append(this)
    wrong = 0
    def told(what, act):
        nonlocal wrong
        try: print(f"{what}: in order: {act()}")
        except Exception as error: wrong += 1; print(f"{what}: NOT in order: {type(error).__name__}: {error}")
    def kept():
        # The seal of a bundle is in its first line, which is short.
        return [(path, note(open(path, "rb").read(65536))) for path in seals]
    for path in files:
        if os.path.isdir(path): told(path, lambda: folder(path, known, kept()))
        else: told(path, lambda: check(open(path, "rb").read(), known, kept()))
    for url in running: told(url, lambda: service(url, known, kept()))
    if not files and not running: print(__doc__); return 2
    return 1 if wrong else 0

if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
