#!/usr/bin/env python3
"""Checks what `odometer ledger prove` wrote, as a third party would who does not have Odometer.

Written from RFC 6962, RFC 8032 and the C2SP texts (signed-note, tlog-checkpoint, tlog-proof, tlog-witness) with Python's
standard library and `cryptography`; it shares no code with Odometer and must not learn from it.

    verify.py --key key.pub --proofs DIR [--since OLD_CHECKPOINT]

The key has to come from where it was trusted before. Ends with 0 when all holds, and with 1 and the reason otherwise.
"""

import argparse
import base64
import binascii
import hashlib
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """Something does not hold; the argument says what."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


def decoded(text, size=None):
    """Canonical standard base64, of a given number of bytes."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"not base64: {text!r}") from None
    require(base64.b64encode(value).decode() == text, f"not canonical base64: {text!r}")
    require(size is None or len(value) == size, f"{len(value)} bytes instead of {size}: {text!r}")
    return value


def number(text):
    require(text.isascii() and text.isdigit() and str(int(text)) == text, f"not a number: {text!r}")
    return int(text)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Key:
    """A verifier key: name+id+base64(0x01, Ed25519 key)."""

    def __init__(self, text):
        parts = text.rstrip("\n").split("+", 2)
        require(len(parts) == 3, "the key is not name+id+base64")
        self.name = parts[0]
        encoded = decoded(parts[2], 33)
        require(encoded[0] == 1, "the key is not an Ed25519 key")
        self.id = sha256(self.name.encode(), b"\n", encoded)[:4]
        require(self.id.hex() == parts[1], "the key's id is not that of the key")
        self.public = Ed25519PublicKey.from_public_bytes(encoded[1:])

    def open(self, note):
        """The text of a note that this key has signed."""
        text, gap, signatures = note.rpartition("\n\n")
        require(gap and signatures.endswith("\n"), "not a signed note")
        text += "\n"
        verified = False
        for line in signatures[:-1].split("\n"):
            fields = line.split(" ")
            require(len(fields) == 3 and fields[0] == "\u2014", "a malformed signature line")
            value = decoded(fields[2])
            if fields[1] == self.name and value[:4] == self.id:
                try:
                    self.public.verify(value[4:], text.encode())
                except InvalidSignature:
                    raise Refused("the signature is wrong") from None
                verified = True
        require(verified, "no signature by the key")
        return text


class Checkpoint:
    def __init__(self, note, key):
        lines = key.open(note).split("\n")
        require(len(lines) == 4 and lines[3] == "", "not a checkpoint")
        require(lines[0] == key.name, f"a checkpoint of another log: {lines[0]}")
        self.size = number(lines[1])
        self.root = decoded(lines[2], 32)
        self.note = note


def split(size):
    """The largest power of two below a size (RFC 6962, section 2.1)."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def node(left, right):
    return sha256(b"\x01", left, right)


def root_of_inclusion(leaf, index, size, path):
    """Undoes PATH(index, D[size]) of section 2.1.1, whose last hash is the one nearest to the root."""
    require(0 <= index < size, "the index is not in the tree")
    if size == 1:
        require(not path, "the inclusion proof is too long")
        return leaf
    require(path, "the inclusion proof is too short")
    middle = split(size)
    if index < middle:
        return node(root_of_inclusion(leaf, index, middle, path[:-1]), path[-1])
    return node(path[-1], root_of_inclusion(leaf, index - middle, size - middle, path[:-1]))


def roots_of_consistency(old, size, path, whole, old_root):
    """Undoes SUBPROOF(old, D[size], whole) of section 2.1.2: the roots of the old and the new tree."""
    if old == size:
        if whole:
            require(not path, "the consistency proof is too long")
            return old_root, old_root
        require(len(path) == 1, "the consistency proof has the wrong length")
        return path[0], path[0]
    require(path, "the consistency proof is too short")
    middle = split(size)
    if old <= middle:
        first, second = roots_of_consistency(old, middle, path[:-1], whole, old_root)
        return first, node(second, path[-1])
    first, second = roots_of_consistency(old - middle, size - middle, path[:-1], False, old_root)
    return node(path[-1], first), node(path[-1], second)


def check_consistency(text, old, key):
    head, gap, note = text.partition("\n\n")
    require(gap, "not a consistency proof")
    lines = head.split("\n")
    require(lines[0] == f"old {old.size}", "the consistency proof is not since the old checkpoint")
    path = [decoded(line, 32) for line in lines[1:]]
    new = Checkpoint(note, key)
    require(old.size <= new.size, "the old tree is larger than the new one")
    if old.size == 0:
        require(not path and old.root == sha256(), "an empty tree has one root and no proof")
        return new
    first, second = roots_of_consistency(old.size, new.size, path, True, old.root)
    require(first == old.root, "the old tree is not the beginning of the new one")
    require(second == new.root, "the consistency proof does not lead to the new root")
    return new


def check_statement(statement, proof, key):
    head, gap, note = proof.partition("\n\n")
    require(gap, "not a proof")
    lines = head.split("\n")
    require(lines[0] == "c2sp.org/tlog-proof@v1", "not a proof of version 1")
    require(len(lines) >= 3 and lines[1].startswith("extra ") and lines[2].startswith("index "), "no salt or no index")
    salt = decoded(lines[1].removeprefix("extra "), 32)
    checkpoint = Checkpoint(note, key)
    leaf = sha256(b"\x00", sha256(salt, statement))
    path = [decoded(line, 32) for line in lines[3:]]
    root = root_of_inclusion(leaf, number(lines[2].removeprefix("index ")), checkpoint.size, path)
    require(root == checkpoint.root, "the proof does not lead to the checkpoint's root")
    first = statement.decode("ascii").split("\n")
    require(first[0] == "odometer-statement/1" and first[1] == "ledger " + key.name.split("/")[-1], "another statement")
    return checkpoint


def check(arguments):
    key = Key(arguments.key.read_text())
    newest = Checkpoint((arguments.proofs / "checkpoint").read_text(), key)
    statements = sorted(arguments.proofs.glob("*.statement"))
    require(statements, "no statements")
    for path in statements:
        proof = path.with_suffix(".tlog-proof").read_text()
        checkpoint = check_statement(path.read_bytes(), proof, key)
        require(checkpoint.note == newest.note, "a proof is of another checkpoint")
    if arguments.since:
        old = Checkpoint(arguments.since.read_text(), key)
        new = check_consistency((arguments.proofs / "consistency").read_text(), old, key)
        require(new.note == newest.note, "the consistency proof is of another checkpoint")
    print(f"{len(statements)} statements in a tree of {newest.size}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--key", type=pathlib.Path, required=True)
    parser.add_argument("--proofs", type=pathlib.Path, required=True)
    parser.add_argument("--since", type=pathlib.Path)
    try:
        check(parser.parse_args())
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError, IndexError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
