"""One pool at a moment: what is used up by whom, what is left, and when that changes if nothing more is bought."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from operator import attrgetter

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.counting import Lack
from pos_desktop.domain.limits.model import Item, PatientFacts, Spend, StateFigure
from pos_desktop.domain.limits.past import Counter, Past
from pos_desktop.domain.limits.periods import HORIZON
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Version
from pos_desktop.domain.limits.windows import Level, Setting, Uses, midnight

NOUGHT = Fraction(0)
_FROM = attrgetter("from_us")


def fits(need: Fraction, left: Fraction) -> bool:
    """Equality is allowed: a limit may be reached (contract 2.3)."""
    return need <= left


@dataclass(frozen=True, slots=True)
class Need:
    """What a cart asks of a pool: each line's part, the sum, whether it touches the pool, what cannot be counted."""

    counted: tuple[Fraction, ...]
    total: Fraction
    touches: bool
    lacks: frozenset[Lack] = frozenset()


@dataclass(frozen=True, slots=True)
class StateCap:
    """What the state's figure leaves of a pool, less this shop's sales that it cannot hold.

    `measured` is False where one of those sales lacks its measure: then nobody knows what is left of the figure.
    """

    left: Fraction
    measured: bool


@dataclass(frozen=True)
class PoolStanding:
    """A pool before any cart. `steps[0]` is now; later steps assume that nothing more is bought.

    `by_ledger` is what our own records leave now, whatever the state says. `walk` goes from step to step and works each
    of them out anew; `steps`, for carts that do not fit now, are all of them.
    """

    pool: Pool
    limit: Fraction
    used: Fraction
    by_ledger: Fraction
    now: Level
    walk: Callable[[], Iterator[Level]] = field(repr=False, compare=False)
    held: StateCap | None
    """The state's figure, where it is lower than our ledger, be it by its rounding only (contract 6.4)."""
    spoken_of: bool
    """Whether the state's figure says anything of this pool."""
    spends: Callable[[], tuple[Spend, ...]] = field(repr=False, compare=False)
    """Purchase by purchase: listed only when somebody wants to read it."""

    @cached_property
    def steps(self) -> tuple[Level, ...]:
        return tuple(self.walk())

    def need_of(self, cart: Iterable[Item]) -> Need:
        """Measure a cart against this pool; nothing is rounded."""
        if self.pool.kind is Kind.VISITS:
            lines = [each.category not in self.pool.excluded for each in cart]
            return Need((NOUGHT,) * len(lines), Fraction(any(lines)), any(lines))
        scale = self.pool.scale
        weights = [scale.weigh(item) for item in cart]
        lacks = frozenset(each for each in weights if isinstance(each, Lack))
        parts = [each if isinstance(each, int) else 0 for each in weights]
        return Need(
            tuple(Fraction(each, scale.denominator) if each else NOUGHT for each in parts),
            Fraction(sum(parts), scale.denominator),
            any(each is not None for each in weights),
            lacks,
        )

    def passes(self, need: Need, step: Level) -> bool:
        """A pool that the cart does not touch cannot refuse it, even when over-used (contract 5)."""
        if not need.touches or not step.applies:
            return True
        return step.known and not step.barred and not need.lacks and fits(need.total, step.left)

    def passes_from(self, need: Need, moment_us: int) -> int | None:
        """The first moment, not before `moment_us`, at which `need` passes; None if it never does."""
        if moment_us <= self.now.from_us and self.passes(need, self.now):
            return self.now.from_us
        steps = self.steps
        # The step in which the moment lies is the last that begins by then.
        for step in steps[max(bisect_right(steps, moment_us, key=_FROM) - 1, 0) :]:
            if self.passes(need, step):
                return max(step.from_us, moment_us)
        return None


def stand_pool(
    programme: Programme,
    version: Version,
    pool: Pool,
    past: Past,
    patient: PatientFacts,
    at: Instant,
    *,
    figure: StateFigure | None = None,
) -> PoolStanding:
    """Reckon `pool` at `at` from the purchases that count, none of them later; the state's figure binds if given."""
    pool = pool.of(patient)
    setting = Setting(at, programme.zone, patient, pool.id)
    count = Counter(pool, past)
    uses = count.uses()
    granted = pool.granted(patient)
    course = pool.window.course(uses, granted.limit, setting)
    first, later = course.now, course.later
    if granted.barred:
        first, later = Level(at.utc_us, NOUGHT, barred=granted.barred), tuple
    fresh = figure is not None and programme.state_check.is_fresh(figure.as_of, at)
    cap = None if first.barred else _state_cap(pool, uses, count, figure, setting, fresh=fresh)
    held = cap is not None and (not (cap.measured and first.known) or cap.left < first.left)
    applies = _applies(version, pool, setting)

    def walk() -> Iterator[Level]:
        return _steps(chain((_capped(first, cap),), later()), applies)

    return PoolStanding(
        pool=pool,
        limit=course.limit,
        used=course.used,
        by_ledger=first.left,
        now=next(walk()),
        walk=walk,
        held=cap if held else None,
        spoken_of=cap is not None,
        spends=lambda: tuple(pool.window.course(count.each(), granted.limit, setting).spends()),
    )


def _state_cap(
    pool: Pool,
    uses: Uses,
    count: Counter,
    figure: StateFigure | None,
    setting: Setting,
    *,
    fresh: bool,
) -> StateCap | None:
    """None where the state says nothing of the pool.

    A fresh figure binds whatever has turned since (contract 6.2). Of an old one, where the whole window has passed
    since it was fetched, everything in it is back and it says nothing: yesterday's figure is silent on today's daily
    limit. In any other pool it binds unchanged, since a bare figure has no dates.
    """
    said = None if figure is None else _said(pool, figure.available.get(pool.id))
    if figure is None or said is None or pool.window.reach_days == 0:
        return None
    if not fresh and not pool.window.reaches(figure.as_of, uses, setting):
        return None
    ours, measured = count.total_unknown_to(figure)
    return StateCap(said - ours, measured)


def _said(pool: Pool, available: int | Mapping[str, int] | None) -> Fraction | None:
    """The state's figure in the pool's unit; of several ways of stating it the lowest.

    A bare number says nothing of an allotment stated several ways: nobody knows of which way it speaks.
    """
    if isinstance(available, Mapping):
        parts = [Fraction(available[each.key], each.cap) for each in pool.members if each.key in available]
        return min(parts, default=None)
    return None if available is None or pool.kind is Kind.SHARE else Fraction(available)


def _applies(version: Version, pool: Pool, setting: Setting) -> list[tuple[int, bool]]:
    """From which moment on the pool is in force or not; the first of them is the setting's."""
    patient, today = setting.patient, setting.today
    changes = sorted({day for day in version.applies_anew(pool, patient) if today < day <= today + HORIZON})
    moments = [(setting.at.utc_us, today), *((midnight(day, setting.zone).utc_us, day) for day in changes)]
    return [(moment, version.applies(pool, patient, day)) for moment, day in moments]


def _capped(level: Level, cap: StateCap | None) -> Level:
    """The state's figure is of the present: what returns later is asked of the ledger alone."""
    if cap is None:
        return level
    return replace(level, left=min(level.left, cap.left), known=level.known and cap.measured)


def _steps(levels: Iterable[Level], applies: list[tuple[int, bool]]) -> Iterator[Level]:
    """Now, and after each change."""
    if len(applies) == 1 and applies[0][1]:
        return iter(levels)
    return _in_force(tuple(levels), applies)


def _in_force(levels: tuple[Level, ...], applies: list[tuple[int, bool]]) -> Iterator[Level]:
    """Both courses of events in one."""
    level = force = 0
    for moment in sorted({each.from_us for each in levels} | {moment for moment, _ in applies}):
        while level + 1 < len(levels) and levels[level + 1].from_us <= moment:
            level += 1
        while force + 1 < len(applies) and applies[force + 1][0] <= moment:
            force += 1
        yield replace(levels[level], from_us=moment, applies=applies[force][1])
