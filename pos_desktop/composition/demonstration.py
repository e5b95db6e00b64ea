"""Stage and curtain of the demonstration: a demo store, its room, the real window, and the summary."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_desktop.composition.display import refuse_without_display
from pos_desktop.composition.logs import log_to
from pos_desktop.composition.places import TRAINING, DataFolder, data_folder, prepare
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.outbox import OutboxState

if TYPE_CHECKING:
    from hardware.emulators.paper import Slip
    from pos_desktop.composition.window import CounterProgram
    from pos_desktop.training.demo_store import SampleStore
    from pos_desktop.training.demonstration.driver import Driver
    from pos_desktop.training.room import Room


@dataclass(slots=True)
class Outcome:
    """What the demonstration showed; `failed` is the step that did not come true, empty when all did."""

    document: dict[str, Any] = field(default_factory=dict)
    failed: str = ""

    @property
    def good(self) -> bool:
        return not self.failed and bool(self.document.get("agree"))


def demonstrate(
    out: Path, seed: int, *, data_dir: str | None = None, scan_filter: bool = True, patience_s: int = 30
) -> Outcome:
    """Play all scenes and compare the ledgers. Leaves pictures, receipts and `summary.json` in `out`.

    Without `data_dir` the demo store is made in a folder of its own that goes away afterwards.

    Raises:
        EnvironmentTrouble: there is no display.
        KeyboardInterrupt: SIGINT or SIGTERM came; window, store and state service are closed in order by then.
    """
    refuse_without_display()
    out.mkdir(parents=True, exist_ok=True)
    for kind in ("receipts", "screens"):
        (out / kind).mkdir(exist_ok=True)
    started = time.monotonic_ns()
    with _folder(data_dir) as folder:
        outcome = _play(out, seed, folder, scan_filter=scan_filter, patience_s=patience_s)
    outcome.document["seconds"] = (time.monotonic_ns() - started) // 1_000_000_000
    if outcome.failed:
        outcome.document["failed"] = outcome.failed
    (out / "summary.json").write_text(json.dumps(outcome.document, indent=2) + "\n", encoding="utf-8")
    return outcome


@contextmanager
def _folder(data_dir: str | None) -> Iterator[DataFolder]:
    if data_dir is not None:
        folder = data_folder(data_dir, TRAINING)
        if folder.exists:
            raise BadInput(
                f"There is a store in {folder.path} already. Name an empty folder for the demonstration."
            )
        prepare(folder)
        yield folder
        return
    place = Path(tempfile.mkdtemp(prefix="pos-desktop-demo-"))
    try:
        folder = data_folder(str(place / "store"), TRAINING)
        prepare(folder)
        yield folder
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _play(out: Path, seed: int, folder: DataFolder, *, scan_filter: bool, patience_s: int) -> Outcome:
    from pos_desktop.composition.stopping import StopSignals, interrupt_on_terminate
    from pos_desktop.composition.training_store import make_demo_store
    from pos_desktop.composition.window import CounterProgram, application
    from pos_desktop.training.demonstration.driver import Driver
    from pos_desktop.training.room import Room
    from pos_desktop.ui.theme import ThemeChoice

    slips: list[Path] = []
    log_to(folder.path)
    interrupt_on_terminate()
    application()
    with Room(folder.sandbox, on_slip=lambda slip: _keep(slip, out / "receipts", slips)) as room:
        sample = make_demo_store(folder, room, seed)
        program = CounterProgram(folder, scan_filter=scan_filter, theme=ThemeChoice.LIGHT)
        signals = StopSignals()
        try:
            driver = Driver(program.window, out, patience_s=patience_s, stopped=lambda: signals.asked)
            return _on_stage(driver, program, room, sample, slips)
        finally:
            program.window.close()
            program.close()
            signals.close()


def _on_stage(
    driver: Driver, program: CounterProgram, room: Room, sample: SampleStore, slips: list[Path]
) -> Outcome:
    from pos_desktop.composition.training_people import SAMPLE_PIN
    from pos_desktop.training.demonstration.comparison import compare, reports_in_force
    from pos_desktop.training.demonstration.driver import SceneFailed
    from pos_desktop.training.demonstration.scenes import Stage, play
    from pos_desktop.training.demonstration.screens import SIZES

    screens = driver.out / "screens"
    program.window.resize(SIZES["1366x768"][0])
    program.show()
    outcome = Outcome()
    stage: Stage | None = None
    try:
        driver.wait("the store to open", lambda: program.floor is not None or program.trouble is not None)
        if program.floor is None or program.back_room is None:
            raise SceneFailed("the store did not open")
        store = program.back_room.shop.store
        stage = Stage(
            driver=driver,
            window=program.window,
            floor=program.floor,
            room=room,
            sample=sample,
            screens=screens,
            pin=SAMPLE_PIN,
            reported=lambda: store.outbox.counts().get(OutboxState.CONFIRMED, 0),
        )
        play(stage)
        reports = reports_in_force(store.sales)
        receipts = room.state.control("GET", "ledger")["receipts"]
        differences = compare(reports, receipts)
        outcome.document.update(
            local_ledger=len(reports),
            state_ledger=sum(1 for each in receipts if each.get("ArchivedDate") is None),
            agree=not any(differences.values()) and len(reports) == len(stage.sales),
            **differences,
        )
    except SceneFailed as failed:
        outcome.failed = str(failed)
        driver.picture("failed")
    outcome.document = {
        "sales": 0 if stage is None else len(stage.sales),
        "offline_sales": 0 if stage is None else len(stage.offline),
        "refusals": 0 if stage is None else stage.refusals,
        "receipts_printed": len(slips),
        "drawer_kicks": room.printer.kicks,
        "pictures": driver.pictures,
        "screens": sorted(each.name for each in screens.glob("*.png")),
        "agree": False,
        **outcome.document,
    }
    return outcome


def _keep(slip: Slip, folder: Path, slips: list[Path]) -> None:
    """Each receipt as a picture and as text. Called in the printer's thread."""
    from hardware.emulators.escpos_paint import paint

    place = folder / f"receipt-{len(slips) + 1:02d}"
    slips.append(place)
    place.with_suffix(".txt").write_text(slip.text(), encoding="utf-8")
    paint(slip).save(place.with_suffix(".png"))
