"""`python -m pos_desktop.training.sandbox --state-dir DIR [--system metrc|biotrack] [--port N]`."""

import argparse
import sys
from pathlib import Path

from pos_desktop.training.sandbox.command import run
from pos_desktop.training.sandbox.store import SandboxError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pos_desktop.training.sandbox")
    parser.add_argument("--system", choices=("metrc", "biotrack"), default="metrc")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--end-with-input", action="store_true")
    chosen = parser.parse_args()
    try:
        run(
            chosen.port,
            chosen.state_dir,
            system=chosen.system,
            control_port=chosen.control_port,
            seed_file=chosen.seed,
            end_with_input=chosen.end_with_input,
        )
    except SandboxError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
