"""Actions of the legacy endpoint: their field lists and who carries them out. Any other action is refused with 62."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pos_desktop.training.sandbox.biotrack import (
    cards,
    delivery,
    inventory,
    people,
    sale_changes,
    sales,
    sync,
)
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.forms import Form, form
from pos_desktop.training.sandbox.jsonio import JsonObject

Handler = Callable[[Call], JsonObject]


@dataclass(frozen=True, slots=True)
class Action:
    form: Form
    handler: Handler
    writes: bool = True
    """Whether an accepted one is a transaction; a nonce means nothing on the others."""


_RANGE = "transaction_start:number_or_digits transaction_end:number_or_digits active:flag download:flag"
_CHECKED = form("table", f"{_RANGE.removesuffix(' download:flag')} sum:number_or_digits")
_SOLD = form("barcodeid:any quantity:any price:any", "item_number:whole")
_RETURNED = form("barcodeid:barcode quantity:any price:any", "item_number:whole")
_ADJUSTED = form(
    "barcodeid:barcode",
    "quantity:any quantity_uom remove_quantity:any remove_quantity_uom reason type:number_or_digits",
)
_EMPLOYEE = (
    "birth_year:number_or_digits birth_month:number_or_digits birth_day:number_or_digits "
    "hire_year:number_or_digits hire_month:number_or_digits hire_day:number_or_digits"
)
_VEHICLE = "color make model plate vin year:number_or_digits nickname"
_RIGHTS = "new_password new_admin:flag new_permissions:object"
_ROOM = form("name location", "id:any quarantine:flag")


def _reads(action_form: Form, handler: Handler) -> Action:
    return Action(action_form, handler, writes=False)


ACTIONS: Mapping[str, Action] = {
    "card_lookup": _reads(form("card_id", "caregiver_card_id"), cards.card_lookup),
    "sale_dispense": Action(form("", "sale_time:time terminal_id card_id card_key", data=_SOLD), sales.dispense),
    "sale_void": Action(form("transactionid:number_or_digits"), sale_changes.void),
    "sale_modify": Action(
        form("transactionid:number_or_digits barcodeid:barcode price:any", "item_number:whole sale_time:time"),
        sale_changes.modify,
    ),
    "sale_refund": Action(
        form("transactionid:number_or_digits", "sale_time:time", data=_RETURNED), sale_changes.refund
    ),
    "inventory_adjust": Action(form("", "reason type:number_or_digits", data=_ADJUSTED), inventory.adjust),
    "inventory_adjust_usable": Action(form("barcodeid:barcode quantity:any"), inventory.adjust_usable),
    "inventory_check": _reads(form("barcodeid:barcodes"), inventory.check),
    "inventory_move": Action(form(data=form("barcodeid:barcode room:whole")), inventory.move),
    "inventory_modify": Action(
        form("barcodeid:barcode", "strain productname net_package:any net_package_uom in_process:flag"),
        inventory.modify,
    ),
    "inventory_destroy_schedule": Action(
        form("barcodeid:barcodes reason", "reason_extended:number_or_digits override:flag"),
        inventory.destroy_schedule,
    ),
    "inventory_destroy": Action(form("barcodeid:barcodes reason", "override:flag"), inventory.destroy),
    "inventory_room_add": Action(_ROOM, inventory.room_add),
    "inventory_room_modify": Action(_ROOM, inventory.room_modify),
    "inventory_room_remove": Action(form("location", "id:any"), inventory.room_remove),
    "inventory_qa_check": _reads(form("sample_id:barcode"), inventory.qa_check),
    "inventory_qa_check_all": _reads(form("barcodeid:barcodes"), inventory.qa_check_all),
    "inventory_manifest_lookup": _reads(form("location"), delivery.manifest_lookup),
    "inventory_transfer_lookup": _reads(form("location manifest_id:barcode"), delivery.transfer_lookup),
    "inventory_transfer_inbound": Action(
        form("location", data=form("barcodeid:barcode quantity:any uom")), delivery.inbound
    ),
    "inventory_transfer_inbound_modify": Action(
        form("transactionid:number_or_digits barcodeid:barcode price:any"), delivery.inbound_modify
    ),
    "employee_add": Action(form(f"employee_id employee_name {_EMPLOYEE}"), people.employee_add),
    "employee_modify": Action(form("employee_id", f"employee_name {_EMPLOYEE}"), people.employee_modify),
    "employee_remove": Action(form("employee_id"), people.employee_remove),
    "vehicle_add": Action(form("vehicle_id:whole", _VEHICLE), people.vehicle_add),
    "vehicle_modify": Action(form("vehicle_id:whole", _VEHICLE), people.vehicle_modify),
    "vehicle_remove": Action(form("vehicle_id:whole"), people.vehicle_remove),
    "user_add": Action(form("new_username", _RIGHTS), people.user_add),
    "user_modify": Action(form("new_username", _RIGHTS), people.user_modify),
    "user_remove": Action(form("new_username"), people.user_remove),
    "tax_obligation_file": Action(
        form("location month:whole year:whole gross_sales:any excise_tax:any", "verify:flag"),
        people.tax_obligation_file,
    ),
    "sync_check": _reads(form("", "download:flag", data=_CHECKED), sync.check),
    **{f"sync_{tab}": _reads(form("", _RANGE), sync.table) for tab in (*sync.TABLES, *sync.WASHINGTON)},
}  # fmt: skip
NAMES = ("login", "nonce_replay", *ACTIONS)
"""Every action that a plan of faults may name."""
