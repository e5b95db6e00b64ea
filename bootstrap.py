#!/usr/bin/env python3
"""Prepares this folder and starts what lives in it. Needs nothing but Python 3.11, 3.12 or 3.13.

python3 bootstrap.py COMMAND [OPTIONS OF THE COMMAND]      (Windows: py bootstrap.py COMMAND)

setup    make .venv, install the locked packages, look after the system libraries of the window
run      open the demo store in training mode; without a display, play the guided demonstration
demo     play the guided demonstration without a window and leave its pictures in build/demo
test     format check, lint, types, import contracts, tests; options go to pytest
bench    print the table of figures
prove    the large sizes of the safety tests; options go to pytest
lint     everything of `test` that starts no test
format   put every file in the house style
lock     renew requirements/*.lock; `--upgrade` takes newer versions
wheel    build the wheel and the source archive into dist/
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements" / "dev.lock"
DEMO = ROOT / "build" / "demo"
OLDEST, NEWEST = (3, 11), (3, 13)

# What Qt loads on Linux, each with its Debian package. The first table is needed even without a display.
QT_ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
QT_ON_A_DISPLAY = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
KEY_STORE_OF_TESTS = {"gnome-keyring-daemon": "gnome-keyring", "dbus-run-session": "dbus"}
"""Live keys are tested in a real key store."""
FONT_PACKAGES = ("fonts-dejavu-core", "fonts-inter")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
)


class Stop(Exception):
    """Preparation cannot go on; the message says what the person can do."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


# -- Python ----------------------------------------------------------------------------------------


def version_of(python: str) -> tuple[int, ...]:
    """Version of an interpreter as (major, minor); empty when it does not start."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
        return tuple(int(part) for part in answer.stdout.split())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return ()


def supported_python() -> str:
    """Path of the interpreter that makes `.venv`: this one, or another one of this machine."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for path in filter(None, map(shutil.which, names)):
        if OLDEST <= version_of(path) <= NEWEST:
            return path
    raise Stop(
        f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]} is needed; this one is {sys.version.split()[0]}. "
        "Install one of them and run the same command again."
    )


def make_environment() -> None:
    if OLDEST <= version_of(str(PYTHON)) <= NEWEST:
        return
    python = supported_python()
    if python == sys.executable and importlib.util.find_spec("ensurepip") is None:
        install_system_packages([f"python3.{sys.version_info[1]}-venv"], "Python's venv module")
    say("Making .venv ...")
    made = subprocess.run(
        [python, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise Stop(
            f"{python} could not make an environment in {VENV}:\n{(made.stderr or made.stdout).strip()}\n"
            "Debian and Ubuntu keep a part of it in the package python3-venv."
        )


# -- Packages --------------------------------------------------------------------------------------


def install_packages() -> None:
    """Install what the lock names, by hash, and this project beside it; nothing when both are unchanged."""
    stamp = VENV / "pos-desktop-setup.txt"
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    say("Installing the locked packages (about 150 MB on the first time) ...")
    pip("--require-hashes", "--no-deps", "-r", str(LOCK))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(wanted, encoding="ascii")


def pip(*options: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
    if subprocess.call(command, cwd=ROOT):
        raise Stop(
            "The packages could not be installed; the lines above say why. "
            "When it was the network, run the same command again: what is already there is kept."
        )


# -- System libraries ------------------------------------------------------------------------------


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font() -> bool:
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(path.suffix.lower() in {".ttf", ".otf", ".ttc"} for f in folders for path in f.rglob("*"))


def has_display() -> bool:
    """Whether a window can be seen here. Only Linux runs without one."""
    return sys.platform != "linux" or any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY"))


def look_after_system() -> None:
    """Install the system libraries that Qt misses, or say which command does."""
    if sys.platform != "linux":
        return
    must = [package for library, package in QT_ALWAYS.items() if not has_library(library)]
    if not has_font():
        must += FONT_PACKAGES
    window = [package for library, package in QT_ON_A_DISPLAY.items() if not has_library(library)]
    if must or (window and has_display()):
        install_system_packages(must + window, "the window")


def look_after_tests() -> None:
    """The tests keep keys in a real key store, where one can run."""
    if sys.platform == "linux":
        missing = [package for name, package in KEY_STORE_OF_TESTS.items() if shutil.which(name) is None]
        if missing:
            install_system_packages(missing, "the tests")


def may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install_system_packages(packages: list[str], purpose: str) -> None:
    names = " ".join(sorted(set(packages)))
    if not may_install():
        raise Stop(
            f"System packages for {purpose} are missing. Type this once, then run the same command again:\n\n"
            f"    sudo apt-get install -y {names}\n\n"
            "(The names are those of Debian and Ubuntu; other systems name them much alike.)"
        )
    say(f"Installing system packages for {purpose}: {names} ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *names.split()]):
        command = ["apt-get", "-qq", *step]
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stop(
                f"apt-get could not {step[0]}:\n{done.stderr.strip()}\n\nNeeded: apt-get install {names}"
            )
    importlib.invalidate_caches()


# -- Commands --------------------------------------------------------------------------------------


def setup() -> int:
    make_environment()
    install_packages()
    look_after_system()
    return 0


def module(*words: str) -> int:
    """Run a module of `.venv` in the project's folder and return its exit code.

    Ctrl+C reaches the module by itself and SIGTERM is passed on: it ends in order, and this waits for it.
    """
    return waited_for([str(PYTHON), "-m", *words])


def waited_for(command: list[str]) -> int:
    child: list[subprocess.Popen[bytes]] = []
    terminated: list[int] = []

    def pass_on(number: int, _: object) -> None:
        terminated.append(number)
        for each in child:
            each.terminate()

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
    }
    try:
        child.append(subprocess.Popen(command, cwd=ROOT))
        if terminated:
            child[0].terminate()
        return child[0].wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(options: list[str]) -> int:
    if has_display():
        return module("pos_desktop", "--profile", "training", "run", *options)
    say("There is no display here, so the guided demonstration runs without a window.")
    return demo(options)


def demo(options: list[str]) -> int:
    DEMO.mkdir(parents=True, exist_ok=True)
    code = module("pos_desktop", "demo", "--headless", "--out", str(DEMO), *options)
    say(f"The pictures are in {DEMO}" if code == 0 else f"The demonstration stopped; see {DEMO}")
    return code


LINT_STEPS = {
    "format": [str(PYTHON), "-m", "ruff", "format", "--check", "."],
    "lint": [str(PYTHON), "-m", "ruff", "check", "."],
    "types": [str(PYTHON), "-m", "mypy"],
    "import contracts": [str(SCRIPTS / "lint-imports")],
}
PYTEST = [str(PYTHON), "-m", "pytest", "-n", "logical", "--maxprocesses", "8", "--dist", "worksteal"]


def in_steps(steps: dict[str, list[str]]) -> int:
    """Run every step, also after one failed; returns the exit code of the first that failed."""
    results = {}
    for name, command in steps.items():
        say(f"\n== {name}")
        begun = time.monotonic()
        results[name] = subprocess.call(command, cwd=ROOT)
        say(f"== {name}: {'passed' if results[name] == 0 else 'FAILED'}, {time.monotonic() - begun:.0f} s")
    failed = [name for name, code in results.items() if code]
    say(f"\nFailed: {', '.join(failed)}." if failed else f"\nAll {len(results)} passed.")
    return next((code for code in results.values() if code), 0)


def test(options: list[str]) -> int:
    look_after_tests()
    return in_steps({**LINT_STEPS, "tests": [*PYTEST, *options]})


def lint(options: list[str]) -> int:
    return in_steps({name: [*command, *options] for name, command in LINT_STEPS.items()})


def prove(options: list[str]) -> int:
    look_after_tests()
    return in_steps({"proofs": [*PYTEST, "-m", "prove", *options]})


def bench(options: list[str]) -> int:
    return module("tests.bench", *options)


def format_files(options: list[str]) -> int:
    fixed = module("ruff", "check", "--fix", "--quiet", *options, ".")
    return module("ruff", "format", ".") or fixed


def lock(options: list[str]) -> int:
    """Renew both locks, the runtime at exactly the versions of the tools, and the page of licences."""
    compile_lock = [
        *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--quiet"),
        *("--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "make lock", *options),
    ]
    dev, runtime = "requirements/dev.lock", "requirements/runtime.lock"
    return (
        module(*compile_lock, "--group", "dev", "--output-file", dev)
        or module(*compile_lock, "--constraint", dev, "--output-file", runtime)
        or setup()
        or module("tests.fixtures.licences")
    )


def wheel(options: list[str]) -> int:
    return module("build", "--no-isolation", *(options or ["--outdir", "dist"]))


COMMANDS = {
    "run": run,
    "demo": demo,
    "test": test,
    "bench": bench,
    "prove": prove,
    "lint": lint,
    "format": format_files,
    "lock": lock,
    "wheel": wheel,
}


def main(words: list[str]) -> int:
    if not words or words[0] not in {"setup", *COMMANDS}:
        say(__doc__ or "")
        return 0 if words[:1] in (["-h"], ["--help"]) else 64
    try:
        setup()
        return COMMANDS[words[0]](words[1:]) if words[0] in COMMANDS else 0
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on: what is there already is kept.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
