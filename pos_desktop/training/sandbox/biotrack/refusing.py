"""Business refusals: a code class and a text (contract section 3.4)."""

from typing import Self

PROTOCOL, PRIVILEGE, SESSION, RULE, EMPLOYEE, NOT_FOUND, INPUT, SERVER, LOCKED = (
    17, 62, 63, 202, 600, 602, 603, 1000, 1020,
)  # fmt: skip


class Refused(Exception):
    """Ends a request with `success` 0; nothing of it is kept. A failed login has no code."""

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text

    @classmethod
    def login(cls) -> Self:
        return cls(None, "Invalid username or password.")

    @classmethod
    def session(cls) -> Self:
        return cls(SESSION, "Your session has expired.")

    @classmethod
    def privilege(cls, action: str) -> Self:
        return cls(PRIVILEGE, f"The current session does not possess access to the {action} privilege.")

    @classmethod
    def possession(cls, barcode: object) -> Self:
        return cls(NOT_FOUND, f"You do not currently have possession of identifier {_said(barcode)}.")

    @classmethod
    def quantity(cls) -> Self:
        return cls(RULE, "You did not provide a whole quantity.")

    @classmethod
    def missing(cls, name: str) -> Self:
        return cls(NOT_FOUND, f"The field {name} is missing.")


def _said(value: object) -> str:
    return value if isinstance(value, str) else "of another kind than text"
