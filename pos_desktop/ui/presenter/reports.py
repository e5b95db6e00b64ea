"""Reports to the state in words: a row, a story, what a person can do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports.worklist import Which
from pos_desktop.app.worklist import Line, Story, Told, masked, people_of
from pos_desktop.domain.deadlines import SOON_US
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import VOID, OutboxState
from pos_desktop.domain.persons_word import UNDER_ANOTHER, Action
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.drain import Progress
from pos_desktop.ui.room_state import Draining, ReportFilter, ReportRow, ReportStep, ReportStory
from pos_desktop.ui.state import FixButton, Tone

translate = QCoreApplication.translate
FILTERS = (Which.NEEDS_PERSON, Which.WAITING, Which.LATE, Which.ALL)
_MOST_STEPS = 40
_MOST_ANSWERS = 10
_TONES = {
    OutboxState.QUEUED: Tone.INFO,
    OutboxState.SENDING: Tone.INFO,
    OutboxState.IN_DOUBT: Tone.WARN,
    OutboxState.CONFIRMED: Tone.GOOD,
    OutboxState.CANCELLED: Tone.PLAIN,
}


def title(line: Line) -> str:
    words = translate("Reports", "Void of {number}") if line.kind == VOID else "{number}"
    return words.format(number=line.number)


def is_foreign(line: Line) -> bool:
    return UNDER_ANOTHER in line.words


def tone(line: Line) -> Tone:
    return Tone.DANGER if is_foreign(line) else _TONES.get(line.state, Tone.DANGER)


def state(line: Line) -> str:
    """Where it stands, in two or three words."""
    if is_foreign(line):
        return translate("Reports", "Of another license")
    if line.ahead is not None:
        return translate("Reports", "Waits for receipt {number}").format(number=line.ahead.number)
    return {
        OutboxState.QUEUED: translate("Reports", "Waits to be sent"),
        OutboxState.SENDING: translate("Reports", "Is being sent"),
        OutboxState.IN_DOUBT: translate("Reports", "Answer was lost"),
        OutboxState.CONFIRMED: translate("Reports", "At the state"),
        OutboxState.REJECTED: translate("Reports", "Refused"),
        OutboxState.CONFLICT: translate("Reports", "Differs at the state"),
        OutboxState.BLOCKED: translate("Reports", "Key refused"),
        OutboxState.CANCELLED: translate("Reports", "Cancelled"),
    }[line.state]


def row(line: Line, now: Instant, zone: ZoneInfo) -> ReportRow:
    due, due_tone = _due(line, now, zone)
    when = figures.moment(line.made_at, now, zone)
    return ReportRow(line.id, title(line), when, state(line), tone(line), due, due_tone)


def _due(line: Line, now: Instant, zone: ZoneInfo) -> tuple[str, Tone]:
    """Nothing once it has ended, and nothing where no duty is known and it is not old."""
    if line.state.final:
        return "", Tone.PLAIN
    due = line.due_at
    if line.late:
        numbered = due is not None and line.made_at < due < now
        since = due if due is not None and numbered else line.made_at
        words = translate("Reports", "{span} late") if numbered else translate("Reports", "{span} old")
        return words.format(span=figures.span(now.since_us(since) // 1_000_000)), Tone.DANGER
    if due is None:
        return "", Tone.PLAIN
    if due == line.made_at:
        return translate("Reports", "due at once"), Tone.PLAIN
    words = translate("Reports", "due {time}").format(time=figures.moment(due, now, zone))
    return words, Tone.WARN if due.since_us(now) < SOON_US else Tone.PLAIN


def filters(counts: Mapping[Which, int], chosen: Which | None) -> tuple[ReportFilter, ...]:
    names = {
        Which.NEEDS_PERSON: translate("Reports", "Needs a person · {n}"),
        Which.WAITING: translate("Reports", "Waiting · {n}"),
        Which.LATE: translate("Reports", "Late · {n}"),
        Which.ALL: translate("Reports", "All · {n}"),
    }
    return tuple(
        ReportFilter(each.value, names[each].format(n=f"{counts.get(each, 0):,}"), str(n), each is chosen)
        for n, each in enumerate(FILTERS, 1)
    )


def empty_text(which: Which | None) -> str:
    return {
        Which.NEEDS_PERSON: translate("Reports", "No report needs a person."),
        Which.WAITING: translate("Reports", "Nothing waits. Every sale was reported, or needs a person."),
        Which.LATE: translate("Reports", "No report is late."),
        Which.ALL: translate("Reports", "There is no report yet. The first sale makes the first one."),
    }.get(which or Which.ALL, "")


def summary(counts: Mapping[Which, int]) -> str:
    if not counts:
        return ""
    waiting, person, late = (counts.get(each, 0) for each in (Which.WAITING, Which.NEEDS_PERSON, Which.LATE))
    if not (waiting or person or late):
        return translate("Reports", "Every sale is reported.")
    said = []
    if person:
        said.append(
            translate("Reports", "1 needs a person")
            if person == 1
            else translate("Reports", "{n} need a person").format(n=f"{person:,}")
        )
    if waiting:
        said.append(
            translate("Reports", "1 waits")
            if waiting == 1
            else translate("Reports", "{n} wait").format(n=f"{waiting:,}")
        )
    if late:
        said.append(
            translate("Reports", "1 is late")
            if late == 1
            else translate("Reports", "{n} are late").format(n=f"{late:,}")
        )
    return " · ".join(said)


def draining(progress: Progress | None) -> Draining | None:
    """None while nothing was sent of what waits: the counts say all there is to say."""
    if progress is None or not progress.sent:
        return None
    words = translate("Reports", "{n} of {m} sent")
    if progress.minutes_left is not None:
        words = translate("Reports", "{n} of {m} sent, about {k} min left")
    text = words.format(n=f"{progress.sent:,}", m=f"{progress.of:,}", k=f"{progress.minutes_left or 0:,}")
    return Draining(text, progress.sent * 1_000_000 // max(1, progress.of))


# ---- one report


def story(told: Story, now: Instant, zone: ZoneInfo, *, manages: bool) -> ReportStory:
    line = told.line
    shown = _steps(told.steps)
    hidden = len(shown) - _MOST_STEPS
    earlier = ""
    if hidden > 0:
        earlier = translate("Reports", "{n} earlier steps are not shown.").format(n=f"{hidden:,}")
    return ReportStory(
        id=line.id,
        title=_long_title(line),
        subtitle=_subtitle(line, now, zone),
        state=state(line),
        words=line.words,
        tone=tone(line),
        cause=line.cause,
        advice=_advice(line),
        facts=_facts(told, now, zone),
        steps=tuple(
            ReportStep(figures.moment(each.at, now, zone), _words(each), _step_tone(each))
            for each in shown[-_MOST_STEPS:]
        ),
        earlier=earlier,
        raw=_raw(told, now, zone),
        actions=actions(told.allowed, manages=manages),
        note=_note(told, manages=manages),
    )


def _long_title(line: Line) -> str:
    void = line.kind == VOID
    words = translate("Reports", "Void of sale {number}") if void else translate("Reports", "Sale {number}")
    return words.format(number=line.number)


ACTION_IDS = {
    Action.RETRY: "report-retry",
    Action.REPORTED: "report-reported",
    Action.NOT_REPORTED: "report-not-reported",
    Action.CANCELLED: "report-cancelled",
}


def actions(allowed: tuple[Action, ...], *, manages: bool) -> tuple[FixButton, ...]:
    names = {
        Action.RETRY: (translate("Reports", "Try again"), "T"),
        Action.REPORTED: (translate("Reports", "It is at the state"), "A"),
        Action.NOT_REPORTED: (translate("Reports", "It is not there: send it"), "S"),
        Action.CANCELLED: (translate("Reports", "Cancel it"), "C"),
    }
    return tuple(
        FixButton(ACTION_IDS[each], *names[each]) for each in allowed if manages or each is Action.RETRY
    )


def _note(told: Story, *, manages: bool) -> str:
    if not manages and any(each is not Action.RETRY for each in told.allowed):
        return translate("Reports", "A manager who is signed in can do more about this report.")
    return ""


def _subtitle(line: Line, now: Instant, zone: ZoneInfo) -> str:
    parts = [figures.day_and_time(line.made_at, zone)]
    if line.patient:
        parts.append(translate("Reports", "card {number}").format(number=line.patient))
    due, _ = _due(line, now, zone)
    return " · ".join([*parts, due] if due else parts)


def _advice(line: Line) -> str:
    if is_foreign(line):
        return translate(
            "Reports",
            "Find out in the state’s system whether it has this sale; under this license the program cannot ask. "
            "Then say here what you found.",
        )
    if line.ahead is not None:
        return _advice_behind(line.ahead.number, needs_person=line.ahead.needs_person)
    return {
        OutboxState.QUEUED: translate("Reports", "Nothing to do: it is sent by itself."),
        OutboxState.SENDING: translate("Reports", "Nothing to do: the answer comes in a moment."),
        OutboxState.IN_DOUBT: translate(
            "Reports",
            "Nothing to do: the state is asked whether it has this sale before anything is sent again, so that it"
            " never appears there twice.",
        ),
        OutboxState.REJECTED: translate(
            "Reports",
            "Put the cause right first: the patient’s card, the package. Then try again. If it never will be "
            "taken, enter the sale at the state by hand where it is owed, and cancel this report.",
        ),
        OutboxState.CONFLICT: translate(
            "Reports",
            "Look at the receipts in the state’s system and void all but the right one there. Then try again: the"
            " state is asked anew. Or say which receipt is the right one.",
        ),
        OutboxState.BLOCKED: translate(
            "Reports",
            "A manager puts the key right in the back office. Within 15 minutes of that the report goes on by "
            "itself; Try again does it at once.",
        ),
        OutboxState.CONFIRMED: "",
        OutboxState.CANCELLED: "",
    }[line.state]


def _advice_behind(number: str, *, needs_person: bool) -> str:
    """One patient's reports go one after another, so that the state sees the purchases in their order."""
    if needs_person:
        words = translate(
            "Reports",
            "See to the report of receipt {number} first; it stands under “Needs a person”. This one then goes by"
            " itself.",
        )
    else:
        words = translate(
            "Reports", "Nothing to do: it goes by itself as soon as the report of receipt {number} has ended."
        )
    return words.format(number=number)


def _facts(told: Story, now: Instant, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    line, item = told.line, told.item
    facts = [(translate("Reports", "Number at the state"), line.external)]
    if item.remote_id:
        facts.append((translate("Reports", "Receipt at the state"), item.remote_id))
    facts.append((translate("Reports", "Times sent"), str(item.attempts)))
    if item.not_before is not None and not line.state.final and item.not_before > now:
        facts.append((translate("Reports", "Goes on"), figures.moment(item.not_before, now, zone)))
    if told.reason:
        facts.append((translate("Reports", "Voided because"), told.reason))
    for each in told.others:
        words = (
            translate("Reports", "Void of the sale")
            if each.kind == VOID
            else translate("Reports", "Its sale")
        )
        facts.append((words, state(each)))
    return tuple(facts)


def _steps(steps: tuple[Told, ...]) -> list[Told]:
    """What began and ended is told by its end."""
    return [
        each
        for n, each in enumerate(steps)
        if not (each.kind == "begin" and n + 1 < len(steps) and steps[n + 1].kind == "end")
    ]


def _words(each: Told) -> str:
    return f"{each.words} ({each.by})" if each.by else each.words


def _step_tone(each: Told) -> Tone:
    if each.outcome in ("confirmed", "found"):
        return Tone.GOOD
    if each.outcome in ("refused", "blocked", "found-different", "found-twice"):
        return Tone.DANGER
    return Tone.WARN if each.outcome == "in-doubt" else Tone.PLAIN


def _raw(told: Story, now: Instant, zone: ZoneInfo) -> str:
    kept = _without_amounts(json.loads(told.item.payload))
    document = json.dumps(kept, indent=1, ensure_ascii=False)
    parts = [
        f"{translate('Reports', 'The report, as it is kept here')}\n{masked(document, people_of(told.item))}"
    ]
    answers = [each for each in told.steps if each.excerpt]
    for each in answers[-_MOST_ANSWERS:]:
        head = translate("Reports", "Answer, {time}").format(time=figures.moment(each.at, now, zone))
        status = "" if each.http_status is None else f" · HTTP {each.http_status}"
        parts.append(f"{head}{status}\n{each.excerpt}")
    return "\n\n".join(parts)


def _without_amounts(kept: Any) -> Any:
    """Added up, the amounts of an open till's sales are the cash that whoever reads this may be about to count."""
    if isinstance(kept, list):
        return [_without_amounts(each) for each in kept]
    if not isinstance(kept, dict):
        return kept
    return {name: "…" if name.endswith("_cents") else _without_amounts(each) for name, each in kept.items()}


def line_word() -> str:
    return translate("Reports", "The line to the state")


def compare_button() -> FixButton:
    return FixButton("report-compare", translate("Reports", "Compare a day"), "D")
