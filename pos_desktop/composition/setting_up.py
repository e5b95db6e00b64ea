"""What a new store is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_desktop.app.settings import checked
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, NeedsAttention
from pos_desktop.domain.identity import PersonId

if TYPE_CHECKING:
    from pos_desktop.composition.places import DataFolder
    from pos_desktop.composition.shop import Shop
    from pos_desktop.domain.limits.programme import Programme


@dataclass(frozen=True, slots=True)
class NewStore:
    """Answers as given; empty `zone` and `code` are filled from the programme and the name.

    `citation`: the text that the operator read of rules that no source settles; empty where none was given. `company`,
    `username` and `location` are BioTrack's.
    `deadline`, `deadline_cite`: by when a sale must be at the state and where that stands, both or neither.
    """

    programme: str
    license: str
    name: str
    code: str
    zone: str
    register: str
    state_system: str
    base_url: str
    manager: str
    citation: str = ""
    company: str = ""
    username: str = ""
    location: str = ""
    deadline: str = ""
    deadline_cite: str = ""

    def settings(self) -> dict[str, str]:
        from pos_desktop.composition.programmes import load_programme

        programme = load_programme(self.programme)
        wanted = {
            "programme": self.programme,
            "store.name": self.name,
            "store.code": self.code or _code(self.name),
            "store.zone": self.zone or programme.zone.key,
            "register.code": self.register,
            "register.name": f"Register {self.register.removeprefix('R')}",
            "state.system": self.state_system,
            "state.license": self.license,
        }
        more = {
            "state.base_url": self.base_url,
            "state.company": self.company,
            "state.username": self.username,
            "state.location": self.location,
        }
        wanted |= {key: value for key, value in more.items() if value}
        if self.deadline:
            wanted |= {"report.deadline_cite": self.deadline_cite, "report.deadline": self.deadline}
        return {key: checked(key, value) for key, value in wanted.items()}

    @property
    def can_sync(self) -> bool:
        """Whether all but the keys is known that a first sync needs."""
        needs = {
            "metrc": (self.license,),
            "biotrack": (self.company, self.username, self.location),
        }
        return bool(self.base_url) and all(needs.get(self.state_system, ("",)))

    def check(self, profile: str) -> None:
        """Before anything is made.

        Raises:
            BadInput: a wrong answer, a training store with an address elsewhere, or a service of another state.
            NeedsAttention: rules that no source settles, and nobody confirms them.
        """
        if not self.name.strip():
            raise BadInput("The store needs a name. Nothing was made.", code="usage")
        from pos_desktop.app.duties import both_or_neither

        self.settings()
        both_or_neither(self.deadline, self.deadline_cite)
        programme, unsure = to_confirm(self.programme, profile)
        refuse_other_system(programme, self.state_system, profile)
        self._check_rules(programme, unsure)
        if self.base_url:
            check_address(self.base_url, profile)

    def _check_rules(self, programme: Programme, unsure: tuple[str, ...]) -> None:
        from pos_desktop.app.rules import good_citation, unsettled

        if self.citation:
            good_citation(self.citation)
        elif unsure:
            raise NeedsAttention(
                f"{unsettled(programme, unsure)} Nothing was made. Read them at the agency, then say which text you "
                'read: --confirm-rules "CITATION".',
                code="rules-unconfirmed",
            )


SYSTEMS = {"metrc": "METRC", "biotrack": "BioTrack"}
"""The services that the program speaks with, and their names for people."""


def to_confirm(programme_id: str, profile: str) -> tuple[Programme, tuple[str, ...]]:
    """A shipped programme, and what of its rules an operator must confirm before a new store of `profile` sells."""
    from pos_desktop.composition.clocks import WallClock
    from pos_desktop.composition.places import LIVE
    from pos_desktop.composition.programmes import load_programme

    programme = load_programme(programme_id)
    today = WallClock().now().date_in(programme.zone)
    return programme, programme.unsure_of(today) if profile == LIVE else ()


def usual_system(programme: Programme) -> str:
    """The system that the programme's stores report to, where this program speaks with it, else `none`."""
    from pos_desktop.domain.limits.abilities import is_connected

    return programme.tracking.value if is_connected(programme) else "none"


def refuse_other_system(programme: Programme, system: str, profile: str) -> None:
    """A live store reports to its own state's system or to none; a training store may try any with any programme.

    Raises:
        BadInput: the system is not where the programme's stores report.
    """
    from pos_desktop.composition.places import LIVE

    name = SYSTEMS.get(system)
    if profile != LIVE or name is None or system == programme.tracking.value:
        return
    own = usual_system(programme)
    if own == "none":
        raise BadInput(
            f"Stores of {programme.id} do not report to {name}, and this program has no connection to their state’s "
            "system. Nothing was changed. Use none as the state service (--state-system none, or config set "
            "state.system none): limits are reckoned from the store’s own ledger, and sales leave as files.",
            code="other-system",
        )
    raise BadInput(
        f"Stores of {programme.id} do not report to {name} but to {SYSTEMS[own]}. Nothing was changed. "
        f"Use {own} as the state service, or none.",
        code="other-system",
    )


def check_address(url: str, profile: str) -> None:
    """Raises BadInput: plain http to another computer, or a training store that would speak to one."""
    from pos_desktop.composition.places import TRAINING
    from pos_desktop.sync.address import checked_base_url, refuse_unless_loopback

    if profile == TRAINING:
        refuse_unless_loopback(url)
    checked_base_url(url)


def set_up(shop: Shop, wanted: NewStore, *, ask_time: bool = False) -> None:
    """Write the settings and the first person.

    `ask_time`: first hear the time from the state service, whose keys are there. Time never runs back behind a journal
    entry, so that a first one by a clock that is ahead would date all sales ahead, and none would be reported.
    """
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.this_computer import is_home
    from pos_desktop.storage.generation import first_epoch

    for key, value in wanted.settings().items():
        shop.store.settings.set(key, value)
    if ask_time:
        _hear_time(shop)
    now = shop.clock.now()
    shop.store.begin_epoch(first_epoch(now), now)
    manager = Person(PersonId(shop.ids.new()), wanted.manager, "manager")
    shop.store.people.add(manager, manager.id, now)
    is_home(shop)  # from now on
    shop.store.journal.append("store.set-up", manager.id, "", {"programme": wanted.programme})
    if wanted.citation:
        shop.rules.confirm(wanted.citation, manager)


def keys_to_write(
    folder: DataFolder, keys: Mapping[str, bytes], *, passphrase: bool
) -> tuple[Mapping[str, bytes], bool]:
    """Which of the secrets that were given a new store must write down, and whether it then has all of `keys`.

    Raises:
        EnvironmentTrouble: a service manager hands this store's keys over, and not the one that was given.
    """
    from pos_desktop.keystore.choosing import handed_over

    ready = handed_over(folder.profile, folder.path, wrapped_file=passphrase)
    if ready is None:
        return {name: value for name, value in keys.items() if value}, all(keys.values())
    for name, value in keys.items():
        if value and ready.get(name) != value:
            raise EnvironmentTrouble(
                f"The keys of this store come from systemd, and {name} is not the one that was given. Nothing was "
                "made. Set it there (docs/headless.md), and leave it out here.",
                code="keys-read-only",
            )
    return {}, all(ready.get(name) for name in keys)


def _hear_time(shop: Shop) -> None:
    """By an answer that proves to be the service's; where none comes, the computer's clock is gone by."""
    import threading

    from pos_desktop.composition.reporting import state_service

    service = state_service(shop, threading.Event().wait)
    service.tracker.probe()
    service.close()


def _code(name: str) -> str:
    """`Sample Provisioning Center` becomes `SPC`; a single word its first letters."""
    words = re.findall(r"[A-Za-z0-9]+", name.upper())
    code = "".join(word[0] for word in words) if len(words) > 1 else "".join(words)[:6]
    return code[:8] or "STORE"
