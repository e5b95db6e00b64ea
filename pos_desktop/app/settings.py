"""Every setting, declared once: meaning, kind, default. Secrets are never settings; they live in the key store."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pos_desktop.domain.deadlines import HOW_IT_GOES, Duty
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import day_of
from pos_desktop.domain.money import Money, parse_money
from pos_desktop.domain.retention import HOW_IT_GOES as RETENTION_FORM
from pos_desktop.domain.retention import Retention
from pos_desktop.domain.till import MOST_CASH


@dataclass(frozen=True, slots=True)
class Setting:
    key: str
    meaning: str
    default: str
    check: Callable[[str], str | None]
    """Returns what is wrong, in words, or None."""


def _any(_: str) -> str | None:
    return None


def _zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # `America` is a folder of zones
        return "use the name of a time zone, for instance America/Detroit"
    return None


def _zone_or_empty(value: str) -> str | None:
    return _zone(value) if value else None


def _pattern(value: str) -> str | None:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        return "write a regular expression, for instance P-[0-9]{7}"
    return None


def _date(value: str) -> str | None:
    try:
        good = 2000 <= day_of(value).year <= 2999
    except ValueError:
        good = False
    return None if good else "write the day as 2024-01-31"


def _url(value: str) -> str | None:
    good = value == "" or re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value)
    return None if good else "use an address like https://host, or leave it empty"


def _code(value: str) -> str | None:
    return None if re.fullmatch(r"[A-Z0-9]{1,8}", value) else "use 1 to 8 capital letters and digits"


def _whole(low: int, high: int) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        inside = value.isascii() and value.isdigit() and len(value) <= 9 and low <= int(value) <= high
        return None if inside else f"use a whole number from {low} to {high}"

    return check


def _one_of(*words: str) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        return None if value in words else f"use one of: {', '.join(words)}"

    return check


def _deadline(value: str) -> str | None:
    try:
        if value:
            Duty.parse(value, "")
    except ValueError:
        return f"write {HOW_IT_GOES}, or leave it empty"
    return None


def _retention(value: str) -> str | None:
    try:
        if value:
            Retention.parse(value, "")
    except ValueError:
        return f"write {RETENTION_FORM}, or leave it empty"
    return None


def _address(value: str) -> str | None:
    host, _, port = value.partition(":")
    good = re.fullmatch(r"\S+", host) and re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65_536
    return None if value == "" or good else "use HOST:PORT, or leave it empty"


def _cash_or_empty(value: str) -> str | None:
    try:
        good = value == "" or parse_money(value) <= MOST_CASH
    except ValueError:
        good = False
    return (
        None
        if good
        else f"write an amount of money up to {MOST_CASH}, for instance 200.00, or leave it empty"
    )


def _folder(value: str) -> str | None:
    # Of either system: a store's settings may be read on another computer.
    good = value == "" or PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    return None if good else "name the whole way to a folder, or leave it empty"


WRITTEN_BY = {
    "rules.pack": "limits install",
    "rules.confirmed": "limits confirm",
    "recovery.public": "recovery new",
}
"""Settings that a command of their own writes after its checks; `config set` leaves them alone."""
DECLARED = {
    each.key: each
    for each in (
        Setting(
            "programme", "The medical programme whose rules apply (a file in resources/programmes)", "", _any
        ),
        Setting(
            "rules.pack", "Digest of the operator's own rule pack; empty means the shipped one", "", _any
        ),
        Setting(
            "rules.confirmed",
            "Who stands behind rules that no source settles, and by which citation",
            "",
            _any,
        ),
        Setting("store.name", "Name of the store on screen and paper", "", _any),
        Setting("store.code", "Short code of the store in receipt numbers at the state", "STORE", _code),
        Setting("store.zone", "Time zone of the store: business day and till", "America/Detroit", _zone),
        Setting("register.code", "Short code of this register in sale numbers", "R1", _code),
        Setting("register.name", "Name of this register on screen", "Register 1", _any),
        Setting("tax.rate_bp", "Sales tax in hundredths of a per cent", "0", _whole(0, 10_000)),
        Setting(
            "cash.rounding",
            "Whether what is due in cash is rounded to five cents: off or nickel",
            "off",
            _one_of("off", "nickel"),
        ),
        Setting(
            "debit.terminal",
            "Name of the stand-alone debit terminal beside this register; empty: none",
            "",
            _any,
        ),
        Setting("tax.cite", "The law the tax rate was read in", "", _any),
        Setting("state.system", "State tracking service", "metrc", _one_of("metrc", "biotrack", "none")),
        Setting("state.license", "License number of this facility at the state", "", _any),
        Setting("state.base_url", "Address of the state service", "", _url),
        Setting("state.company", "BioTrack: number of the company that logs in, not of the shop", "", _any),
        Setting("state.username", "BioTrack: the user that logs in", "", _any),
        Setting("state.location", "BioTrack: number of this premises, with its leading noughts", "", _any),
        Setting(
            "state.biotrack_profile",
            "BioTrack: what is particular to the state's system (resources/biotrack-profiles.toml)",
            "standard",
            _any,
        ),
        Setting(
            "state.biotrack_legacy_url",
            "BioTrack v3: the older address, for voids and looking up; empty means the profile's",
            "",
            _url,
        ),
        Setting(
            "state.zone",
            "Time zone of the facility at the state; empty means the store's",
            "",
            _zone_or_empty,
        ),
        Setting("state.since", "First day that the state's packages are asked for", "2018-01-01", _date),
        Setting(
            "report.deadline",
            "By when a sale must be at the state; empty means what the programme's pack says",
            "",
            _deadline,
        ),
        Setting("report.deadline_cite", "The text that the deadline was read in", "", _any),
        Setting(
            "privacy.retention",
            "How long a patient's record is kept after the last purchase; empty means for ever",
            "",
            _retention,
        ),
        Setting("privacy.retention_cite", "The text that the retention was read in", "", _any),
        Setting(
            "printer.address", "Receipt printer, HOST:PORT (9100 is usual); empty means none", "", _address
        ),
        Setting("printer.columns", "Characters in a row of the receipt printer", "42", _whole(32, 64)),
        Setting("drawer.pin", "Drawer connector pin: 2 or 5", "2", _one_of("2", "5")),
        Setting(
            "drawer.switch", "Whether the drawer's switch is wired to the printer", "no", _one_of("yes", "no")
        ),
        Setting(
            "till.float",
            "Cash that a till is opened with; another float takes a reason and a second person; empty: any float",
            "",
            _cash_or_empty,
        ),
        Setting(
            "till.difference",
            "Over or short by more than this takes a reason and a second person; empty: any difference does",
            "",
            _cash_or_empty,
        ),
        Setting(
            "till.drop_at",
            "Cash in the drawer from which on a drop to the safe is asked for; empty: never",
            "",
            _cash_or_empty,
        ),
        Setting(
            "custody.difference",
            "A bag, safe or transfer that differs by more than this opens a case; empty: any difference does",
            "",
            _cash_or_empty,
        ),
        Setting("scale.port", "Serial port of the scale, or HOST:PORT; empty means none", "", _any),
        Setting("scale.division_mg", "The scale's division in milligrams", "10", _whole(1, 10_000)),
        Setting(
            "scale.least_divisions", "Least amount that may be sold, in divisions", "20", _whole(1, 1_000)
        ),
        Setting(
            "scale.capacity_mg", "The scale's capacity in milligrams", "2200000", _whole(1_000, 100_000_000)
        ),
        Setting("scanner.gap_ms", "Longest pause between two characters of a scan", "35", _whole(10, 80)),
        Setting("card.pattern", "Form of a registry card number, as a regular expression", "", _pattern),
        Setting(
            "lock.minutes", "Minutes without a key, touch or scan until the counter locks", "3", _whole(1, 15)
        ),
        Setting(
            "people.totp",
            "Where managers need the code of an authenticator beside the PIN",
            "optional",
            _one_of("optional", "off-till", "everywhere"),
        ),
        Setting(
            "backup.folder",
            "Folder on a second disk for a backup every 15 minutes; empty means backups in the data folder",
            "",
            _folder,
        ),
        Setting("recovery.public", "What keys are sealed with, for the paper in the safe to open", "", _any),
        Setting("ui.theme", "light, dark or system", "system", _one_of("light", "dark", "system")),
        Setting("ui.text_percent", "Size of the text in per cent", "100", _whole(75, 200)),
    )
}


def cash_of(value: str | None) -> Money | None:
    """A setting that is an amount of money; None where it is empty."""
    return parse_money(value) if value else None


def checked(key: str, value: str) -> str:
    """The value as it is stored.

    Raises:
        BadInput: no such setting, or the value does not fit; the sentence says what does.
    """
    setting = DECLARED.get(key)
    if setting is None:
        near = ", ".join(
            sorted(name for name in DECLARED if name.split(".")[0] == key.split(".", maxsplit=1)[0])
        )
        raise BadInput(f"There is no setting “{key}”." + (f" Near it: {near}." if near else ""))
    value = value.strip()
    wrong = setting.check(value) if value.isprintable() else "it holds signs that cannot be printed"
    if wrong is not None:
        raise BadInput(f"{key} cannot be “{value}”: {wrong}. Nothing was changed.")
    return value
