"""The patient panel: who it is, what may still be bought, where the figures come from."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.visit import Visit
from pos_desktop.domain.instant import Instant, age_on
from pos_desktop.domain.limits.engine import VISITOR
from pos_desktop.domain.limits.model import Decision, Link, PoolReckoning
from pos_desktop.domain.limits.programme import Outage, Programme
from pos_desktop.domain.patient import ADULT_AGE
from pos_desktop.domain.sensitive import told
from pos_desktop.ui.presenter import figures, many_meters
from pos_desktop.ui.state import Badge, Meter, PatientPanel, Tone

translate = QCoreApplication.translate
_MILLION = 1_000_000
_SOON = timedelta(days=30)
_MOST, _FEWEST = 6, 2


def patient_panel(
    visit: Visit,
    decision: Decision,
    programme: Programme,
    *,
    now: Instant,
    zone: ZoneInfo,
    link: Link,
    asking: bool,
    service: bool = True,
    credit: str = "",
) -> PatientPanel:
    """Everything left of the cart. `zone` is the store's; limits run in the programme's own."""
    patient = visit.patient
    today = now.date_in(programme.zone)
    pools, more = shown_pools(decision)
    return PatientPanel(
        name=patient.name,
        initials=patient.initials,
        subtitle=translate("Patient", "Age {age} · card ····{ending}").format(
            age=age_on(patient.birth_date, today), ending=patient.card_ending
        ),
        badges=_badges(visit, programme, today),
        allotment_title=_title(decision, programme),
        meters=many_meters.closer(tuple(meter(pool, programme.zone, now) for pool in pools)),
        meters_note=_more_text(more),
        footnote=footnote(visit, programme, now=now, zone=zone, link=link, asking=asking, service=service),
        credit=credit,
    )


def _more_text(more: int) -> str:
    if not more:
        return ""
    if more == 1:
        return translate("Patient", "1 more allotment, untouched: F4 shows it.")
    return translate("Patient", "{n} more allotments, untouched: F4 shows them.").format(n=more)


def shown_pools(decision: Decision) -> tuple[tuple[PoolReckoning, ...], int]:
    """The pools that say something now, at most six in the pack's order, and how many more there are.

    One that the cart touches or an earlier purchase uses goes before one that is whole; a relief's caps are the first.
    """
    pools = decision.pools
    touched = {each.id for each in pools if each.cart or each.used or each.held_by_state or not each.known}
    for each in pools:
        if len(touched) >= _FEWEST:
            break
        touched.add(each.id)
    chosen = [each for each in pools if each.id in touched]
    # Of too many, those that this cart touches and those with the least left.
    chosen = sorted(chosen, key=lambda each: (not each.cart, _whole_share(each)))[
        : _MOST - len(decision.relief)
    ]
    kept = {each.id for each in chosen}
    shown = tuple(each for each in pools if each.id in kept)
    return (*decision.relief, *shown), len(pools) - len(shown)


def _whole_share(pool: PoolReckoning) -> Fraction:
    return pool.after / pool.limit if pool.limit else Fraction(0)


def meter(pool: PoolReckoning, zone: ZoneInfo, now: Instant) -> Meter:
    over = pool.after < 0
    limit = max(pool.limit, Fraction(1, _MILLION))
    before = min(max(pool.limit - pool.left, Fraction(0)), limit)
    left_text, ways = _left(pool)
    note = barred_note(pool, zone) or release_note(pool, zone, now)
    label = pool.label or pool.title
    return Meter(
        label=label,
        left_text=left_text,
        used_ppm=int(before * _MILLION / limit),
        cart_ppm=int(pool.cart * _MILLION / limit),
        note=note,
        over=over or bool(pool.barred and pool.cart),
        accessible=translate("Patient", "{label}: {used} used, {cart} in this cart, {left}. {note}").format(
            label=label,
            used=figures.in_pool(pool, pool.limit - pool.left),
            cart=figures.in_pool(pool, pool.cart),
            left=ways or left_text,
            note=note,
        ),
        ways=ways,
        brief=many_meters.brief(pool),
    )


def _left(pool: PoolReckoning) -> tuple[str, str]:
    """The figure above the bar, and the ways of saying it below."""
    whole = figures.amount(pool.limit, pool.unit)
    if pool.barred:
        return barred_words(pool.barred), ""
    if not pool.known:
        return translate("Patient", "not known of {limit}").format(limit=whole), ""
    if pool.after < 0:
        over = figures.amount(-pool.after, pool.unit, up=True)
        if pool.parts:
            by = translate("Patient", "{ways} too much").format(
                ways=figures.in_pool(pool, -pool.after, up=True)
            )
            return translate("Patient", "{over} over").format(over=over), by
        return translate("Patient", "{over} over of {limit}").format(over=over, limit=whole), ""
    left = figures.amount(pool.after, pool.unit)
    if pool.parts:
        return translate("Patient", "{left} left").format(left=left), figures.in_pool(pool, pool.after)
    return translate("Patient", "{left} left of {limit}").format(left=left, limit=whole), ""


def barred_note(pool: PoolReckoning, zone: ZoneInfo) -> str:
    """What would open a pool from which nothing may be bought."""
    if not pool.barred:
        return ""
    if pool.next_release_at is not None:
        day = figures.short_day(pool.next_release_at.date_in(zone))
        return translate("Patient", "opens {day}").format(day=day)
    return translate("Patient", "ask the patient’s practitioner, or enter what was certified")


def release_note(pool: PoolReckoning, zone: ZoneInfo, now: Instant) -> str:
    """When more comes back, in the programme's days."""
    if pool.held_by_state:
        return translate("Patient", "the state’s figure is lower than our records")
    if pool.window == "day":
        return translate("Patient", "starts again at midnight")
    if pool.window == "transaction":
        return translate("Patient", "each sale starts anew")
    if pool.next_release_at is None or pool.next_release is None:
        return many_meters.nothing_waits()
    more = figures.amount(pool.next_release, pool.unit)
    when = pool.next_release_at.date_in(zone)
    if pool.window == "rolling-minutes":
        at = figures.moment(pool.next_release_at, now, zone)
        return translate("Patient", "{amount} comes back {at}").format(amount=more, at=at)
    if pool.window in ("fill-period", "order"):
        return translate("Patient", "{amount} more from {day}").format(
            amount=more, day=figures.short_day(when)
        )
    if when == now.date_in(zone) + timedelta(days=1):
        return translate("Patient", "{amount} comes back at midnight").format(amount=more)
    return translate("Patient", "{amount} comes back {day}").format(amount=more, day=figures.short_day(when))


def footnote(
    visit: Visit,
    programme: Programme,
    *,
    now: Instant,
    zone: ZoneInfo,
    link: Link,
    asking: bool,
    service: bool = True,
) -> str:
    """Where the figures come from and how old they are. `service`: there is a line to the state at all."""
    answer = visit.answer
    if asking:
        return translate("Patient", "Asking the state for its figure. Go on; it reports in place.")
    if link is Link.DOWN:
        rule = offline_rule(programme, now.date_in(programme.zone))
        if answer is None:
            return translate("Patient", "No state figure on record. {rule}").format(rule=rule)
        return translate("Patient", "Last state figure {time}. {rule}").format(
            time=figures.moment(answer.as_of, now, zone), rule=rule
        )
    if answer is None:
        return _no_figure(programme, service=service)
    age = figures.span(now.since_us(answer.as_of) // 1_000_000)
    since = [each for each in visit.history if each.source == "own" and each.at > answer.as_of]
    tail = (
        translate("Patient", "Sales here since then are taken off.")
        if since
        else translate("Patient", "No sale at this store since.")
    )
    figure = (
        translate("Patient", "State figure from {time}, {age} old. {tail}")
        if answer.typed_by is None
        else translate("Patient", "Read in the registry {time}, {age} old. {tail}")
    )
    return figure.format(time=figures.moment(answer.as_of, now, zone), age=age, tail=tail)


def _no_figure(programme: Programme, *, service: bool) -> str:
    if service:
        return translate("Patient", "The state was not asked yet. Figures are from this store’s records.")
    if programme.state_check.required:
        return translate("Patient", "The registry was not read yet. Figures are from this store’s records.")
    return _asks_nobody(programme)


def _asks_nobody(programme: Programme) -> str:
    words = translate(
        "Patient", "Figures are from this store’s records; {place} asks no system before a sale."
    )
    return words.format(place=place_name(programme))


def offline_rule(programme: Programme, today: date) -> str:
    """The outage profile in one sentence."""
    place, version = place_name(programme), programme.version_on(today)
    if not programme.state_check.required:
        return _asks_nobody(programme)
    if version is not None and version.relief_on(today) is not None:
        return translate("Patient", "A temporary relief of {place} allows small sales.").format(place=place)
    if programme.outage is Outage.LOCAL_LEDGER:
        hours = programme.report_within_hours
        duty = translate("Patient", ", report within {h} h").format(h=hours) if hours else ""
        rule = (
            translate("Patient", "Offline rule of {place}: known patients by our own records{duty}.")
            if programme.state_check.known_patients_only
            else translate("Patient", "Offline rule of {place}: by our own records{duty}.")
        )
        return rule.format(place=place, duty=duty)
    if programme.outage is Outage.CERTIFICATION:
        return translate("Patient", "Offline rule of {place}: rely on the certification.").format(place=place)
    return translate("Patient", "{place} allows no sale while the state cannot be asked.").format(place=place)


def place_name(programme: Programme) -> str:
    return _PLACES.get(programme.state, programme.state)


def rule_name(decision: Decision, code: str) -> str:
    """A refused rule as a person calls it: its allotment's title, else its id without hyphens."""
    kind, _, name = code.partition(":")
    title = next((pool.title for pool in decision.pools if kind == "limit" and pool.id == name), "")
    return title or name.partition(":")[0].replace("-", " ")


def basis_words(basis: str) -> str:
    """What a decision rests on, as a sentence."""
    without = translate(
        "Patient", "Decided by this store’s own records, because the state cannot be asked now."
    )
    return {
        "state": translate("Patient", "Decided by the state’s figure and the sales here since."),
        "stale": translate("Patient", "The state’s figure is too old; it is asked again before payment."),
        "none": translate("Patient", "The state gave no figure yet; it is asked before payment."),
        "history": translate("Patient", "Decided by this store’s own records, without the state."),
        "local": translate("Patient", "Decided by this store’s own records, without the state."),
        "state-silent": translate(
            "Patient",
            "Decided by this store’s own records: the state was asked, and gave no figure for these goods.",
        ),
        "outage-local-ledger": without,
        "outage-certification": translate(
            "Patient", "Decided by the certification, because the state cannot be asked now."
        ),
        "relief": translate(
            "Patient", "Decided under a temporary relief, because the state cannot be asked now."
        ),
        "outage-refuse": translate("Patient", "No sale is allowed while the state cannot be asked."),
    }.get(basis, without)


def barred_words(code: str) -> str:
    """Why nothing may be bought from a pool, as its figure."""
    return {
        "no-certified-amount": translate("Patient", "no amount certified"),
        "no-active-order": translate("Patient", "no order in force"),
        "before-period": translate("Patient", "not begun"),
    }.get(code, translate("Patient", "nothing may be bought"))


def buys_for(visit: Visit) -> str:
    """`Sample Caregiver 04 buys for Sample Patient 017`; the patient's name where the patient buys."""
    if visit.caregiver is None:
        return visit.patient.name
    return told(
        translate("Patient", "{caregiver} buys for {patient}"),
        caregiver=visit.caregiver.name,
        patient=visit.patient.name,
    )


def _badges(visit: Visit, programme: Programme, today: date) -> tuple[Badge, ...]:
    """The card, who buys for whom, and what sets this patient apart."""
    badges = []
    expires = visit.patient.card_expires
    if expires is not None and expires - today <= _SOON:
        badges.append(
            Badge(
                translate("Patient", "Card ends {day}").format(day=figures.day(expires)), Tone.WARN, dot=True
            )
        )
    elif expires is not None:
        badges.append(
            Badge(
                translate("Patient", "Card active to {day}").format(day=figures.day(expires)),
                Tone.GOOD,
                dot=True,
            )
        )
    no_caregiver = translate("Patient", "Caregiver: none")
    badges.append(Badge(no_caregiver if visit.caregiver is None else buys_for(visit), Tone.INFO))
    alone_from = programme.min_age or ADULT_AGE
    if age_on(visit.patient.birth_date, today) < alone_from:
        under = translate("Patient", "Under {age}: a caregiver buys").format(age=alone_from)
        badges.append(Badge(under, Tone.INFO))
    if visit.patient.holder == VISITOR:
        badges.append(Badge(translate("Patient", "Visitor"), Tone.INFO))
    return tuple(badges)


def _title(decision: Decision, programme: Programme) -> str:
    if decision.pools and all(pool.unit == "mg" for pool in decision.pools):
        return translate("Patient", "Allotment · {place}, as flower").format(place=place_name(programme))
    return translate("Patient", "Allotment · {place}").format(place=place_name(programme))


_PLACES = {
    "AK": "Alaska", "AL": "Alabama", "AR": "Arkansas", "AZ": "Arizona", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DC": "Washington DC", "DE": "Delaware", "FL": "Florida", "GU": "Guam", "HI": "Hawaii",
    "IL": "Illinois", "KY": "Kentucky", "LA": "Louisiana", "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine",
    "MI": "Michigan", "MN": "Minnesota", "MO": "Missouri", "MS": "Mississippi", "MT": "Montana",
    "ND": "North Dakota", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NV": "Nevada",
    "NY": "New York", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico",
    "RI": "Rhode Island", "SD": "South Dakota", "TX": "Texas", "UT": "Utah", "VA": "Virginia", "VI": "Virgin Islands",
    "VT": "Vermont", "WA": "Washington", "WV": "West Virginia",
}  # fmt: skip
"""Names of places for the screen; no rule hangs on them."""
