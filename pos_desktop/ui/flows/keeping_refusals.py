"""A refusal that was shown is kept: in the journal, beside the counter, once for each cart and reason."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.reception import Refused
from pos_desktop.app.refusals import Refusals
from pos_desktop.domain.errors import PosError, RuleRefusal
from pos_desktop.ui.flows.floor import Floor, report_bug
from pos_desktop.ui.flows.paying import WAIT_FOR_STATE


class KeepingRefusals:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._kept: set[tuple[str, tuple[str, ...]]] = set()
        floor.refused = self.action

    def look(self) -> None:
        """After each drawing with a refusal card. A figure that the state still owes refuses nothing."""
        floor = self._floor
        visit, decision = floor.visit, floor.decision()
        if visit is None or decision is None or floor.actor is None:
            return
        codes = tuple(sorted(set(decision.refused_by) - set(WAIT_FOR_STATE)))
        if not codes or not visit.cart.lines or (visit.sale_id, codes) in self._kept:
            return
        self._kept = {each for each in self._kept if each[0] == visit.sale_id} | {(visit.sale_id, codes)}
        by, pack = floor.actor.id, f"{decision.programme}/{decision.pack_version}"
        self._keep(lambda desk: desk.cart(visit, codes, pack, by))

    def check_in(self, refused: Refused) -> None:
        if self._floor.actor is not None:
            by = self._floor.actor.id
            self._keep(lambda desk: desk.check_in(refused, by))

    def action(self, problem: PosError) -> None:
        """What a use case refused to the person."""
        floor = self._floor
        if isinstance(problem, RuleRefusal) and floor.actor is not None:
            by, about = floor.actor.id, "" if floor.visit is None else floor.visit.sale_id
            self._keep(lambda desk: desk.action(problem.code, by, about))

    def _keep(self, write: Callable[[Refusals], None]) -> None:
        """One that cannot be kept stops nobody: what is wrong with the disk is told by the next sale."""
        desk = self._floor.desk.refusals
        if desk is not None:
            self._floor.lanes.database("keep a refusal", lambda: write(desk), _kept, report_bug)


def _kept(_: object) -> None: ...
