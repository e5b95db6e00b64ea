"""`people …`: who works here, PINs, second factors, the code for an emergency."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pos_desktop.cli.acting import acting, named
from pos_desktop.cli.asking import folder_of, hidden, passphrase, tell, wants_json
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, enrol, opened
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import SERVICE

if TYPE_CHECKING:
    from pos_desktop.app.ports import Member, Person, PersonChange


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.action in _NEED_PEPPER:
            enrol(shop.keys, has_pins=bool(shop.signing_in().people()))
        _ACTIONS[arguments.action](arguments, shop)
    return DONE


def _list(arguments: argparse.Namespace, shop: Shop) -> None:
    """The lock screen shows these names to everybody, so nobody is asked; who changed what is the journal's."""
    members = shop.staffing().members(SERVICE)
    document: dict[str, Any] = {"people": [_document(each) for each in members]}
    words = [_line(each) for each in members]
    if arguments.history:
        changes = shop.staffing().changes(acting(arguments, shop))
        names = {each.person.id: each.person.name for each in members}
        zone = ZoneInfo(shop.register.zone)
        document["changes"] = [_changed(each) for each in changes]
        words += ["", *(_change_line(each, names, zone) for each in changes)]
    tell(arguments, document, *words)


def _document(each: Member) -> dict[str, Any]:
    return {
        "id": each.person.id,
        "name": each.person.name,
        "role": each.person.role,
        "active": each.active,
        "pin": each.has_pin,
        "second_factor": each.has_factor,
    }


def _line(each: Member) -> str:
    if not each.active:
        return f"{each.person.name}  left  ({each.person.id})"
    pin = "has a PIN" if each.has_pin else "no PIN yet"
    more = ", second factor" if each.has_factor else ""
    return f"{each.person.name}  {each.person.role}  {pin}{more}  ({each.person.id})"


def _changed(each: PersonChange) -> dict[str, Any]:
    person = each.person
    told = {"id": person.id, "name": person.name, "role": person.role, "kind": each.kind}
    return {**told, "at_us": each.at.utc_us, "by": each.by}


def _change_line(each: PersonChange, names: Mapping[PersonId, str], zone: ZoneInfo) -> str:
    by = names.get(each.by, each.by)
    return f"{each.at.datetime_in(zone):%Y-%m-%d %H:%M}  {each.person.name}: {each.kind}, {each.person.role} (by {by})"


def _add(arguments: argparse.Namespace, shop: Shop) -> None:
    again = None if arguments.again is None else PersonId(arguments.again)
    made = shop.staffing().add(arguments.name, arguments.role, acting(arguments, shop), again)
    said = f"{made.name} works here as {made.role}. A PIN comes next: pos-desktop people pin “{made.name}”."
    _tell(arguments, made, said)


def _role(arguments: argparse.Namespace, shop: Shop) -> None:
    by = acting(arguments, shop)
    made = shop.staffing().give_role(_who(shop, arguments.name), arguments.role, by)
    _tell(arguments, made, f"{made.name} is {made.role} now.")


def _rename(arguments: argparse.Namespace, shop: Shop) -> None:
    by = acting(arguments, shop)
    made = shop.staffing().rename(_who(shop, arguments.name), arguments.new_name, by)
    _tell(
        arguments, made, f"From now on it is {made.name}. Earlier sales keep the name they were made under."
    )


def _leave(arguments: argparse.Namespace, shop: Shop) -> None:
    by = acting(arguments, shop)
    gone = _who(shop, arguments.name)
    shop.staffing().leave(gone, by)
    _tell(arguments, gone, f"{gone.name} does not sign in any more. Sales and entries keep the name.")


def _let_in(arguments: argparse.Namespace, shop: Shop) -> None:
    by = acting(arguments, shop)
    person = _who(shop, arguments.name)
    shop.signing_in().let_in(person, by)
    _tell(arguments, person, f"{person.name} may try again.")


def _pin(arguments: argparse.Namespace, shop: Shop) -> None:
    by = acting(arguments, shop)
    person = by if arguments.name is None else _who(shop, arguments.name)
    shop.signing_in().set_pin(person, _new_pin(person), by)
    _tell(arguments, person, f"{person.name} has a new PIN.")


def _new_pin(person: Person) -> str:
    first = _typed(f"New PIN of {person.name}, 6 digits or more")
    if sys.stdin.isatty() and _typed("Once more") != first:
        raise BadInput("The two are not the same. The PIN is as it was.", code="pin")
    return first


def _typed(question: str) -> str:
    return hidden(question) if sys.stdin.isatty() else sys.stdin.readline().strip()


def _totp(arguments: argparse.Namespace, shop: Shop) -> None:
    factor = shop.second_factor()
    by = acting(arguments, shop)
    if arguments.off is not None:
        person = _who(shop, arguments.off)
        factor.turn_off(person, by)
        _tell(arguments, person, f"{person.name} signs in with the PIN alone.")
        return
    if wants_json(arguments):
        raise BadInput("A secret is shown to a person, not with --json. Nothing was changed.", code="usage")
    from pos_desktop.cli.qr import drawn

    offer = factor.offer(by, by)
    print(drawn(offer.uri), offer.uri, f"Typed by hand: {offer.secret}", sep="\n", flush=True)
    print("It is shown this once. Type the code that the authenticator shows now.", file=sys.stderr)
    factor.turn_on(offer, _typed("Code"), by)
    print("The second factor is on.")


def _seal(arguments: argparse.Namespace, shop: Shop) -> None:
    code = shop.emergency().seal(acting(arguments, shop))
    tell(
        arguments,
        {"code": code},
        f"Code for an emergency: {code}",
        "Write it on paper, put that into an envelope, seal and sign it, and keep it where the shop can reach it "
        "without you. It is shown this once; every earlier code is void. It opens a look at patients, once, and raises "
        "an alarm.",
    )


def _review(arguments: argparse.Namespace, shop: Shop) -> None:
    by = acting(arguments, shop)
    emergency = shop.emergency()
    waiting = [each.n for each in emergency.alarms()]
    if not waiting:
        raise BadInput("There is no alarm that waits for a review. Nothing was changed.", code="no-alarm")
    number = waiting[0] if arguments.number is None else arguments.number
    emergency.review(number, arguments.reason, by)
    left = len(waiting) - 1
    tell(arguments, {"reviewed": number, "left": left}, f"Reviewed by {by.name}. Alarms left: {left}.")


def _who(shop: Shop, name: str) -> Person:
    return named(shop.store.staff.people(), name)


def _tell(arguments: argparse.Namespace, person: Person, said: str) -> None:
    tell(arguments, {"id": person.id, "name": person.name, "role": person.role}, said)


_NEED_PEPPER = ("pin", "totp", "seal-emergency")
_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Shop], None]] = {
    "list": _list,
    "add": _add,
    "role": _role,
    "rename": _rename,
    "leave": _leave,
    "let-in": _let_in,
    "pin": _pin,
    "totp": _totp,
    "seal-emergency": _seal,
    "review-emergency": _review,
}
