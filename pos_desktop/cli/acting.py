"""Who answers for what is done from a shell, and on which store nothing may be done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pos_desktop.domain.errors import NeedsAttention, RuleRefusal
from pos_desktop.domain.people import Role

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.shop import Shop


def acting(_: argparse.Namespace, shop: Shop) -> Person:
    """Until people have PINs, the store's first manager answers for what is done here."""
    manager = next((each for each in shop.store.staff.people() if each.role == Role.MANAGER), None)
    if manager is None:
        raise RuleRefusal(
            "This store has no manager on record, and only a manager may do this. Nothing was changed.",
            code="manager-needed",
        )
    return manager


def refuse_put_back(shop: Shop) -> None:
    """What such a store holds as waiting may be at the state already, so it is put in doubt first: by the counter.

    Where nobody can tell whether it was put back, it is put in doubt here.
    """
    from pos_desktop.composition.this_computer import refuse_elsewhere
    from pos_desktop.storage.generation import Generation, continuity
    from pos_desktop.storage.witness import PUT_BACK

    told = continuity(shop.store, shop.keys)
    if told is Generation.RESTORED:
        refuse_elsewhere(shop)
        raise NeedsAttention(PUT_BACK, code="put-back")
    if told is Generation.UNKNOWN:
        shop.store.doubt_waiting(shop.clock.now())
