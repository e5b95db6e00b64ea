"""The words of `people`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from pos_desktop.domain.people import STAFF


def add(action: Callable[[str, str], argparse.ArgumentParser]) -> None:
    listing = action("list", "Who works here, what each may do, and who has a PIN.")
    listing.add_argument("--history", action="store_true", help="who changed what, and when")
    new = action("add", "Somebody new, or somebody back again.")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--role", required=True, choices=STAFF)
    new.add_argument("--again", metavar="ID", help="the id that somebody who left had here before")
    role = action("role", "Give somebody another role.")
    role.add_argument("name", metavar="NAME", help="name or id")
    role.add_argument("role", metavar="ROLE", choices=STAFF)
    rename = action("rename", "Correct a name; earlier sales keep the old one.")
    rename.add_argument("name", metavar="NAME", help="name or id")
    rename.add_argument("new_name", metavar="NEW")
    for name, text in (
        ("leave", "Somebody does not work here any more."),
        ("let-in", "Let somebody in again who is locked after too many wrong PINs."),
    ):
        action(name, text).add_argument("name", metavar="NAME", help="name or id")
    pin = action("pin", "A new PIN, typed twice and not shown, or a line of standard input.")
    pin.add_argument("name", metavar="NAME", nargs="?", help="name or id (default: who is named by --as)")
    totp = action("totp", "The code of an authenticator beside the PIN, on or off.")
    how = totp.add_mutually_exclusive_group(required=True)
    how.add_argument("--on", action="store_true", help="for oneself; the secret is shown once")
    how.add_argument(
        "--off", metavar="NAME", help="name or id: one's own, or of somebody whose telephone is lost"
    )
    action("seal-emergency", "A new code for the envelope, shown once; the one before is void.")
    review = action("review-emergency", "Say what an emergency access was; its alarm ends.")
    review.add_argument("number", metavar="N", type=int, nargs="?", help="default: the oldest")
    review.add_argument("--reason", metavar="TEXT", required=True, help="what it was")
