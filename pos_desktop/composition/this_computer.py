"""Is this the computer that the store lives on? A copy on a second one must not send before a person says so.

One sender for each license (reliability contract, section 4). The count of starts and the witness (`storage.witness`)
tell of a copy on the same computer; on another one there is no witness to ask, so the computer's own mark is kept too.
A disk that was cloned whole has the same mark, and is not noticed here.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.domain.errors import BadInput, NeedsAttention
from pos_desktop.domain.people import SERVICE, Right, require

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.shop import Shop

ELSEWHERE = (
    "This store comes from another computer. Sales are saved, and nothing is sent to the state from here until a "
    "manager says that the other one sends no more: pos-desktop sync here --reason TEXT."
)
LEAST = 3
_LINUX = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_WINDOWS = r"SOFTWARE\Microsoft\Cryptography"
_MAC = re.compile(rb'"IOPlatformUUID" = "([0-9A-Fa-f-]+)"')


def mark() -> str:
    """A digest of what the system names this computer by; empty where it has no such name: then nothing is noticed."""
    name = machine_name().strip()
    return hashlib.sha256(f"pos-desktop {name}".encode()).hexdigest()[:32] if name else ""


def machine_name() -> str:
    """As the system keeps it from its installation on."""
    try:
        if sys.platform == "win32":
            import winreg

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        if sys.platform == "darwin":
            words = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
            said = subprocess.run(words, capture_output=True, check=False, timeout=5)  # noqa: S603 - our own words
            found = _MAC.search(said.stdout)
            return found[1].decode() if found else ""
        return next((text for path in _LINUX if (text := _text(Path(path)))), "")
    except (OSError, subprocess.SubprocessError):
        return ""


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""


def is_home(shop: Shop) -> bool:
    """The first computer that is asked on becomes the store's home."""
    here, kept = mark(), shop.store.computer
    if here and not kept.home:
        kept.live_on(here)
    return not here or kept.home == here


def refuse_elsewhere(shop: Shop) -> None:
    """Before anything is sent."""
    if not is_home(shop):
        raise NeedsAttention(ELSEWHERE, code="other-computer")


def note_the_start(shop: Shop, *, begun: bool) -> None:
    """At each start of the counter. On another computer numbers begin anew: the first may go on giving its own.

    `begun`: this start has begun an epoch already.
    """
    if is_home(shop) or shop.store.computer.seen == mark():
        return
    if not begun:
        _begin_epoch(shop)
    shop.store.journal.append("store.elsewhere", SERVICE.id, "", {"epoch": shop.register.epoch})
    shop.store.computer.opened_on(mark())


def settle_here(shop: Shop, reason: str, by: Person) -> None:
    """A person's word. What waits may be at the state already, sent from the other computer: it is asked first.

    Raises:
        BadInput: the store lives here already, or there is no reason.
        RuleRefusal: not for everybody.
        StoreBusy: a counter is being opened.
    """
    from pos_desktop.storage.lock import counter_lock

    require(by, Right.SETTLE_REPORT, "Nothing was changed.")
    if is_home(shop):
        raise BadInput("This store lives on this computer already. Nothing was changed.", code="at-home")
    why = _good(reason, "Write why the store moved, and what became of the other computer.")
    if shop.store.computer.seen != mark():  # a counter that was opened here has begun one
        with counter_lock(shop.folder.path):
            _begin_epoch(shop)
    shop.store.journal.append("store.moved", by.id, "", {"reason": why, "epoch": shop.register.epoch})
    shop.store.computer.live_on(mark())


def settle_put_back(shop: Shop, reason: str, by: Person) -> None:
    """The person's word that the store was put back; also where nothing here could notice it, of a whole disk say.

    Raises:
        BadInput: there is no reason.
        RuleRefusal: not for everybody.
        StoreBusy: a counter is open.
    """
    from pos_desktop.storage.lock import counter_lock

    require(by, Right.SETTLE_REPORT, "Nothing was changed.")
    why = _good(reason, "Write what was put back, and why.")
    with counter_lock(shop.folder.path):
        _begin_epoch(shop)
        shop.store.journal.append("store.put-back", by.id, "", {"reason": why, "epoch": shop.register.epoch})


def _good(reason: str, wanted: str) -> str:
    why = " ".join(reason.split())
    if sum(each.isalnum() for each in why) < LEAST or not why.isprintable():
        raise BadInput(f"{wanted} Nothing was changed.")
    return why


def _begin_epoch(shop: Shop) -> None:
    from pos_desktop.storage.generation import go_on_here

    go_on_here(shop.store, shop.keys, shop.clock.now())
