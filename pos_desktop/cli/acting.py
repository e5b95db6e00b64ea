"""Who answers for what is done from a shell, and on which store nothing may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_desktop.domain.errors import NeedsAttention, RuleRefusal

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.shop import Shop


def manager_of(shop: Shop) -> Person:
    """Until people sign in, the store's first manager answers for what is done here."""
    manager = next((each for each in shop.store.staff.people() if each.manages), None)
    if manager is None:
        raise RuleRefusal(
            "This store has no manager on record, and only a manager may do this. Nothing was changed.",
            code="manager-needed",
        )
    return manager


def refuse_put_back(shop: Shop) -> None:
    """What such a store holds as waiting may be at the state already, so the counter puts it in doubt first."""
    from pos_desktop.storage.generation import was_put_back

    if was_put_back(shop.store, shop.keys):
        raise NeedsAttention(
            "This store was put back from a backup or copied. Nothing was sent or changed. Open its counter once: "
            "then the state is asked about each waiting report before anything is sent.",
            code="put-back",
        )
