"""What every command needs: the folder, a passphrase where one is due, output as text or one JSON document."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from pos_desktop.composition.places import DataFolder, data_folder
from pos_desktop.domain.errors import BadInput, KeyMissing


def folder_of(arguments: argparse.Namespace, *, profile: str | None = None) -> DataFolder:
    """The folder that the options name; `profile` where the command itself decides."""
    return data_folder(getattr(arguments, "data_dir", None), getattr(arguments, "profile", None) or profile)


def wants_json(arguments: argparse.Namespace) -> bool:
    return bool(getattr(arguments, "json", False))


def passphrase(question: str) -> str:
    """From the terminal, also where standard input is a pipe. Raises KeyMissing where nobody can be asked."""
    if not (sys.stdin.isatty() or _has_terminal()):
        raise KeyMissing(
            "The keys of this store are wrapped by a passphrase, and nobody is here to type it. "
            "Run the command in a terminal, or keep the keys in the system's key store."
        )
    import getpass

    return getpass.getpass(f"{question}: ")


def hidden(question: str) -> str:
    """Typed on the terminal and not shown, also where standard input is a pipe. Raises BadInput where none is."""
    if not (sys.stdin.isatty() or _has_terminal()):
        raise BadInput(
            f"{question}: nobody is here to type it. Nothing was changed. Run the command in a terminal, or name a "
            "file that only you can read: --pin-file.",
            code="no-terminal",
        )
    import getpass

    return getpass.getpass(f"{question}: ").strip()


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except (OSError, AttributeError):  # Windows has neither
        return False
    return True


class Asking:
    """A passphrase that is asked for once in a command and answered from memory when the store is opened again."""

    def __init__(self) -> None:
        self._typed = ""

    def __call__(self, question: str) -> str:
        """Raises KeyMissing."""
        self._typed = passphrase(question)
        return self._typed

    def again(self, question: str) -> str:
        return self._typed or passphrase(question)


def secret_from_input(name: str, question: str = "") -> bytes:
    """One line from standard input; on a terminal it is asked for and not shown. Raises BadInput."""
    if sys.stdin.isatty():
        import getpass

        return good_secret(name, getpass.getpass(f"{question or name}: ").strip().encode())
    return good_secret(name, sys.stdin.buffer.readline().strip())


def good_secret(name: str, value: bytes) -> bytes:
    """The secret as it came, empty included.

    A key travels in an HTTP header, so a pasted special character is refused here; a password may hold blanks and any
    letters.

    Raises:
        BadInput: it is not plain characters without blanks, or of a password no text; the secret itself is not shown.
    """
    from pos_desktop.composition.reporting import PASSWORD

    if name == PASSWORD:
        return _good_password(value)
    if not all(0x21 <= each <= 0x7E for each in value):
        raise BadInput(
            f"What came for {name} is no key: it holds blanks or special characters. Nothing was changed."
        )
    return value


def _good_password(value: bytes) -> bytes:
    try:
        readable = value.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        readable = False
    if not readable:
        raise BadInput("What came is no password: it holds signs that cannot be typed. Nothing was changed.")
    return value


def tell(arguments: argparse.Namespace, document: Mapping[str, Any], *lines: str) -> None:
    """The document with --json, else the lines."""
    if wants_json(arguments):
        import json

        print(json.dumps(document, ensure_ascii=False))
    else:
        for line in lines:
            print(line)
