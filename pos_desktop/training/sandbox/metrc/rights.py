"""What a METRC user may do, as far as the contract names rights (sections 6.2, 7, 8, 10 and 11).

A user has every right unless the seed takes it away; a missing one answers 401, which looks like a bad key (1.1).
"""

from collections.abc import Mapping

from pos_desktop.training.sandbox.http import Refusal, Request
from pos_desktop.training.sandbox.metrc.call import User

# Beginning of a path -> rights of which a read needs one, rights of which a write needs one. The first match counts.
_NEEDED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "employees/v2": (("Manage Employees",), ()),
    "patients/v2/statuses/": (("Lookup Patients",), ()),
    "caregivers/v2/status/": (("Lookup Caregivers",), ()),
    "patients/v2": (("Manage Patients",), ("Manage Patients",)),
    "sales/v2/receipts": (("View Sales", "Manage Sales"), ("Manage Sales",)),
    "packages/v2": (("View Packages",), ()),
    "items/v2": (("Manage Items",), ()),
}
RIGHTS = frozenset(right for reads, writes in _NEEDED.values() for right in (*reads, *writes))


def refuse_without_right(user: User, request: Request) -> None:
    """Raises Refusal where the user lacks every right that the call could rest on."""
    if not user.without:
        return
    path = "/".join(request.segments)
    reads, writes = next((needed for start, needed in _NEEDED.items() if path.startswith(start)), ((), ()))
    needed = reads if request.method == "GET" else writes
    if needed and user.without.issuperset(needed):
        raise Refusal.empty(401)
