"""The recovery key on paper, for the safe."""

from __future__ import annotations

from hardware.printers.receipt import Align, Blank, ReceiptDoc, Row, Rule, Text
from pos_desktop.devices.receipt_layout import Letterhead

_GROUPS_A_ROW = 2


def recovery_page(key: str, made: str, head: Letterhead) -> ReceiptDoc:
    """`made`: the store's date and time. Two groups a row, each with its number, as the program names a mistake."""
    groups = [f"{n}:{group}" for n, group in enumerate(key.split("-"), start=1)]
    pairs = (groups[at : at + _GROUPS_A_ROW] for at in range(0, len(groups), _GROUPS_A_ROW))
    rows: list[Row] = [
        Text(head.store_name, Align.CENTER, bold=True),
        Text("RECOVERY KEY", Align.CENTER, bold=True),
        Text(f"{head.register_name}, {made}", Align.CENTER),
        Rule(),
        *(Text("   ".join(each), Align.CENTER, bold=True) for each in pairs),
        Rule(),
        Text("Whoever has this paper and a backup reads the whole store. Seal it and put it in the safe."),
        Text("It replaces every earlier paper of this register."),
        Blank(),
    ]
    return ReceiptDoc(tuple(rows))
