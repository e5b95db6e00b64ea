"""`config get|set`: settings as declared in app.settings."""

from __future__ import annotations

import argparse

from pos_desktop.app.changing import LICENSE, Changing, needs_quiet, never_known, refuse_while_needed
from pos_desktop.app.duties import check_change
from pos_desktop.app.settings import DECLARED, WRITTEN_BY, checked
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.rules_said import citation_for
from pos_desktop.composition.biotrack import profile_of
from pos_desktop.composition.places import LIVE
from pos_desktop.composition.reporting import counter_lock, no_sender_lock, was_read
from pos_desktop.composition.setting_up import check_address, refuse_other_system
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.action == "get":
            _get(arguments, shop)
        else:
            _set(arguments, shop)
    return DONE


def _get(arguments: argparse.Namespace, shop: Shop) -> None:
    everything = shop.store.settings.all()
    if arguments.key is None:
        tell(arguments, everything, *(f"{key} = {value}" for key, value in sorted(everything.items())))
        return
    if arguments.key not in DECLARED:
        checked(arguments.key, "")
    value = everything[arguments.key]
    tell(arguments, {arguments.key: value}, value)


def _set(arguments: argparse.Namespace, shop: Shop) -> None:
    if arguments.key is None or arguments.value is None:
        raise BadInput("Say which setting and which value: pos-desktop config set KEY VALUE.", code="usage")
    value = checked(arguments.key, arguments.value)
    if arguments.key in WRITTEN_BY:
        command = WRITTEN_BY[arguments.key]
        raise BadInput(f"{arguments.key} is written by pos-desktop {command}. Nothing was changed.")
    citation, by = "", acting(arguments, shop)
    settings, journal = shop.store.settings, shop.store.journal
    changing = Changing(
        lambda key, new, who: settings.change(key, new, who, journal), shop.store.outbox.hand_over
    )
    if arguments.key == "store.name" and not value:
        # Its default is empty, for a store that is not set up yet; one that is has a name on its receipts.
        raise BadInput("store.name cannot be empty: the store needs a name. Nothing was changed.")
    if arguments.key == "programme":
        citation = _new_programme(arguments, shop, value)
    check_change(shop.store.settings, arguments.key, value)
    _check_service(shop, arguments.key, value)
    if needs_quiet(arguments.key):
        with counter_lock(shop), no_sender_lock(shop):
            old = shop.store.settings.get(arguments.key) or ""
            outbox = shop.store.outbox
            mistyped = bool(old) and never_known(old, outbox, was_read=was_read(shop, old))
            refuse_while_needed(arguments.key, old, value, outbox, mistyped=mistyped)
            handed_over = arguments.key == LICENSE and mistyped and value != old
            changing.change(arguments.key, value, by, instead_of=old if handed_over else "")
    else:
        changing.change(arguments.key, value, by)
    if citation:
        shop.rules.confirm(citation, by)
    tell(arguments, {arguments.key: value}, f"{arguments.key} = {value}")


def _check_service(shop: Shop, key: str, value: str) -> None:
    """Raises BadInput: the state service would be another one than the store's, or cannot be called so."""
    if key == "state.system" and value != "none" and shop.folder.profile == LIVE:
        refuse_other_system(shop.programme(), value, LIVE)
    if key == "state.biotrack_profile":
        profile_of(value)
    if key in ("state.base_url", "state.biotrack_legacy_url") and value:
        check_address(value, shop.folder.profile)


def _new_programme(arguments: argparse.Namespace, shop: Shop, programme_id: str) -> str:
    """The citation that goes with it, if one is needed. Raises BadInput, NeedsAttention: nothing was changed."""
    programme = shop.rules.in_force(programme_id).programme
    refuse_other_system(programme, shop.store.settings.get("state.system") or "", shop.folder.profile)
    return citation_for(arguments, programme, shop.rules.unsure(programme))
