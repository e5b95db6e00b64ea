"""Who answers for what is done from a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_desktop.domain.errors import RuleRefusal

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
