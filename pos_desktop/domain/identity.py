"""Identifiers. Ids made here are UUIDv7 text; tags and numbers made elsewhere are kept as they came."""

from __future__ import annotations

from typing import NewType

PatientId = NewType("PatientId", str)
CaregiverId = NewType("CaregiverId", str)
PersonId = NewType("PersonId", str)
"""A member of staff: the actor of a sale or a journal entry."""
ProductId = NewType("ProductId", str)
PackageTag = NewType("PackageTag", str)
"""The state's package label, upper case (24 hexadecimal characters in METRC states)."""
SaleId = NewType("SaleId", str)
"""UUIDv7 made when the basket is opened, so that a repeated commit meets the primary key (reliability 3)."""
TillSessionId = NewType("TillSessionId", str)
RegisterId = NewType("RegisterId", str)
