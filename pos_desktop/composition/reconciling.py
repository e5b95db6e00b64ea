"""Comparisons with the state: built from the store, and the short one that runs once a business day."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.domain.errors import BadInput, PosError
from pos_desktop.domain.reconciliation.findings import Weight, Why
from pos_desktop.domain.reconciliation.words import meaning_of

if TYPE_CHECKING:
    from pos_desktop.app.certificate import Issuer
    from pos_desktop.app.comparing import UnderWay
    from pos_desktop.app.open_findings import Alarms
    from pos_desktop.app.ports import StateBooks
    from pos_desktop.app.reconciling import Reconciled, Reconciling
    from pos_desktop.composition.reporting import Pause
    from pos_desktop.composition.shop import Shop

SWEPT = "reconcile.swept"
SWEEP_DAYS = 3
_log = logging.getLogger("pos_desktop.reconcile")


def reconciling(shop: Shop, books: StateBooks, under_way: UnderWay | None = None) -> Reconciling:
    """`under_way`: keeps nothing once that was stopped."""
    from pos_desktop.app.reconciling import Reconciling as Made
    from pos_desktop.composition.reporting import shelf_read_at
    from pos_desktop.storage.kept_findings import FindingsFile

    register, kept = shop.register, FindingsFile(shop.folder.path)
    system = shop.store.settings.get("state.system") or ""
    return Made(
        shop.store.own_books(),
        books,
        kept if under_way is None else under_way.guarding(kept),
        shop.clock,
        zone=shop.facility_zone,
        license_number=register.license,
        shelf_read_at=lambda: shelf_read_at(shop, register.license, system),
        blind_from=lambda: _blind_from(shop),
    )


def alarms(shop: Shop) -> Alarms:
    """What earlier comparisons found and nobody settled yet."""
    from pos_desktop.app.open_findings import open_alarms
    from pos_desktop.storage.kept_findings import FindingsFile

    return open_alarms(FindingsFile(shop.folder.path), shop.register.license)


def since(shop: Shop) -> date:
    """The first day that the state is asked for."""
    return date.fromisoformat(shop.store.settings.get("state.since") or "2018-01-01")


def certificates(shop: Shop, result: Reconciled) -> list[dict[str, Any]]:
    """One for each day."""
    from pos_desktop.app.certificate import day_certificate

    signed_by, blind = issuer(shop), _blind_from(shop)
    return [
        day_certificate(result, day, signed_by, blind=blind is not None and day >= blind)
        for day in result.days()
    ]


def _blind_from(shop: Shop) -> date | None:
    """The day from which on sums would tell somebody who counts what is in the drawer; None: no till is to be counted.

    A till that was opened without a count, as of training, is not one.
    """
    tills = shop.store.tills
    session = tills.session(shop.register.code)
    if session is None or tills.counts(session.id) or not tills.events(session.id):
        return None
    return session.opened_at.date_in(shop.facility_zone)


def write_certificates(folder: Path, made: Sequence[Mapping[str, Any]]) -> list[Path]:
    """A JSON and a PDF file for each; returns what was written.

    Raises:
        BadInput: nothing can be written there.
    """
    from pos_desktop.app.certificate import certificate_bytes, digest_of
    from pos_desktop.devices.certificate_page import certificate_pdf

    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in made:
            content = certificate_bytes(each)
            name = f"day-certificate-{each['register']}-{each['date']}"
            for ending, data in ((".json", content), (".pdf", certificate_pdf(each, digest_of(content)))):
                path = folder / (name + ending)
                path.write_bytes(data)
                written.append(path)
    except OSError as problem:
        raise BadInput(
            f"The certificate cannot be written to {folder}: {problem.strerror or 'it is no folder'}. "
            "What was compared stays as it is; name another folder.",
            code="folder",
        ) from problem
    return written


def issuer(shop: Shop) -> Issuer:
    """Who signs a certificate."""
    from pos_desktop.app.certificate import Issuer as Made

    register = shop.register
    try:
        pack = f"{register.programme} {shop.programme().pack_name}"
    except PosError:
        pack = "no rules are in force"
    code = f"{register.store_code}-{register.code}"
    return Made(register.store_name, register.license, code, f"pos-desktop {_version()}", pack)


@dataclass(frozen=True, slots=True)
class Swept:
    """What the daily comparison put before a person.

    Receipts that no register of this program made are told and raise no alarm: a store that came from another program
    has them on its first days.
    """

    first: date
    last: date
    person: int
    waiting: int
    foreign: int
    days: tuple[date, ...]

    @classmethod
    def of(cls, result: Reconciled) -> Swept:
        urgent = [
            each
            for each in result.open
            if meaning_of(each).weight is Weight.PERSON and each.id not in result.memory.accepted
        ]
        ours = [each for each in urgent if each.why is not Why.FOREIGN]
        days = sorted({each.day for each in urgent if each.day is not None})
        waiting = sum(meaning_of(each).weight is Weight.WAITING for each in result.open)
        return cls(result.first, result.last, len(ours), waiting, len(urgent) - len(ours), tuple(days))

    @property
    def needs_person(self) -> bool:
        return self.person > 0

    @property
    def sentence(self) -> str:
        span = f"The sales of {self.first} to {self.last} were compared with the state's: "
        told = []
        if self.person:
            told.append(counted(self.person, "difference needs", "differences need") + " a person")
        if self.foreign:
            told.append(
                counted(self.foreign, "receipt is", "receipts are") + " of no register of this program"
            )
        if not told:
            return span + "no difference."
        days = f" --date {self.days[0]}" + (f" --to {self.days[-1]}" if len(self.days) > 1 else "")
        return f"{span}{', '.join(told)}. See pos-desktop reconcile{days}."

    def document(self) -> dict[str, Any]:
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "needs_person": self.person,
            "waiting": self.waiting,
            "foreign": self.foreign,
            "days": [each.isoformat() for each in self.days],
        }


def sweep(shop: Shop, pause: Pause) -> Swept | None:
    """Once a business day compare the last three and what there is of this one (reliability contract 4, step 5).

    By number, time, patient and total, from the lists alone, which takes seconds. It wants no lock and must be called
    without the sender's, or with a `pause` that sends: that is asked before each reading, and so nobody waits for it.
    None where it was done today, or the lists of either side cannot be read; then it is tried again at the next look.
    """
    from pos_desktop.composition.reporting import state_books

    intake, now = shop.store.intake, shop.clock.now()
    today = now.date_in(shop.facility_zone)
    last = intake.cursor(SWEPT)
    if last is not None and last.date_in(shop.facility_zone) == today:
        return None
    try:
        books = state_books(shop, pause, lines=False)
        result = reconciling(shop, books).glance(today - timedelta(days=SWEEP_DAYS), today)
    except PosError as problem:
        _log.info("the daily comparison could not be made: %s", problem.code)
        return None
    if isinstance(result, CouldNotAsk):
        _log.info("the daily comparison waits: %s", result.reach.value)
        return None
    intake.set_cursor(SWEPT, now)
    swept = Swept.of(result)
    _log.info("daily comparison: %d need a person, %d foreign", swept.person, swept.foreign)
    return swept


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pos-desktop")
    except PackageNotFoundError:
        return "of a source tree"
