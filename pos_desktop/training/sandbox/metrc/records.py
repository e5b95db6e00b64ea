"""Things the sandbox only shows: items, locations, employees, transfers, lab results."""

from collections.abc import Iterable
from typing import Any

from pos_desktop.training.sandbox.clock import odt
from pos_desktop.training.sandbox.http import Answer
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.metrc.call import Call, first, own
from pos_desktop.training.sandbox.metrc.listing import listed, window
from pos_desktop.training.sandbox.store import Connection


def add(
    db: Connection, kind: str, license_number: str, name: str, modified: int, document: JsonObject,
    extra: JsonObject | None = None, *, active: bool = True,
) -> int:  # fmt: skip
    """Store a record, replacing one of the same name; returns its id."""
    values = (int(active), modified, encode(document).decode(), encode(extra or {}).decode())
    known = first(
        db.execute(
            "SELECT id FROM record WHERE kind = ? AND license = ? AND name = ?", (kind, license_number, name)
        ).fetchone()
    )
    if known is not None:
        db.execute(
            "UPDATE record SET active = ?, modified = ?, document = ?, extra = ? WHERE id = ?",
            (*values, known),
        )
        return int(known)
    return int(
        db.execute(
            "INSERT INTO record (kind, license, name, active, modified, document, extra) VALUES (?,?,?,?,?,?,?)",
            (kind, license_number, name, *values),
        ).lastrowid
    )


def remove(db: Connection, kind: str, license_number: str) -> None:
    db.execute("DELETE FROM record WHERE kind = ? AND license = ?", (kind, license_number))


def to_json(row: tuple[Any, ...]) -> JsonObject:
    return {**decode(row[2]), "Id": row[0]}


def to_json_modified(row: tuple[Any, ...]) -> JsonObject:
    return {**to_json(row), "LastModified": odt(row[1])}


def windowed(call: Call, kind: str, *, active: bool = True) -> Answer:
    """A list of records that takes the last-modified window."""
    start, end = window(call)
    return listed(
        call,
        "SELECT id, modified, document FROM record "
        "WHERE kind = ? AND license = ? AND active = ? AND modified BETWEEN ? AND ?",
        (kind, call.facility.license, int(active), start, end),
        to_json_modified if kind == "transfer" else to_json,
    )


def all_of(db: Connection, kind: str, licenses: Iterable[str]) -> list[JsonObject]:
    rows = []
    for license_number in licenses:
        rows += db.execute(
            "SELECT id, modified, document FROM record WHERE kind = ? AND license = ? ORDER BY id",
            (kind, license_number),
        ).fetchall()
    return [to_json(row) for row in rows]


def by_id(call: Call, kind: str, record: int) -> JsonObject:
    """A record of the calling license: 404 unknown, 401 of another license."""
    row = call.db.execute(
        "SELECT id, modified, document, license FROM record WHERE kind = ? AND id = ?",
        (kind, record),
    ).fetchone()
    own(call, row and row[3])
    return to_json(row)


def find(db: Connection, kind: str, license_number: str, name: str) -> tuple[JsonObject, JsonObject] | None:
    """Document and the sandbox's own extra members of the record of that name, compared without case."""
    row = db.execute(
        "SELECT id, modified, document, extra FROM record "
        "WHERE kind = ? AND license = ? AND name = ? COLLATE NOCASE",
        (kind, license_number, name),
    ).fetchone()
    return None if row is None else (to_json(row), decode(row[3]))
