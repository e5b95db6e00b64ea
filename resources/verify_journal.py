#!/usr/bin/env python3
"""Checks an exported journal with nothing but Python 3.8 or newer: python3 verify_journal.py journal.jsonl [KEY]

Every line of the file is a JSON object. The first names the register and its public key; the others are entries
({"epoch", "seq", "body", "hash"}, body in base64) and seals ({"seal", "epoch", "seq", "hash", "at", "signature"}).
An entry's hash is SHA-256("POSJ1" + hash before it + body); the first of an epoch follows SHA-256("POSJ1" + register +
epoch), and names the last entry of the epoch before ("journal.continued"), so that no epoch is changed or left out.
A seal is Ed25519 (RFC 8032) over "POSC1", register, epoch, number and moment (eight bytes each) and hash. A register
seals every hundred entries and whenever the journal is exported, so a long end without a seal is somebody's work.
KEY is the public key as it stands on the store's closing reports, in hexadecimal; give it, or a forger's file with a
forger's key is good too. Exit code 0: everything holds. 1: it does not; each finding is a line. 2: no such file.
"""

import base64
import hashlib
import json
import sys

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
UNSEALED = 100
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def x_of(y, odd):
    """The point's other coordinate; None where there is no such point."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if odd else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if (x & 1) != odd else x


def plus(a, b):
    """Points as (X, Y, Z, T), so that nothing is divided on the way."""
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, point)
        point = plus(point, point)
        number >>= 1
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(text):
    number = int.from_bytes(text, "little")
    y = number & ((1 << 255) - 1)
    x = x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(key, signature, message):
    if len(key) != 32 or len(signature) != 64:
        return False
    who, where = point_of(key), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if who is None or where is None or scalar >= Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return same(times(scalar, BASE), plus(where, times(challenge, who)))


def sealed_bytes(register, epoch, seq, at, link):
    numbers = b"".join(each.to_bytes(8, "big") for each in (epoch, seq, at))
    return b"POSC1" + register.encode() + numbers + link


UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


class Journal:
    def __init__(self, register, key):
        self.register, self.key = register, key
        self.epoch, self.expected, self.link = None, 0, b""
        self.entries = self.seals = self.sealed_to = 0
        self.wrong = []
        self.links = {}

    def entry(self, line):
        body, found = base64.b64decode(line["body"]), bytes.fromhex(line["hash"])
        epoch, seq = line["epoch"], line["seq"]
        inside = json.loads(body)
        if type(epoch) is not int or type(seq) is not int:
            raise ValueError("an entry has whole numbers")
        self.entries += 1
        if epoch != self.epoch:
            self.goes_on(inside, epoch)
            self.epoch, self.expected = epoch, 0
            self.link = hashlib.sha256(b"POSJ1" + self.register.encode() + str(epoch).encode()).digest()
        if seq != self.expected:
            self.wrong.append(
                "Entry %d of epoch %d is missing or out of order (found %d)." % (self.expected, epoch, seq)
            )
        if hashlib.sha256(b"POSJ1" + self.link + body).digest() != found:
            self.wrong.append("Entry %d of epoch %d was changed, or one before it." % (seq, epoch))
        if (inside.get("epoch"), inside.get("seq"), inside.get("reg")) != (epoch, seq, self.register):
            self.wrong.append("Entry %d of epoch %d stands in another entry's place." % (seq, epoch))
        self.link, self.expected = found, seq + 1
        self.links[epoch, seq] = found

    def goes_on(self, inside, epoch):
        """Each epoch has a chain of its own; its first entry names the last one of the epoch before."""
        told = before = None
        if inside.get("kind") == "journal.continued":
            told = tuple(inside["data"].get(each) for each in ("epoch", "seq", "hash"))
        if self.links:
            before = (self.epoch, self.expected - 1, self.link.hex())
        if told != before or (before and epoch <= self.epoch):
            self.wrong.append(
                "Epoch %d does not go on where the one before it ended: entries were changed, cut off or put in."
                % epoch
            )

    def ends(self):
        if not self.seals:
            self.wrong.append("Nothing is sealed: the file does not prove who wrote it.")
        elif self.entries - self.sealed_to > UNSEALED:
            self.wrong.append("The last %d entries are not sealed." % (self.entries - self.sealed_to))

    def seal(self, line):
        epoch, seq, link = line["epoch"], line["seq"], bytes.fromhex(line["hash"])
        self.seals += 1
        message = sealed_bytes(self.register, epoch, seq, line["at"], link)
        if not is_signed(self.key, bytes.fromhex(line["signature"]), message):
            self.wrong.append("The seal over entry %d of epoch %d is forged, or was changed." % (seq, epoch))
        elif self.links.get((epoch, seq)) != link:
            self.wrong.append(
                "The journal up to entry %d of epoch %d is not the one that was sealed." % (seq, epoch)
            )
        elif (epoch, seq) == (self.epoch, self.expected - 1):
            self.sealed_to = self.entries


def check(lines, key=None):
    """A Journal with what is wrong in it. `key` is 32 bytes, or None for the one that the file names."""
    lines = iter(lines)
    head = json.loads(next(lines))
    named = bytes.fromhex(head["key"])
    journal = Journal(head["register"], key or named)
    if key is not None and named != key:
        journal.wrong.append("The file names another key than the one that was given.")
    for number, text in enumerate(lines, 2):
        try:
            line = json.loads(text)
            journal.seal(line) if line.get("seal") else journal.entry(line)
        except UNREADABLE:
            journal.wrong.append("Line %d cannot be read." % number)
    journal.ends()
    return journal


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    try:
        key = bytes.fromhex(arguments[1]) if len(arguments) == 2 else None
    except ValueError:
        key = b""
    if key is not None and len(key) != 32:
        print("The key that was typed is none: it has 64 signs, 0 to 9 and a to f.")
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            journal = check(file, key)
    except (OSError, StopIteration, *UNREADABLE) as trouble:
        said = str(trouble).encode("ascii", "backslashreplace").decode()
        print("The file cannot be read as a journal: %s" % said)
        return 2
    for each in journal.wrong:
        print(each)
    rest = journal.entries - journal.sealed_to
    print(
        "%d entries, %d seals; %d entries at the end are not sealed yet."
        % (journal.entries, journal.seals, rest)
    )
    if key is None:
        print("No key was given: compare %s with the one on the store's closing reports." % journal.key.hex())
    print("Something is wrong." if journal.wrong else "Everything holds.")
    return 1 if journal.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
