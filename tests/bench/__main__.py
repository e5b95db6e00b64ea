"""`python -m tests.bench [--json] [--only NAME]`: the table of figures, each a ratio to a floor of the same run."""

from __future__ import annotations

import argparse
import json
import os
import sys

from tests.bench import (
    again,
    backing,
    commit,
    deciding,
    draining,
    first_touch,
    frames,
    locking,
    memory,
    proving,
    scanning,
    starting,
)
from tests.bench.shop import demo_store
from tests.bench.table import lines_of

PARTS = (
    starting,
    locking,
    scanning,
    commit,
    deciding,
    first_touch,
    memory,
    draining,
    frames,
    backing,
    proving,
    again,
)


def main(words: list[str] | None = None) -> int:
    """0 when every target was met, 1 when one was missed."""
    names = [row.name for part in PARTS for row in part.ROWS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--only", choices=names, help="only the rows measured together with this one")
    chosen = parser.parse_args(words)
    parts = [part for part in PARTS if chosen.only in (None, *(row.name for row in part.ROWS))]
    results = []
    with demo_store() as folder:
        for part in parts:
            print(f"measuring: {', '.join(row.name for row in part.ROWS)}", file=sys.stderr)
            results += part.measure(folder)
    load = _load()
    if chosen.json:
        print(json.dumps({"load": load, "rows": [each.document() for each in results]}, indent=2))
    else:
        print("\n".join(lines_of(results)))
        print(f"load of this machine over the last minute: {load} on {os.cpu_count()} processors")
    return 0 if all(each.met for each in results) else 1


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.exit(main())
