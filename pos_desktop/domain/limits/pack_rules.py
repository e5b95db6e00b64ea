"""Reads the rules of one version from a pack: pools, gates, exemptions, reliefs, hours (contract 4 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from itertools import combinations

from pos_desktop.domain.limits.allowance import OLDEST, Allowance, Exemption, Mode, When
from pos_desktop.domain.limits.cards import Hours
from pos_desktop.domain.limits.counting import Member
from pos_desktop.domain.limits.gates import (
    BuyerMinAge,
    ForbiddenCategories,
    Gate,
    MinAge,
    MinorPotencyMax,
    NeedsAuthorisation,
)
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.limits.periods import FillPeriod, OrderBalance
from pos_desktop.domain.limits.programme import GATE, LIMIT, RELIEF, Kind, Leave, Pool, Relief, relief_cap
from pos_desktop.domain.limits.reading import LONGEST_DAYS, Section
from pos_desktop.domain.limits.windows import (
    CalendarMonth,
    CalendarYear,
    Day,
    RollingDays,
    RollingMinutes,
    Transaction,
    Window,
)

CONFIDENCE = ("sourced", "uncertain")
BASES = tuple(each.name for each in fields(Measures) if each.name != "potency_bp")
UNITS = (
    "mg", "mg-thc", "micro-ounce", "milli-unit", "milli-MMCEU", "milli-MME", "milli-day", "ul", "count", "visit",
    "share",
)  # fmt: skip
"""Units of a pool; the screen has words for each."""
_HIGHEST_BP = 10_000
_FEW_GOODS = 2


def read_pool(section: Section, excluded: frozenset[Category]) -> Pool:
    """One pool. `excluded` are the version's excluded categories."""
    kind = Kind(section.word("kind", (Kind.SHARE, Kind.VISITS), "")) if section.has("kind") else Kind.AMOUNT
    title = section.text("title")
    allowance = _allowance(section.section("allowance", "allowance"))
    pool = Pool(
        id=section.text("id"),
        title=title,
        label=section.text("label", title),
        unit=section.word("unit", UNITS),
        limit=_limit(section, kind, allowance.mode),
        as_written=section.text("as_written"),
        cite=section.text("cite"),
        window=_window(section.section("window", "window", required=True)),
        members=_members(section, kind),
        kind=kind,
        when=_when(section.section("when", "when")),
        allowance=allowance,
        excluded=excluded if kind is Kind.VISITS else frozenset(),
        confidence=section.word("confidence", CONFIDENCE, "sourced"),
        window_confidence=section.word("window_confidence", CONFIDENCE, "sourced"),
    )
    section.done()
    _check(section, pool)
    return pool


def _limit(section: Section, kind: Kind, mode: Mode) -> int:
    if kind is Kind.SHARE:
        if section.has("limit"):
            raise section.complain("an allotment stated several ways has caps, and no “limit” of its own")
        return 1
    if mode in (Mode.DOSE, Mode.ORDER):
        return section.optional_whole("limit") or 0
    return section.whole("limit")


def _check(section: Section, pool: Pool) -> None:
    """Refuse parts that contradict each other."""
    share, visits = pool.kind is Kind.SHARE, pool.kind is Kind.VISITS
    for wrong, what in (
        (
            share != (pool.unit == "share"),
            "an allotment stated several ways has the unit “share”, and no other pool has",
        ),
        (visits != (pool.unit == "visit"), "a number of visits has the unit “visit”, and no other pool has"),
        (
            isinstance(pool.window, OrderBalance) != (pool.allowance.mode is Mode.ORDER),
            "the window “order” and the allowance “order” belong together",
        ),
        (
            pool.allowance.ceiling is not None and pool.allowance.ceiling < pool.limit,
            "“max” lies below “limit”",
        ),
        (
            share and pool.allowance.mode not in (Mode.FIXED, Mode.REPLACE),
            "caps can only be replaced as a whole",
        ),
    ):
        if wrong:
            raise section.complain(what)
    no_twins(section, "the way", [each.key for each in pool.members if share])
    for one, other in combinations(pool.members, 2):
        shared = one.categories & other.categories
        if shared and (
            one.potency_bp is None or other.potency_bp is None or _meet(one.potency_bp, other.potency_bp)
        ):
            raise section.complain(f"“{min(shared)}” is counted by two members at once")


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _members(section: Section, kind: Kind) -> tuple[Member, ...]:
    """Those of a number of visits are none: it counts sales, not goods."""
    at_least = 0 if kind is Kind.VISITS else 1
    found = tuple(
        _member(each, share=kind is Kind.SHARE) for each in section.sections("members", at_least=at_least)
    )
    if kind is Kind.VISITS and found:
        raise section.complain("a number of visits has no members")
    return found


def _member(section: Section, *, share: bool) -> Member:
    categories, basis = read_categories(section, "categories"), section.word("basis", BASES)
    tier = _potency(section)
    if not share:
        member = Member(categories, basis, section.ratio("factor"), tier)
    else:
        key, cap = section.text("key"), section.whole("cap", at_least=1)
        member = Member(categories, basis, Fraction(1, cap), tier, key, section.text("label", key), cap)
    section.done()
    return member


def _potency(section: Section) -> tuple[int, int] | None:
    ends = section.wholes("potency_bp")
    if ends is None:
        return None
    if len(ends) != 2 or not 0 <= ends[0] <= ends[1] <= _HIGHEST_BP:
        raise section.complain("“potency_bp” must be two hundredths of a per cent, the lower one first")
    return ends[0], ends[1]


def _when(section: Section) -> When:
    when = When(
        age_min=section.optional_whole("age_min", at_most=OLDEST),
        age_max=section.optional_whole("age_max", at_most=OLDEST),
        holder=section.word("holder", ("resident", "visitor"), "") if section.has("holder") else "",
        not_authorised=section.text("not_authorised", ""),
    )
    section.done()
    if when.age_min is not None and when.age_max is not None and when.age_max < when.age_min:
        raise section.complain("“age_max” lies below “age_min”")
    return when


def _allowance(section: Section) -> Allowance:
    if not section.has("mode"):
        section.done()
        return Allowance()
    mode = Mode(section.word("mode", (Mode.REPLACE, Mode.LESSER, Mode.DOSE, Mode.ORDER)))
    allowance = Allowance(
        mode=mode,
        ceiling=section.optional_whole("max", at_least=1) if mode is Mode.REPLACE else None,
        days=_days(section) if mode is Mode.DOSE else 0,
        required=section.flag("required", default=False) if mode is Mode.LESSER else False,
        optional=section.flag("optional", default=False) if mode is Mode.ORDER else False,
    )
    section.done()
    return allowance


def _days(section: Section, key: str = "days") -> int:
    return section.whole(key, at_least=1, at_most=LONGEST_DAYS)


def _age(section: Section) -> int:
    return section.whole("age", at_least=1, at_most=OLDEST)


def _minutes(section: Section) -> Window:
    section.word("clock", ("later",))
    return RollingMinutes(_days(section))


def _fill(section: Section) -> Window:
    window = FillPeriod(
        days=_days(section),
        anchor=section.word("anchor", ("first-purchase", "certification")),
        early_days=section.optional_whole("early_days") or 0,
    )
    if window.early_days >= window.days:
        raise section.complain("“early_days” must be fewer than the days of the period")
    return window


_WINDOWS: Mapping[str, Callable[[Section], Window]] = {
    Transaction.shape: lambda _: Transaction(),
    Day.shape: lambda _: Day(),
    RollingDays.shape: lambda section: RollingDays(_days(section, "returns_after_days")),
    RollingMinutes.shape: _minutes,
    CalendarMonth.shape: lambda _: CalendarMonth(),
    CalendarYear.shape: lambda _: CalendarYear(),
    FillPeriod.shape: _fill,
    OrderBalance.shape: lambda _: OrderBalance(),
}


def _window(section: Section) -> Window:
    window = _WINDOWS[section.word("shape", _WINDOWS)](section)
    section.done()
    return window


def read_gate(section: Section) -> Gate:
    kind = section.word("kind", _GATES)
    gate = _GATES[kind](section)
    section.done()
    return gate


def _needs_authorisation(section: Section) -> Gate:
    """Without a label the name is spoken."""
    name = section.text("authorisation")
    label = section.text("label", name.replace("-", " ").capitalize())
    return NeedsAuthorisation(
        section.text("id"), read_categories(section, "categories"), name, section.text("cite"), label
    )


_GATES: Mapping[str, Callable[[Section], Gate]] = {
    "buyer-min-age": lambda it: BuyerMinAge(it.text("id"), _age(it), it.text("cite")),
    "min-age": lambda it: MinAge(it.text("id"), read_categories(it, "categories"), _age(it), it.text("cite")),
    "forbidden-categories": lambda it: ForbiddenCategories(
        it.text("id"), read_categories(it, "categories"), it.text("cite")
    ),
    "needs-authorisation": _needs_authorisation,
    "minor-potency-max": lambda it: MinorPotencyMax(
        it.text("id"), _age(it), it.whole("max_potency_bp", at_most=_HIGHEST_BP), it.text("cite")
    ),
}


def read_exemption(section: Section, pools: Sequence[str]) -> Exemption:
    lifts = section.texts("lifts")
    if not lifts:
        raise section.complain("“lifts” must name at least one pool")
    for each in lifts:
        if each not in pools:
            raise section.complain(f"“lifts” names the pool {each}, which this version does not have")
    exemption = Exemption(
        id=section.text("id"),
        lifts=frozenset(lifts),
        cite=section.text("cite"),
        max_days=section.optional_whole("max_days", at_least=1, at_most=LONGEST_DAYS),
        condition=section.text("condition", ""),
    )
    section.done()
    return exemption


def read_relief(section: Section) -> Relief:
    name, cite = section.text("id"), section.text("cite")
    first, last = section.day("effective_from"), section.day("effective_to")
    if first is None or last is None or last < first:
        raise section.complain("a relief has a first and a last day, “effective_from” and “effective_to”")
    caps = []
    for number, each in enumerate(section.sections("caps", at_least=1)):
        member = Member(read_categories(each, "categories"), each.word("basis", BASES), Fraction(1))
        caps.append(relief_cap(name, number, member, each.whole("limit"), cite, _goods(member)))
        each.done()
    relief = Relief(
        name, first, last, cite, tuple(caps), section.word("confidence", CONFIDENCE, "sourced"),
        section.text("effective_note", ""),
    )  # fmt: skip
    section.done()
    return relief


def _goods(member: Member) -> str:
    if member.basis == "thc_mg":
        return "THC"
    if Category.FLOWER in member.categories:
        return "flower"
    names = sorted(each.value for each in member.categories)
    return " and ".join(names) if len(names) <= _FEW_GOODS else f"{len(names)} forms"


def read_leave(
    section: Section, pools: Sequence[Pool], gates: Sequence[Gate], reliefs: Sequence[Relief]
) -> Leave:
    """One rule that a manager may lift; it must be a rule of this very version."""
    leave = Leave(section.text("rule"), section.text("cite"))
    section.done()
    known = [
        *(f"{LIMIT}:{each.id}" for each in pools),
        *(f"{GATE}:{each.id}" for each in gates),
        *(f"{RELIEF}:{each.id}" for each in reliefs),
    ]
    if leave.rule not in known:
        raise section.complain(
            f"“leave” names the rule {leave.rule}, which this version does not have ({', '.join(known)})"
        )
    return leave


def read_hours(section: Section, key: str) -> Hours | None:
    if not section.has(key):
        return None
    table = section.section(key, key)
    weekdays = table.wholes("weekdays") or ()
    hours = Hours(table.clock("open"), table.clock("close"), frozenset(weekdays), table.text("cite"))
    table.done()
    if not weekdays or not all(1 <= each <= 7 for each in weekdays):
        raise table.complain("“weekdays” must be numbers from 1, Monday, to 7")
    if hours.closes <= hours.opens:
        raise table.complain("“close” must be later than “open”")
    return hours


def read_categories(
    section: Section, key: str, default: tuple[str, ...] | None = None
) -> frozenset[Category]:
    names = section.texts(key, default)
    if not names and default is None:
        raise section.complain(f"“{key}” must name at least one category")
    for name in names:
        if name not in tuple(Category):
            raise section.complain(f"“{name}” in “{key}” is no category that this program knows")
    return frozenset(Category(name) for name in names)


def no_twins(section: Section, kind: str, ids: Sequence[str]) -> None:
    for each in ids:
        if ids.count(each) > 1:
            raise section.complain(f"{kind} {each} stands there twice")
