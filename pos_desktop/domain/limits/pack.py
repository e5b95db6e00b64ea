"""Rule packs: one TOML text becomes one `Programme`, or is refused as a whole with a sentence (contract 8).

Beyond the contract's fields a programme says when its sources were read (`checked_on`), what it asks of a new patient
(`new_patient_fields`) and by when a sale must be at the state (`reporting`: `within`, `cite`), a pool may have a short
`label` for its meter, and a gate that wants an authorisation one for the form that asks for it. `state_check` says more
of an outage (`known_patients_only`, `duties`, `notice`, `copies_of`), a version names the rules that a manager may
lift (`leave`: `rule` and `cite`) and the source for `uncounted = "allow"` (`uncounted_cite`), and programme and version
say in words what no source settles (`unsettled`).
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from pos_desktop.domain.deadlines import HOW_IT_GOES, Duty
from pos_desktop.domain.limits.cards import CardRules
from pos_desktop.domain.limits.notice import OutageNotice
from pos_desktop.domain.limits.pack_rules import (
    CONFIDENCE,
    no_twins,
    read_categories,
    read_exemption,
    read_gate,
    read_hours,
    read_leave,
    read_pool,
    read_relief,
)
from pos_desktop.domain.limits.programme import SCHEMA, Copy, Outage, Programme, StateCheck, Tracking, Version
from pos_desktop.domain.limits.reading import LONGEST_DAYS, PackError, Section

__all__ = ["PackError", "Programme", "parse_pack"]

_NEW_PATIENT = ("card_number", "first_name", "last_name", "birth_date", "card_expires")


def parse_pack(text: str, source: str) -> Programme:
    """Read the pack of one programme.

    Args:
        text: TOML in the pack format.
        source: The file's name, for sentences.

    Raises:
        PackError: the text is not TOML, or says anything that this engine does not know.
    """
    top = Section({}, source)
    try:
        top = Section(tomllib.loads(text), source)
    except (ValueError, RecursionError) as mistake:
        raise top.complain(f"It cannot be read as TOML: {mistake}") from None
    top.word("schema", (SCHEMA,))
    top.text("pack")
    pack_version = top.text("pack_version")
    units = top.section("units", "units")
    ounce_mg = units.ratio("ounce_mg", "28349.523125")
    units.done()
    defaults = _Defaults(top.section("defaults", "defaults"))
    programmes = top.sections("programme", at_least=1)
    top.done()
    if len(programmes) != 1:
        raise top.complain(f"A pack holds one programme, and this one holds {len(programmes)}")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _programme(programmes[0].named("programme"), defaults, ounce_mg, pack_version, digest)


class _Defaults:
    def __init__(self, section: Section) -> None:
        section.word("expiry", ("end-of-day",), "end-of-day")
        if section.flag("returns_give_back", default=False):
            # The ledger holds no moment of return, and no programme was found where returns give back (contract 7).
            raise section.complain("“returns_give_back = true” is not known to this program")
        self.uncounted = section.word("uncounted", ("refuse", "allow"), "refuse")
        self.max_age_minutes = section.optional_whole("state_check_max_age_minutes", at_least=1) or 15
        section.text("state_unit_note", "")
        section.done()


def _programme(
    section: Section, defaults: _Defaults, ounce_mg: Fraction, pack_version: str, digest: str
) -> Programme:
    checked_on = section.day("checked_on")
    if checked_on is None:
        raise section.complain("“checked_on” is missing: the date on which the sources were read")
    programme = Programme(
        id=section.text("id"),
        state=section.text("state"),
        name=section.text("name"),
        regulator=section.text("regulator"),
        tracking=Tracking(section.word("tracking", Tracking)),
        zone=_zone(section),
        as_of=section.whole("as_of", at_least=1996),
        checked_on=checked_on,
        confidence=section.word("confidence", CONFIDENCE),
        sources=section.texts("source", at_least=1),
        card=_card(section.section("card", "card", required=True)),
        state_check=_state_check(section.section("state_check", "state_check"), defaults),
        versions=_versions(section, defaults),
        new_patient_fields=section.words("new_patient_fields", _NEW_PATIENT)
        if section.has("new_patient_fields")
        else _NEW_PATIENT,
        pack_version=pack_version,
        digest=digest,
        ounce_mg=section.ratio("ounce_mg", str(ounce_mg)),
        caregiver=section.text("caregiver", ""),
        visitor=section.text("visitor", ""),
        zone_note=section.text("zone_note", ""),
        tracking_note=section.text("tracking_note", ""),
        unpublished_interface=section.flag("unpublished_interface", default=False),
        reporting=_reporting(section.section("reporting", "reporting")) if section.has("reporting") else None,
        unsettled=_phrases(section, "unsettled"),
    )
    section.done()
    if programme.state_check.override_forbidden:
        for version in programme.versions:
            for each in version.leaves:
                raise section.complain(
                    f"version {version.id} gives leave to lift {each.rule}, and “override” is “never”"
                )
    return programme


def _zone(section: Section) -> ZoneInfo:
    name = section.text("zone")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise section.complain(f"“zone” is “{name}”, which is no time zone of this computer") from None


def _card(section: Section) -> CardRules:
    section.word("expiry", ("end-of-day",), "end-of-day")
    rules = CardRules(
        kinds=section.texts("kinds", at_least=1),
        temporary_max_days=section.optional_whole("temporary_max_days", at_least=1, at_most=LONGEST_DAYS),
        application_hours=read_hours(section, "application_hours"),
        validity=section.text("validity", ""),
        notes=section.text("notes", ""),
    )
    section.done()
    no_twins(section, "the kind", rules.kinds)
    return rules


def _state_check(section: Section, defaults: _Defaults) -> StateCheck:
    check = StateCheck(
        required=section.flag("required", default=False),
        outage=Outage(section.word("outage", tuple(Outage), Outage.REFUSE)),
        report_within_hours=section.optional_whole("report_within_hours", at_least=1),
        outage_cite=section.text("outage_cite", ""),
        max_age_minutes=defaults.max_age_minutes,
        override_forbidden=section.word("override", ("never", "named-rule"), "named-rule") == "never",
        known_patients_only=section.flag("known_patients_only", default=False),
        duties=_phrases(section, "duties"),
        notice=_notice(section.section("notice", "notice")) if section.has("notice") else None,
        copies_of=tuple(map(Copy, section.words("copies_of", Copy))),
    )
    section.done()
    _check_outage(section, check)
    return check


def _reporting(section: Section) -> Duty:
    within = section.text("within")
    try:
        duty = Duty.parse(within, section.text("cite"))
    except ValueError:
        raise section.complain(f"“within” is “{within}”, and must be like {HOW_IT_GOES}") from None
    section.done()
    return duty


def _notice(section: Section) -> OutageNotice:
    """Owed by a store that sells nothing, too, so it stands beside every outage rule."""
    notice = OutageNotice(
        after_hours=section.whole("after_hours"),
        within_hours=section.whole("within_hours", at_least=1),
        to=section.text("to"),
        cite=section.text("cite"),
    )
    section.done()
    if notice.within_hours <= notice.after_hours:
        raise section.complain(
            "“within_hours” must be more than “after_hours”: both count from the beginning"
        )
    return notice


def _phrases(section: Section, key: str) -> tuple[str, ...]:
    """What stands in the middle of a sentence."""
    found = section.texts(key, ())
    for each in found:
        if each != each.strip() or each.endswith("."):
            raise section.complain(
                f"“{each}” in “{key}” must be a text without blanks or a full stop at its end"
            )
    return found


def _check_outage(section: Section, check: StateCheck) -> None:
    """Where nothing is sold, nobody is served and nothing follows from it; what is said of an outage has a source."""
    if check.outage is not Outage.REFUSE:
        if not check.outage_cite:
            raise section.complain(f"“outage” is “{check.outage}” without an “outage_cite”")
        return
    for key, given in (
        ("known_patients_only", check.known_patients_only),
        ("duties", check.duties),
        ("copies_of", check.copies_of),
    ):
        if given:
            raise section.complain(f"“{key}” belongs to an outage rule under which something is sold")


def _versions(programme: Section, defaults: _Defaults) -> tuple[Version, ...]:
    read = [_version(each.named("version"), defaults) for each in programme.sections("version", at_least=1)]
    versions = sorted(read, key=lambda each: each.effective_from or date.min)
    no_twins(programme, "version", [each.id for each in versions])
    for before, after in pairwise(versions):
        ends, begins = before.effective_to, after.effective_from
        if ends is None or begins is None or begins <= ends:
            raise programme.complain(f"the versions {before.id} and {after.id} overlap")
    return tuple(versions)


def _version(section: Section, defaults: _Defaults) -> Version:
    excluded = read_categories(section, "excluded", ())
    pools = tuple(read_pool(each.named("pool"), excluded) for each in section.sections("pool", at_least=1))
    gates = tuple(read_gate(each.named("gate")) for each in section.sections("gate"))
    reliefs = tuple(read_relief(each.named("relief")) for each in section.sections("relief"))
    version = Version(
        id=section.text("id"),
        effective_from=section.day("effective_from"),
        effective_to=section.day("effective_to"),
        history_from=section.day("history_from"),
        summary=section.text("summary"),
        excluded=excluded,
        uncounted_allowed=section.word("uncounted", ("refuse", "allow"), defaults.uncounted) == "allow",
        pools=pools,
        gates=gates,
        exemptions=tuple(
            read_exemption(each.named("exemption"), tuple(pool.id for pool in pools))
            for each in section.sections("exemption")
        ),
        reliefs=reliefs,
        leaves=tuple(read_leave(each, pools, gates, reliefs) for each in section.sections("leave")),
        hours=read_hours(section, "hours"),
        confidence=section.word("confidence", CONFIDENCE, "sourced"),
        notes=" ".join(text for key in ("effective_note", "notes") if (text := section.text(key, ""))),
        uncounted_cite=section.text("uncounted_cite", ""),
        unsettled=_phrases(section, "unsettled"),
    )
    section.done()
    if version.uncounted_cite and not version.uncounted_allowed:
        raise section.complain('“uncounted_cite” belongs to “uncounted = "allow"”')
    if version.effective_from and version.effective_to and version.effective_to < version.effective_from:
        raise section.complain("“effective_to” lies before “effective_from”")
    both = sorted(each for each in excluded if version.counts(each))
    if both:
        raise section.complain(f"“{both[0]}” is both counted and excluded")
    for kind, twins in (
        ("pool", version.pools),
        ("gate", version.gates),
        ("exemption", version.exemptions),
        ("relief", version.reliefs),
    ):
        no_twins(section, kind, [each.id for each in twins])
    no_twins(section, "leave for", [each.rule for each in version.leaves])
    return version
