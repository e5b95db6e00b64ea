"""`sync list|explain|retry|resolve`: one report at a time, beside a counter or a sender that go on."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.ports.worklist import Which
from pos_desktop.app.views import ViewLog
from pos_desktop.app.worklist import Line, Page, Story, Told, Worklist
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import tell
from pos_desktop.cli.exits import DONE, NEEDS_PERSON, PAST_DEADLINE, WORK_LEFT
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import VOID
from pos_desktop.domain.people import SERVICE
from pos_desktop.domain.persons_word import Action


def run(arguments: argparse.Namespace, shop: Shop) -> int:
    views = ViewLog(shop.store.views, shop.clock)
    worklist = Worklist(shop.store.worklist, shop.store.settings, shop.clock, views)
    zone = ZoneInfo(shop.register.zone)
    if arguments.what == "list":
        which = Which(arguments.which or Which.WAITING)
        page = worklist.page(which, SERVICE, offset=arguments.skip, limit=arguments.limit)
        tell(arguments, _page_document(page, which), *_page_words(page, which, zone, arguments.skip))
        return DONE
    # Lists show no more of a patient than four signs of a card, and are what an alarm reads.
    item_id = worklist.find(arguments.ref, SERVICE)
    if arguments.what == "retry":
        worklist.retry(item_id, acting(arguments, shop))
    elif arguments.what == "resolve":
        decision = Action(arguments.decision)
        worklist.resolve(item_id, decision, arguments.reason, acting(arguments, shop), arguments.receipt)
    story = worklist.story(item_id, SERVICE)
    tell(arguments, story_document(story), *story_words(story, zone))
    return _exit_code(story)


def _exit_code(story: Story) -> int:
    """Of this one report, as `sync` has it of all of them."""
    if story.line.state.final:
        return DONE
    if story.line.state.needs_person:
        return NEEDS_PERSON
    return PAST_DEADLINE if story.line.past_due else WORK_LEFT


# ---- documents


def _page_document(page: Page, which: Which) -> dict[str, Any]:
    return {
        "which": which.value,
        "counts": {each.value: count for each, count in page.counts.items()},
        "reports": [_line_document(each) for each in page.lines],
    }


def story_document(story: Story) -> dict[str, Any]:
    return {
        **_line_document(story.line),
        "attempts": story.item.attempts,
        "remote_id": story.item.remote_id or None,
        "reason": story.reason or None,
        "not_before_us": _us(story.item.not_before),
        "steps": [_step_document(each) for each in story.steps],
        "excerpt": story.excerpt or None,
        "allowed": [each.value for each in story.allowed],
        "others": [_line_document(each) for each in story.others],
    }


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": line.kind,
        "number": line.number,
        "external": line.external,
        "patient": line.patient or None,
        "state": line.state.value,
        "sentence": line.words,
        "cause": line.cause or None,
        "made_at_us": line.made_at.utc_us,
        "due_at_us": _us(line.due_at),
        "late": line.late,
        "past_due": line.past_due,
        "waits_for": None if line.ahead is None else line.ahead.number,
    }


def _step_document(step: Told) -> Mapping[str, Any]:
    return {
        "at_us": step.at.utc_us,
        "words": step.words,
        "http_status": step.http_status,
        "excerpt": step.excerpt or None,
        "by": step.by or None,
    }


def _us(at: Instant | None) -> int | None:
    return None if at is None else at.utc_us


# ---- words


_TITLES = {
    Which.WAITING: ("report waits", "reports wait"),
    Which.NEEDS_PERSON: ("report needs a person", "reports need a person"),
    Which.LATE: ("report is late or older than a day", "reports are late or older than a day"),
    Which.ALL: ("report in all", "reports in all"),
}


def _page_words(page: Page, which: Which, zone: ZoneInfo, skipped: int) -> list[str]:
    one, more = _TITLES[which]
    said = [f"{counted(page.counts[which], one, more)}."]
    for each in page.lines:
        due = "" if each.due_at is None or each.state.final else f"; due {_moment(each.due_at, zone)}"
        said.append(f"{_name(each)}  {_moment(each.made_at, zone)}{due}  {each.id}")
        said.append(f"  {each.words}" + (f" {each.cause}" if each.cause else ""))
    left = page.counts[which] - skipped - len(page.lines)
    if page.lines and left > 0:
        said.append(f"{left} more: --skip {skipped + len(page.lines)}.")
    return said


def story_words(story: Story, zone: ZoneInfo) -> list[str]:
    line = story.line
    said = [f"{_name(line)} (at the state: {line.external}), report {line.id}", line.words]
    if line.cause:
        said.append(line.cause)
    if story.reason:
        said.append(f"The sale was voided: {story.reason}")
    if line.due_at is not None and not line.state.final:
        past = " It is late." if line.past_due else ""
        said.append(f"Due {_moment(line.due_at, zone)}.{past}")
    if line.late and not line.past_due:
        said.append("It has waited for more than a day.")
    if story.item.remote_id and line.state.final:
        said.append(f"Receipt at the state: {story.item.remote_id}.")
    for each in story.steps:
        by = f" ({each.by})" if each.by else ""
        said.append(f"  {_moment(each.at, zone)}  {each.words}{by}")
    if story.excerpt:
        said.append(f"The state's last answer: {story.excerpt}")
    said += [f"Also about this sale: {_name(each)}, report {each.id}. {each.words}" for each in story.others]
    if story.allowed:
        said.append(f"Possible now: {', '.join(map(_command, story.allowed))}.")
    return said


def _command(action: Action) -> str:
    if action is Action.RETRY:
        return "retry"
    return f"resolve --as {action}" + (" --receipt N" if action is Action.REPORTED else "")


def _name(line: Line) -> str:
    return f"Void of sale {line.number}" if line.kind == VOID else f"Sale {line.number}"


def _moment(at: Instant, zone: ZoneInfo) -> str:
    return at.datetime_in(zone).strftime("%Y-%m-%d %H:%M:%S")
