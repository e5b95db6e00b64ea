"""What a programme allows while its system is away: only what a pack says with a source, and who may buy then."""

from __future__ import annotations

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.app.limit_desk import NEW_PATIENT_OFFLINE, LimitDesk
from pos_desktop.composition.programmes import load_programme, programme_ids
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.instant import HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.limits.explain import overview
from pos_desktop.domain.limits.model import Category, Link
from pos_desktop.domain.limits.notice import OutageNotice
from pos_desktop.domain.limits.pack import PackError, parse_pack
from pos_desktop.domain.limits.programme import Outage, Programme
from pos_desktop.domain.patient import Standing
from tests.fixtures.builders import NOW, answer, package, patient, product, visit
from tests.fixtures.small_packs import DAY, FLOWER, MOUNTAIN, member, pack, pool, version

DAY_OF = date(2026, 11, 24)
CART = EMPTY.add(package(1, product(1, category=Category.FLOWER, net_mg=3_500)), 1)
CITED = 'outage_cite = "sample source"'


@cache
def sample(check: str, *parts: str) -> Programme:
    return parse_pack(
        pack(
            "us-co-medical",
            MOUNTAIN,
            version("now", pool("flower", 56_699, DAY, member(FLOWER)), *parts),
            state_check=f"required = true, {check}",
        ),
        "sample.toml",
    )


def decided(rules: Programme, of: Standing, link: Link = Link.DOWN, at: Instant = NOW) -> tuple[str, ...]:
    return LimitDesk(rules).decide(visit(patient(standing=of), CART, answer=None), at, link).refused_by


def test_what_has_a_source_is_in_the_packs_and_all_else_refuses() -> None:
    shipped = {name: load_programme(name).state_check for name in programme_ids()}
    allowing = {name: check for name, check in shipped.items() if check.outage is not Outage.REFUSE}
    assert sorted(allowing) == ["us-co-medical", "us-mi-medical"]
    assert all(check.outage_cite and check.duties for check in allowing.values())
    silent = [check for name, check in shipped.items() if name not in allowing]
    assert not any(each.duties or each.copies_of or each.known_patients_only for each in silent)
    michigan, colorado = shipped["us-mi-medical"], shipped["us-co-medical"]
    assert (michigan.known_patients_only, michigan.copies_of) == (True, ("card", "id"))
    assert (colorado.known_patients_only, colorado.copies_of) == (False, ())


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ('outage = "refuse", duties = ["upload"]', "“duties”"),
        ('outage = "refuse", known_patients_only = true', "“known_patients_only”"),
        ("known_patients_only = true", "“known_patients_only”"),
        ('copies_of = ["card"]', "“copies_of”"),
        (f'outage = "certification", {CITED}, copies_of = ["passport"]', "“passport”"),
        (f'outage = "certification", {CITED}, copies_of = ["id", "id"]', "twice"),
        (f'outage = "certification", {CITED}, copies_of = "id"', "“copies_of”"),
        (f'outage = "certification", {CITED}, duties = [""]', "“duties”"),
        (f'outage = "certification", {CITED}, duties = [" "]', "“duties”"),
        (f'outage = "certification", {CITED}, duties = ["Upload it."]', "“duties”"),
        (f'outage = "certification", {CITED}, duty = ["upload"]', "“duty”"),
        (f'outage = "certification", {CITED}, known_patients_only = 1', "“known_patients_only”"),
        ('outage = "local-ledger", duties = ["upload"]', "outage_cite"),
    ],
)
def test_a_profile_with_anything_unknown_or_without_a_source_is_refused(check: str, what: str) -> None:
    with pytest.raises(PackError, match="state_check") as refused:
        sample(check)
    assert what in refused.value.sentence


def test_florida_is_told_of_an_outage_though_nothing_is_sold_in_it() -> None:
    shipped = {name: load_programme(name).state_check.notice for name in programme_ids()}
    assert [name for name, notice in shipped.items() if notice] == ["us-fl-medical"]
    notice = shipped["us-fl-medical"]
    assert notice == OutageNotice(2, 3, "the Department of Health by e-mail", "Rule 64ER24-2")
    told = overview(load_programme("us-fl-medical"), DAY_OF)
    assert told["outage_notice"]["within_hours"] == 3
    assert "no later than 3 h after it began (Rule 64ER24-2)" in told["lines"][-1]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("00:00", "If it lasts beyond 11:00, tell the Department of Health by e-mail by 2026-11-24 12:00"),
        ("02:00", "If it lasts beyond 11:00"),
        ("02:01", "It has lasted more than 2 h: tell the Department of Health by e-mail by 2026-11-24 12:00"),
        ("03:00", "It has lasted more than 2 h"),
        ("03:01", "It had to be told to the Department of Health by e-mail by 2026-11-24 12:00"),
    ],
)
def test_the_notice_counts_from_the_beginning(hours: str, said: str) -> None:
    notice = load_programme("us-fl-medical").state_check.notice
    assert notice is not None
    began = Instant.parse("2026-11-24T09:00:00-05:00")
    hour, minute = map(int, hours.split(":"))
    now = began.plus_us(hour * HOUR_US + minute * MINUTE_US)
    told = notice.said(began, now, ZoneInfo("America/New_York"))
    assert told.startswith(said)
    assert "Rule 64ER24-2" in told
    if hours > "02:00":  # known wrong: counted from now on
        assert notice.said(now, now, ZoneInfo("America/New_York")).startswith("If it lasts")


@pytest.mark.parametrize(
    ("notice", "what"),
    [
        ('after_hours = 3, within_hours = 3, to = "x", cite = "y"', "within_hours"),
        ('after_hours = 2, within_hours = 3, to = "x"', "cite"),
        ('after_hours = 2, within_hours = 3, cite = "y"', "“to”"),
        ('after_hours = 2, within_hours = 3, to = "x", cite = "y", by = "z"', "“by”"),
    ],
)
def test_a_notice_without_its_time_or_its_source_is_refused(notice: str, what: str) -> None:
    with pytest.raises(PackError, match="notice") as refused:
        sample(f'outage = "refuse", notice = {{ {notice} }}')
    assert what in refused.value.sentence


def test_a_new_patient_waits_where_the_pack_serves_known_ones_only() -> None:
    rules = load_programme("us-mi-medical")
    assert decided(rules, Standing.NEW) == (NEW_PATIENT_OFFLINE,)
    assert decided(rules, Standing.ACTIVE) == ()
    assert decided(
        sample(f'outage = "certification", {CITED}, known_patients_only = true'), Standing.NEW
    ) == (NEW_PATIENT_OFFLINE,)


def test_a_new_patient_is_served_on_the_certification() -> None:
    colorado = load_programme("us-co-medical")
    assert decided(colorado, Standing.NEW) == ()
    assert decided(colorado, Standing.NEW, Link.UP) == ("state-check-required",)
    assert decided(colorado, Standing.NEW, Link.REFUSED) == ("key-refused",)


def test_one_whom_the_state_said_it_does_not_know_waits_under_every_rule() -> None:
    for rules in (load_programme("us-co-medical"), load_programme("us-mi-medical")):
        of = visit(patient(), CART, answer=answer(NOW, found=False))
        assert LimitDesk(rules).decide(of, NOW, Link.DOWN).refused_by == (NEW_PATIENT_OFFLINE,)


def test_a_relief_of_a_programme_that_refuses_outages_covers_known_patients_only() -> None:
    relief = """
[[programme.version.relief]]
id = "slow"
effective_from = 2026-11-01
effective_to = 2026-11-30
cite = "sample notice"
caps = [{ categories = ["flower"], basis = "net_mg", limit = 12000 }]
"""
    rules = sample('outage = "refuse"', relief)
    assert decided(rules, Standing.ACTIVE) == ()
    assert decided(rules, Standing.NEW) == (NEW_PATIENT_OFFLINE,)


def test_the_list_of_programmes_tells_the_duties() -> None:
    told = {
        name: overview(load_programme(name), DAY_OF)
        for name in ("us-mi-medical", "us-co-medical", "us-az-medical")
    }
    michigan, colorado, arizona = (told[each]["lines"][-1] for each in told)
    assert michigan.startswith(
        "Without a line known patients are served by the store’s own records, reported within 24 h (MRA bulletin"
    )
    assert (
        "such a patient waits for the line. Owed afterwards: upload these sales within 24 hours" in michigan
    )
    assert "certification of patients" in colorado
    assert "Owed afterwards: upload these sales as soon as reasonably practical" in colorado
    assert arizona.startswith("Without a line nothing is sold")
    assert "Owed" not in arizona
    assert told["us-mi-medical"]["outage_duties"]
    assert told["us-mi-medical"]["outage_copies_of"] == ["card", "id"]
    kept = overview(sample(f'outage = "certification", {CITED}, copies_of = ["id"]'), DAY_OF)["lines"][-1]
    assert kept.endswith("Of a patient new to the store copies are kept of the identity document.")
