"""Fills a cart the way a busy counter would: varied, within the limits, and with something left for the next visit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.ports import Shelf
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import Weighing
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PackageTag
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Decision, Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Package, Unit

SCALE = "training"
"""Names the scale of weighings that no scale made."""

_DIVISION_MG, _LEAST_MG, _TARE_MG = 10, 200, 12_400
_SAMPLE_PRICE = {Unit.WEIGHT: Money(900), Unit.EACH: Money(1_500)}
_EVERYTHING = 100_000
_LOOKS = 24
"""Packages that are looked at for one cart before a single line of anything legal will do."""
_NEVER = ("missing-measure:", "uncounted-category:")


class Baskets:
    """One shelf. `sample_prices`: what has no price is sold at a sample price that is kept with the line alone."""

    def __init__(self, shelf: Shelf, limits: LimitDesk, rng: Random, *, sample_prices: bool) -> None:
        self._shelf = shelf
        self._limits = limits
        self._rng = rng
        self._sample_prices = sample_prices
        self._tags = [each.tag for each in shelf.search("", _EVERYTHING)]
        self.left_out: dict[str, int] = {}
        """Why packages could not be sold at all, and how many for each reason."""
        self.shrunk = 0
        """Lines that were made smaller because a limit said so."""

    @property
    def empty(self) -> bool:
        return not self._tags

    def fill(self, visit: Visit, at: Instant, link: Link, visits_left: int) -> Visit:
        """The visit with one to four lines that may be sold at `at`; without lines where nothing legal is left.

        Of each pool about one part in `visits_left` is used, so that the patient can come again as often.
        """
        pools = self._limits.decide(visit, at, link).pools
        allowance = {pool.id: max(pool.left, Fraction(0)) / visits_left for pool in pools}
        lines = self._rng.choices((1, 2, 3, 4), weights=(5, 4, 2, 1))[0]
        for tag in self._rng.sample(self._tags, min(_LOOKS, len(self._tags))):
            visit = self._with_line(visit, tag, at, link, allowance)
            if len(visit.cart.lines) == lines:
                break
        return visit if visit.cart.lines else self._with_anything(visit, at, link)

    def _with_anything(self, visit: Visit, at: Instant, link: Link) -> Visit:
        for tag in self._rng.sample(self._tags, len(self._tags)):
            filled = self._with_line(visit, tag, at, link, None)
            if filled.cart.lines:
                return filled
        return visit

    def _with_line(
        self, visit: Visit, tag: PackageTag, at: Instant, link: Link, allowance: dict[str, Fraction] | None
    ) -> Visit:
        """One line more, or the visit as it was. Without an allowance, the least amount within the limits."""
        package = self._package(tag)
        if package is None:
            return visit
        tried = _added(visit, package, self._wish(package, least=allowance is None))
        if tried is None:
            return visit
        decision = self._limits.decide(tried, at, link)
        if not decision.allowed:
            tried = self._made_to_fit(visit, tried, package, decision, at, link)
            if tried is None:
                return visit
            decision = self._limits.decide(tried, at, link)
        if allowance is not None:
            quantity = _share(decision, allowance, tried)
            tried = _added(visit, package, quantity) or visit
        return tried

    def _made_to_fit(
        self, visit: Visit, tried: Visit, package: Package, decision: Decision, at: Instant, link: Link
    ) -> Visit | None:
        never = next((code for code in decision.refused_by if code.startswith(_NEVER)), "")
        if never:
            self._leave_out(package.tag, never)
            return None
        fits = self._limits.largest_fit(tried, len(tried.cart.lines) - 1, at, link)
        smaller = _added(visit, package, _stepped(package, fits))
        if smaller is None or not self._limits.decide(smaller, at, link).allowed:
            return None
        self.shrunk += 1
        return smaller

    def _package(self, tag: PackageTag) -> Package | None:
        """As the shelf has it now; what can no longer be sold is not looked at again."""
        package = self._shelf.by_tag(tag)
        if package is None or package.held is not None or _stepped(package, package.on_hand) == 0:
            self._leave_out(tag, "gone" if package is None else package.held or "used-up")
            return None
        if package.product.price is not None:
            return package
        if not self._sample_prices:
            self._leave_out(tag, "no-price")
            return None
        return replace(package, product=replace(package.product, price=_SAMPLE_PRICE[package.product.unit]))

    def _wish(self, package: Package, *, least: bool) -> int:
        if package.product.unit is Unit.WEIGHT:
            wish = _LEAST_MG if least else self._rng.randrange(500, 7_000, _DIVISION_MG)
        else:
            wish = 1 if least else self._rng.choices((1, 2, 3), weights=(6, 2, 1))[0]
        return _stepped(package, min(wish, package.on_hand))

    def _leave_out(self, tag: PackageTag, why: str) -> None:
        self._tags.remove(tag)
        self.left_out[why] = self.left_out.get(why, 0) + 1


def _added(visit: Visit, package: Package, quantity: int) -> Visit | None:
    """With `quantity` milligrams or pieces more; None where the cart refuses."""
    if quantity == 0:
        return None
    try:
        if package.product.unit is Unit.WEIGHT:
            # No frame came from a scale, so there is none to keep.
            weighing = Weighing(quantity, _TARE_MG, _DIVISION_MG, raw="", scale=SCALE)
            return replace(visit, cart=visit.cart.add_weighed(package, weighing))
        return replace(visit, cart=visit.cart.add(package, quantity))
    except RuleRefusal:
        return None


def _share(decision: Decision, allowance: dict[str, Fraction], visit: Visit) -> int:
    """What of the last line keeps every pool within its allowance; 0 if nothing does."""
    line = visit.cart.lines[-1]
    part = Fraction(1)
    for pool in decision.pools:
        last = pool.counted[-1]
        if last > 0:
            part = min(part, (allowance[pool.id] - (pool.cart - last)) / last)
    return _stepped(line.package, int(max(part, Fraction(0)) * line.quantity))


def _stepped(package: Package, quantity: int) -> int:
    """Down to what a scale can show and may sell; pieces as they are."""
    if package.product.unit is not Unit.WEIGHT:
        return quantity
    shown = quantity // _DIVISION_MG * _DIVISION_MG
    return shown if shown >= _LEAST_MG else 0
