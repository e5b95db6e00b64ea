"""`setup`: from nothing to a store that can sell. Questions on a terminal, or options with --non-interactive."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from pos_desktop.cli.asking import Asking, folder_of, good_secret, tell
from pos_desktop.cli.exits import DONE, exit_after_fetch
from pos_desktop.cli.recovery import key_lines
from pos_desktop.cli.rules_said import rules_document, rules_lines
from pos_desktop.composition.programmes import load_programme
from pos_desktop.composition.reporting import secret_names
from pos_desktop.composition.restoring import manager_of
from pos_desktop.composition.setting_up import NewStore, keys_to_write, set_up, usual_system
from pos_desktop.composition.shop import Shop, created, opened
from pos_desktop.domain.errors import BadInput

_PIPE_WAIT_S = 1.0
_NEVER_EMPTY = (
    "license", "base_url", "company", "username", "location", "confirm_rules", "deadline", "deadline_cite",
)  # fmt: skip


Secrets = Mapping[str, bytes]
"""By their name in the key store; empty means later."""


def run(arguments: argparse.Namespace) -> int:
    folder = folder_of(arguments)
    if arguments.non_interactive:
        wanted = _from_options(arguments)
        wanted.check(folder.profile)
        keys = _keys_from_pipe(wanted.state_system)
    else:
        from pos_desktop.cli.setup_questions import answers, keys_asked

        wanted = answers(arguments, folder.profile)
        wanted.check(folder.profile)
        keys = keys_asked(wanted)
    ask = Asking()
    to_write, complete = keys_to_write(folder, keys, passphrase=arguments.passphrase)
    to_sync = wanted.can_sync and complete and not arguments.no_sync
    with created(folder, ask, passphrase=arguments.passphrase) as shop:
        for name, value in to_write.items():
            shop.keys.set(name, value)
        set_up(shop, wanted, ask_time=to_sync)
        recovery_key = _recovery_key(arguments, shop)
        kind = shop.keys.kind
        rules, about_rules = rules_document(shop.rules), rules_lines(shop.rules)
    said = [f"The store is set up in {folder.path}.", f"Its keys are kept in: {kind}.", *about_rules]
    document: dict[str, object] = {
        "data_dir": str(folder.path),
        "profile": folder.profile,
        "key_store": kind,
        "rules": rules,
        "inventory": None,
        "recovery_key": recovery_key,
    }
    code = DONE
    if to_sync:
        code = _first_sync(arguments, ask, document, said)
    elif wanted.state_system != "none":
        said.append(
            "Next: set the state service's address, license and keys where they are still missing "
            "(config set, secret set), then pos-desktop sync --once."
        )
    tell(arguments, document, *said, *(key_lines(recovery_key) if recovery_key else ()))
    return code


def _recovery_key(arguments: argparse.Namespace, shop: Shop) -> str | None:
    """Of a live store, shown once: the keys of a training store are no secret, and its sales are worth nothing."""
    from pos_desktop.composition.keeping_keys import recovery_of
    from pos_desktop.composition.places import LIVE

    if arguments.no_recovery_key or shop.folder.profile != LIVE:
        return None
    return recovery_of(shop).new(manager_of(shop))


def _first_sync(
    arguments: argparse.Namespace, ask: Asking, document: dict[str, object], said: list[str]
) -> int:
    import threading

    from pos_desktop.cli.sync import clock_words
    from pos_desktop.composition.first_sync import fetch
    from pos_desktop.composition.reporting import state_service

    with opened(folder_of(arguments), ask.again) as shop:
        fetched = fetch(shop, state_service(shop, threading.Event().wait))
        said += clock_words(shop)
    document["inventory"] = fetched.document()
    said.append(fetched.sentence)
    if not fetched.good:
        said.append("The store is set up all the same; try again with pos-desktop sync --once.")
    return exit_after_fetch(fetched)


def _from_options(arguments: argparse.Namespace) -> NewStore:
    missing = [name for name in ("programme", "store") if not getattr(arguments, name)]
    if missing:
        raise BadInput(
            f"With --non-interactive these are needed: {', '.join('--' + name for name in missing)}.",
            code="usage",
        )
    # An empty variable of a script would leave out what it was to name.
    empty = [name for name in _NEVER_EMPTY if getattr(arguments, name) == ""]
    if empty:
        options = ", ".join("--" + name.replace("_", "-") for name in empty)
        raise BadInput(
            f"Nothing was given with {options}. Nothing was made. Give a value, or leave the option out.",
            code="usage",
        )
    return NewStore(
        programme=arguments.programme,
        license=arguments.license or "",
        name=arguments.store,
        code=arguments.store_code or "",
        zone=arguments.zone or "",
        register=arguments.register or "R1",
        state_system=arguments.state_system or usual_system(load_programme(arguments.programme)),
        base_url=arguments.base_url or "",
        manager=arguments.manager or "Manager",
        company=arguments.company or "",
        username=arguments.username or "",
        location=arguments.location or "",
        citation=arguments.confirm_rules or "",
        deadline=arguments.deadline or "",
        deadline_cite=arguments.deadline_cite or "",
    )


def _keys_from_pipe(system: str) -> Secrets:
    """A line each: METRC's vendor key and user key, or BioTrack's password. A pipe on which nothing comes within a
    second means: later.
    """
    names = secret_names(system)
    if sys.stdin.isatty() or not _something_comes():
        return dict.fromkeys(names, b"")
    lines = sys.stdin.buffer.read(8192).splitlines()
    named = dict(line.split(b"=", 1) for line in lines if line.startswith(b"state.") and b"=" in line)
    given = [named.get(name.encode(), b"") for name in names] if named else [*lines, *[b""] * len(names)]
    return {name: good_secret(name, value.strip()) for name, value in zip(names, given, strict=False)}


def _something_comes() -> bool:
    if sys.platform == "win32":
        return True
    import select

    try:
        return bool(select.select([sys.stdin], [], [], _PIPE_WAIT_S)[0])
    except (OSError, ValueError):
        return False
