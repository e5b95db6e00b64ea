"""The one error of the package. It stays inside: ports hand out values."""

from enum import StrEnum


class LinkFault(StrEnum):
    """Why bytes could not be moved."""

    MISSING = "missing"
    IN_USE = "in-use"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    SETTINGS = "settings"
    TIMEOUT = "timeout"
    LOST = "lost"


class LinkDownError(Exception):
    """A transport could not open, send or receive. Raised by transports, caught by drivers.

    Attributes:
        fault: The kind, for a sentence.
        taken: Bytes of the failed `send` that the system had accepted; None where it cannot tell.
    """

    def __init__(self, fault: LinkFault, detail: str = "", taken: int | None = 0) -> None:
        super().__init__(f"{fault.value}: {detail}" if detail else fault.value)
        self.fault = fault
        self.taken = taken
