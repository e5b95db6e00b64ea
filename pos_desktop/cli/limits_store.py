"""`limits list|confirm|install`: which rules a store goes by, and who stands behind them."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pos_desktop.app.counting import counted
from pos_desktop.app.rules import good_citation
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.rules_said import rules_document, rules_lines
from pos_desktop.composition.programmes import load_programme, pack_text, programme_ids
from pos_desktop.composition.reporting import counter_lock
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.explain import overview
from pos_desktop.domain.limits.programme import Programme


def run(arguments: argparse.Namespace) -> int:
    return {"list": _list, "confirm": _confirm, "install": _install}[arguments.action](arguments)


# ---- list


def _list(arguments: argparse.Namespace) -> int:
    """Of the programmes, and with --data-dir of the store there, whose own pack stands in the place of the shipped."""
    if getattr(arguments, "data_dir", None) is None:
        return _listed(arguments, {}, [], None)
    folder = folder_of(arguments)
    if not folder.exists:
        return _listed(arguments, {}, [f"There is no store in {folder.path}."], None)
    with opened(folder, passphrase) as shop:
        about = [f"The store in {folder.path}:", *(f"  {each}" for each in rules_lines(shop.rules)), ""]
        return _listed(arguments, {"store": rules_document(shop.rules)}, about, shop.programme())


def _listed(
    arguments: argparse.Namespace, store: dict[str, Any], about: list[str], own: Programme | None
) -> int:
    day: date = arguments.on or datetime.now().astimezone().date()
    programmes = [
        own if own is not None and own.id == each else load_programme(each) for each in programme_ids()
    ]
    rows = [overview(each, day) for each in programmes]
    lines = [
        *about,
        f"{counted(len(rows), 'programme', 'programmes')}, rules in force on {day.isoformat()}.",
    ]
    for row in rows:
        lines += ["", f"{row['id']} · {row['name']}", *(f"  {text}" for text in row["lines"])]
    shown = [{key: value for key, value in row.items() if key != "lines"} for row in rows]
    tell(arguments, {"on": day.isoformat(), **store, "programmes": shown}, *lines)
    return DONE


# ---- confirm and install


def _confirm(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        made = shop.rules.confirm(arguments.citation, acting(arguments, shop))
        said = (
            []
            if made
            else ["Its sources settle every rule in force: nothing to confirm, nothing was changed."]
        )
        _tell(arguments, shop, {"changed": made is not None}, said)
    return DONE


def _install(arguments: argparse.Namespace) -> int:
    if arguments.shipped == bool(arguments.file):
        raise BadInput(
            "Say which pack: pos-desktop limits install FILE, or --shipped for the one that came with this program.",
            code="usage",
        )
    if arguments.citation is not None:
        good_citation(arguments.citation)  # before anything changes
    with opened(folder_of(arguments), passphrase) as shop, counter_lock(shop):
        # An open counter would go on deciding by the rules before.
        rules, by = shop.rules, acting(arguments, shop)
        changed = (
            rules.go_back(by) if arguments.shipped else rules.install(*pack_text(Path(arguments.file)), by)
        )
        confirmed = arguments.citation is not None and rules.confirm(arguments.citation, by) is not None
        said = [] if changed else ["These rules are in force already: the pack was not changed."]
        _tell(arguments, shop, {"changed": changed or confirmed}, said)
    return DONE


def _tell(arguments: argparse.Namespace, shop: Shop, document: dict[str, Any], said: list[str]) -> None:
    tell(arguments, {**document, "rules": rules_document(shop.rules)}, *said, *rules_lines(shop.rules))
