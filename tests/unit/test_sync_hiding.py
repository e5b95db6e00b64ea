"""What may be kept of an answer: refusals with this report's people hidden, of data nothing but its size."""

from __future__ import annotations

import json

import pytest

from pos_desktop.domain.outbox import AttemptResult
from pos_desktop.sync.biotrack.answers import Answer, Verdict
from pos_desktop.sync.biotrack.classify import could_not_ask, not_begun, of_write
from pos_desktop.sync.hiding import kept, size_of
from pos_desktop.sync.metrc.changes import of_change, of_creation
from pos_desktop.sync.metrc.classify import of_post
from pos_desktop.sync.reply import Reply

OURS, THEIRS = "SAMPLE-CARD-0001", "SAMPLE-CARD-0002"
LIST = json.dumps(
    {"Data": [{"PatientLicenseNumber": OURS}, {"PatientLicenseNumber": THEIRS}], "Total": 2}
).encode()
DATA = [
    LIST,
    json.dumps([{"card_id": THEIRS}]).encode(),
    json.dumps({"success": 1, "card_id": THEIRS}).encode(),
    f"<html>{THEIRS}</html>".encode(),
    LIST[:70],
]


def biotrack(body: bytes) -> list[AttemptResult]:
    reply = Reply(status=200, body=body, content_type="application/json")
    answers = [
        Answer(verdict, reply=reply) for verdict in (Verdict.UNKNOWN, Verdict.ACCEPTED, Verdict.NOT_SENT)
    ]
    answers.append(Answer(Verdict.ACCEPTED, {"card_id": THEIRS}, reply=reply))
    return [
        result
        for each in answers
        for result in (
            of_write(each, (OURS,)),
            not_begun(each, (OURS,)),
            could_not_ask(each, (OURS,), "Not asked."),
        )
    ]


def metrc(body: bytes) -> list[AttemptResult]:
    replies = [
        Reply(status=200, body=body, content_type=each) for each in ("application/json", "text/html", "")
    ]
    return [
        result
        for each in replies
        for result in (of_post(each, (OURS,)), of_change(each, "1", (OURS,)), of_creation(each, (OURS,)))
    ]


@pytest.mark.parametrize("body", DATA)
def test_of_data_neither_service_leaves_anybodys_card(body: bytes) -> None:
    for result in (*metrc(body), *biotrack(body)):
        assert THEIRS not in result.excerpt + result.sentence
        assert OURS not in result.excerpt + result.sentence


def test_how_much_came_is_told() -> None:
    assert size_of(LIST) == f"2 rows in {len(LIST)} bytes; not kept."
    assert size_of(LIST[:50]) == "50 bytes; not kept."
    assert size_of(b"") == ""


def test_a_refusal_is_kept_with_our_people_hidden() -> None:
    reply = Reply(status=400, body=f"No package for {OURS.lower()}.".encode())
    assert kept(reply, (OURS,)) == "No package for …0001."


def test_what_came_beside_a_receipts_number_is_not_kept() -> None:
    told = json.dumps({"Ids": [7], "Warnings": f"{OURS} is near the limit.", "Data": [THEIRS]}).encode()
    result = of_post(Reply(status=200, body=told, content_type="application/json"), (OURS,))
    assert (result.remote_id, result.excerpt) == ("7", '{"Ids":[7],"Warnings":"…0001 is near the limit."}')
