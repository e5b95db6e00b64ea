"""Sentences for refusals, and amounts as the counter shows them: what is left rounds down, what is over rounds up.

The screen translates by `template_key`; the English text stands here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Decision, PoolReckoning, Refusal
from pos_desktop.domain.limits.programme import Programme

TEMPLATES: Mapping[str, str] = {
    "over.day": "Over today’s limit by {over}.",
    "over.rolling-days": "Over the {days}-day limit by {over}.",
    "over.transaction": "Over the limit for one sale by {over}.",
    "missing-measure": "A product in the cart has no recorded amount for “{label}”. Add it to the product, "
    "or remove the line.",
    "unmeasured-history": "What is left of “{label}” is not known: an earlier purchase has no recorded amount. "
    "Complete that record first.",
    "uncounted-category": "The rules of {state} do not say how “{category}” counts. Remove it from the cart.",
    "card-expired": "This card has expired. The patient needs a valid card.",
    "card-not-yet-valid": "This card is not valid yet.",
    "card-kind": "This kind of card is not accepted in {state}.",
    "gate.minor-needs-caregiver": "A patient under {age} cannot buy alone. A registered caregiver buys for them.",
    "gate": "The rules of {state} do not allow this sale: {cite}.",
    "state-check-required": "The state’s figure must be fetched again before this sale.",
    "outage": "The state’s system cannot be reached, and {state} does not allow a sale without it.",
    "key-refused": "The state refuses this store’s key, so it cannot be asked before this sale. That is no outage: "
    "a manager must check the keys.",
    "no-rule-in-force": "No purchase limits are in force for {state} on this date, so nothing can be sold.",
    "other": "The rules of {state} do not allow this sale ({code}).",
    "release.day": "Today’s {limit} starts again at midnight.",
    "release.date": "{amount} comes back {when}.",
}

_GRAM = 1000
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """A sentence in parts: the code, the template to translate, and the values that go into it."""

    code: str
    template_key: str
    values: Mapping[str, str]

    def text(self) -> str:
        """The sentence in English."""
        return TEMPLATES[self.template_key].format_map(dict(self.values))


def whole_units(amount: Fraction) -> int:
    """What is shown or returned as left: whole units, rounded down, never below nought (contract 2.4)."""
    return max(0, amount.__floor__())


def amount_text(unit: str, amount: Fraction, *, up: bool = False) -> str:
    """`70.8 g` for milligrams, whole units otherwise; down, or `up` for what is over. `amount` is not below nought."""
    if unit != "mg":
        return f"{_whole(amount, up=up):,} {'mg THC' if unit == 'mg-thc' else unit}"
    tenths = _whole(amount * 10 / _GRAM, up=up)
    return f"{tenths // 10:,}.{tenths % 10} g"


def limit_text(pool: PoolReckoning, programme: Programme) -> str:
    """A pool's limit, with ounces where it is a mass: `70.8 g (2.5 oz)`."""
    shown = amount_text(pool.unit, pool.limit)
    return f"{shown} ({_ounces(pool.limit / programme.ounce_mg)} oz)" if pool.unit == "mg" else shown


def refusal_words(refusal: Refusal, decision: Decision, programme: Programme) -> RefusalWords:
    """The sentence for one refusal of `decision`, in parts."""
    kind, _, detail = refusal.code.partition(":")
    pool = next((each for each in decision.pools if each.id == refusal.pool), None)
    values = {"code": refusal.code, "state": programme.state, "cite": refusal.cite, "category": detail}
    if pool is not None:
        values |= {"label": pool.label or pool.title, "days": str(pool.window_days or "")}
    if pool is not None and kind == "limit" and refusal.excess is not None:
        values["over"] = amount_text(pool.unit, refusal.excess, up=True)
        kind = f"over.{pool.window}"
    if kind == "gate":
        values["age"] = str(programme.min_age or "")
        kind = f"gate.{detail}" if f"gate.{detail}" in TEMPLATES else kind
    return RefusalWords(refusal.code, kind if kind in TEMPLATES else "other", values)


def refusal_sentence(refusal: Refusal, decision: Decision, programme: Programme) -> str:
    """One sentence in English: what is wrong and, for a limit, by exactly how much it shows."""
    return refusal_words(refusal, decision, programme).text()


def rule_text(refusal: Refusal) -> str:
    """The rule's own wording and its source, for the reckoning; empty where the code says it all."""
    wording = f"“{refusal.as_written}”" if refusal.as_written else ""
    source = f"({refusal.cite})" if refusal.cite else ""
    return " ".join(each for each in (wording, source) if each)


def release_words(pool: PoolReckoning, programme: Programme) -> RefusalWords | None:
    """When more of `pool` comes back; None where nothing waits to return or the state holds the pool down."""
    if pool.next_release_at is None or pool.next_release is None:
        return None
    if pool.window == "day":
        return RefusalWords("release", "release.day", {"limit": limit_text(pool, programme)})
    values = {
        "amount": amount_text(pool.unit, pool.next_release),
        "when": _day_text(pool.next_release_at, programme),
    }
    return RefusalWords("release", "release.date", values)


def _day_text(moment: Instant, programme: Programme) -> str:
    day = moment.date_in(programme.zone)
    return f"{_WEEKDAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day}"


def _whole(amount: Fraction, *, up: bool) -> int:
    return amount.__ceil__() if up else amount.__floor__()


def _ounces(ounces: Fraction) -> str:
    """To the nearest hundredth: a limit of 70,873 mg is the 2.5 ounces of the rule, rounded down to milligrams."""
    hundredths = int(ounces * 100 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
