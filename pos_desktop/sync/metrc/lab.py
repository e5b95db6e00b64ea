"""Lab results of a package (metrc contract, section 13). They are asked by the package's id, not by its label."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.domain.instant import Instant
from pos_desktop.sync.metrc.asking import Desk, asked, exact, is_on, whole, words
from pos_desktop.sync.metrc.client import Reply
from pos_desktop.sync.metrc.paging import CouldNotRead, Row
from pos_desktop.sync.metrc.times import day, moment
from pos_desktop.sync.numbers import decode

RESULTS, DOCUMENT = "/labtests/v2/results", "/labtests/v2/labtestdocument"


@dataclass(frozen=True, slots=True)
class LabTest:
    """One test type of a result. `level` is exact; its unit stands in the name (`Total THC (%)`)."""

    name: str
    passed: bool
    level: Decimal | None
    comment: str
    for_information: bool
    revoked: bool

    @classmethod
    def of(cls, row: Row) -> LabTest:
        return cls(
            name=words(row, "TestTypeName"),
            passed=is_on(row, "TestPassed"),
            level=exact(row, "TestResultLevel"),
            comment=words(row, "TestComment"),
            for_information=is_on(row, "TestInformationalOnly"),
            revoked=day(row.get("LabTestDetailRevokedDate")) is not None,
        )


@dataclass(frozen=True, slots=True)
class LabResult:
    """What one laboratory found. `source` may be the label of a package that this one was made from."""

    id: int
    laboratory: str
    source: str
    performed: date | None
    passed: bool
    released: bool
    revoked: bool
    expires: Instant | None
    document_id: int | None
    tests: tuple[LabTest, ...]

    @property
    def stands(self) -> bool:
        """Released and not taken back."""
        return self.released and not self.revoked


class LabDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def results(self, package_id: int) -> tuple[LabResult, ...] | CouldNotAsk:
        return asked(lambda: tuple(_results(self._desk.rows(RESULTS, packageId=str(package_id)))))

    def document(self, result: LabResult) -> bytes | CouldNotAsk | None:
        """The certificate's file; None where there is none. Its form is not published: both forms are read."""
        number = result.document_id
        return None if number is None else asked(lambda: self._document(number))

    def _document(self, number: int) -> bytes:
        reply = self._desk.client.get(f"{DOCUMENT}/{number}", self._desk.query())
        if not reply.ok or not reply.body or "html" in reply.content_type:
            raise CouldNotRead(reply)
        return _packed(reply) if "json" in reply.content_type else reply.body


def _results(rows: Iterable[Row]) -> Iterable[LabResult]:
    """Rows of one result repeat its head, one row for each test."""
    heads: dict[int, Row] = {}
    tests: dict[int, list[LabTest]] = {}
    for row in rows:
        number = whole(row, "LabTestResultId")
        if number is not None:
            heads.setdefault(number, row)
            tests.setdefault(number, []).append(LabTest.of(row))
    for number, row in heads.items():
        yield LabResult(
            id=number,
            laboratory=words(row, "LabFacilityName"),
            source=words(row, "SourcePackageLabel").upper(),
            performed=day(row.get("TestPerformedDate")),
            passed=is_on(row, "OverallPassed"),
            released=is_on(row, "ResultReleased"),
            revoked=day(row.get("RevokedDate")) is not None,
            expires=moment(row.get("ExpirationDateTime")),
            document_id=whole(row, "LabTestResultDocumentFileId"),
            tests=tuple(tests[number]),
        )


def _packed(reply: Reply) -> bytes:
    """`{"FileContents": base64, ...}`. Raises CouldNotRead."""
    try:
        document = decode(reply.body)
        return b64decode(document["FileContents"], validate=True)
    except (ValueError, KeyError, TypeError, NotBase64):
        raise CouldNotRead(reply) from None
