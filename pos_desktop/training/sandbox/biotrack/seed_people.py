"""Companies, their places, users and staff, patients, and the others whom everybody sees."""

from zoneinfo import ZoneInfo

from pos_desktop.training.sandbox.biotrack import people
from pos_desktop.training.sandbox.biotrack.actions import ACTIONS
from pos_desktop.training.sandbox.biotrack.seeding import Seeding, figure, members, second, text
from pos_desktop.training.sandbox.clock import is_date
from pos_desktop.training.sandbox.jsonio import JsonObject, encode

_ADDRESS = "name address1 address2 city state zip"
_VENDOR = f"{_ADDRESS} locationtype producer processor retail medical"


def company(seeding: Seeding, row: JsonObject) -> None:
    members(row, "ubi", "name")
    seeding.db.execute(
        "INSERT OR REPLACE INTO company VALUES (?, ?)", (row["ubi"], row.get("name", "Sample company"))
    )


def location(seeding: Seeding, row: JsonObject) -> None:
    """Premises of a seeded company; every company sees them as a vendor."""
    members(row, "location ubi zone", _VENDOR)
    ZoneInfo(row["zone"])
    _owned(seeding, row["ubi"])
    seeding.db.execute(
        "INSERT OR REPLACE INTO location VALUES (?, ?, ?)", (row["location"], row["ubi"], row["zone"])
    )
    _vendor(seeding, row)


def vendor(seeding: Seeding, row: JsonObject) -> None:
    """Premises of somebody who is not served here."""
    members(row, "location ubi", _VENDOR)
    _vendor(seeding, row)


def lab(seeding: Seeding, row: JsonObject) -> None:
    members(row, "location name", _ADDRESS)
    document = {name: text(row.get(name)) for name in ("location", *_ADDRESS.split())}
    seeding.row("qa_lab", row["location"], document)


def user(seeding: Seeding, row: JsonObject) -> None:
    """`privileges` are names of actions, or "*" for all of them."""
    members(row, "ubi username password", "admin privileges")
    _owned(seeding, row["ubi"])
    privileges = row.get("privileges", ["*"])
    unknown = set(privileges) - {"*", "nonce_replay", *ACTIONS}
    if unknown:
        raise ValueError(f"there is no privilege {', '.join(sorted(unknown))}")
    seeding.db.execute(
        "INSERT OR REPLACE INTO user (ubi, username, password, admin, privileges) VALUES (?, ?, ?, ?, ?)",
        (row["ubi"], row["username"], row["password"], int(bool(row.get("admin", 0))), encode(privileges).decode()),
    )  # fmt: skip


def employee(seeding: Seeding, row: JsonObject) -> None:
    members(
        row,
        "ubi employee_id employee_name",
        "birth_year birth_month birth_day hire_year hire_month hire_day",
    )
    _owned(seeding, row["ubi"])
    seeding.row("employee", str(row["employee_id"]), people.shown("employee", row), ubi=row["ubi"])


def vehicle(seeding: Seeding, row: JsonObject) -> None:
    members(row, "ubi vehicle_id", "color make model plate vin year nickname")
    _owned(seeding, row["ubi"])
    seeding.row("vehicle", str(int(row["vehicle_id"])), people.shown("vehicle", row), ubi=row["ubi"])


def patient(seeding: Seeding, row: JsonObject) -> None:
    """`limit` and `days` in place of the programme's; `purchases` were made earlier, somewhere."""
    members(row, "card_id expires", "active limit days privileges caregivers purchases")
    if not isinstance(row["card_id"], str) or not row["card_id"]:
        raise ValueError("card_id is a text")
    if not isinstance(row["expires"], str) or not is_date(row["expires"]):
        raise ValueError(f"expires {row['expires']} is not a date YYYY-MM-DD")
    amount = seeding.limit.amount
    if "limit" in row:
        amount = None if row["limit"] is None else figure(row["limit"])
    caregivers = row.get("caregivers", [])
    if not isinstance(caregivers, list) or not all(isinstance(each, str) for each in caregivers):
        raise ValueError("caregivers is a list of card ids")
    seeding.db.execute(
        "INSERT OR REPLACE INTO patient VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seeding.training, row["card_id"], int(bool(row.get("active", True))), row["expires"], amount,
            int(row.get("days", seeding.limit.days)), row.get("privileges", "Qualified Patient (QP)"),
            encode(caregivers).decode(),
        ),
    )  # fmt: skip
    for each in row.get("purchases", []):
        members(each, "sold_at units")
        seeding.db.execute(
            "INSERT INTO purchase (training, card_id, sold_at, units) VALUES (?, ?, ?, ?)",
            (seeding.training, row["card_id"], second(each["sold_at"]), figure(each["units"])),
        )


def _vendor(seeding: Seeding, row: JsonObject) -> None:
    document = {name: text(row.get(name)) for name in ("ubi", "location", *_VENDOR.split())}
    seeding.row("vendor", row["location"], document)


def _owned(seeding: Seeding, ubi: str) -> None:
    if seeding.db.execute("SELECT 1 FROM company WHERE ubi = ?", (ubi,)).fetchone() is None:
        raise ValueError(f"the company {ubi} is not among the companies")
