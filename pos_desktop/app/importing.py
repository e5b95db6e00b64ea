"""Lists that a store brings along: patients, products, prices as CSV. A file with a bad row imports nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pos_desktop.app.reception import parse_date
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.model import Category, Holder, Measures
from pos_desktop.domain.money import Money, parse_money
from pos_desktop.domain.patient import Standing
from pos_desktop.domain.sensitive import BirthDate, CardNumber, Private, guard

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_SHOWN = 20
_FORMULA = ("=", "+", "-", "@")
"""A cell that begins so is worked out by a spreadsheet that opens it again."""
_MOST_BP = 10_000


@dataclass(frozen=True, slots=True)
class PatientRow:
    card_number: str
    first_name: str
    last_name: str
    birth_date: date
    card_expires: date | None
    card_starts: date | None
    card_kind: str
    holder: str
    standing: Standing | None
    """None: the file does not say."""

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber, first_name=Private, last_name=Private, birth_date=BirthDate)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """What the store knows of a product that the state does not say; `measures` of one piece, or of one gram."""

    name: str
    category: Category | None
    measures: Measures
    price: Money | None


@dataclass(frozen=True, slots=True)
class PriceRow:
    name: str
    price: Money


def read_patients(
    text: str, today: date, caregivers: Collection[str] = frozenset(), *, card_kind: str = "registry"
) -> list[PatientRow]:
    """Columns `card_number, first_name, last_name, birth_date, card_expires`; more are optional, unknown ones refused.

    Nobody is born after `today`, the store's own day. `caregivers`: card numbers that a caregiver of this store has.
    `card_kind`: of a row that does not say.

    Raises:
        BadInput: names each bad row by its line; nothing is imported.
    """
    need = ("card_number", "first_name", "last_name", "birth_date", "card_expires")
    more = ("card_starts", "card_kind", "holder", "standing")
    taken = {each.casefold() for each in caregivers}
    return read_rows(
        text,
        need,
        more,
        lambda row: _patient(row, today, taken, card_kind),
        lambda row: row.card_number,
        "card number",
    )


def read_products(text: str) -> list[ProductRow]:
    """Columns `name`; optional `category`, `price` and the measures of one piece (or one gram)."""
    more = (
        "category",
        "price",
        "net_mg",
        "thc_mg",
        "equiv_mg",
        "premix_mg",
        "volume_ul",
        "supply_mdays",
        "potency_bp",
    )
    return read_rows(text, ("name",), more, read_product, lambda row: row.name, "product")


def read_prices(text: str) -> list[PriceRow]:
    """Columns `name, price`: per piece, or per gram where sold by weight."""
    return read_rows(text, ("name", "price"), (), _price, lambda row: row.name, "product")


def read_rows(
    text: str,
    need: tuple[str, ...],
    more: tuple[str, ...],
    read: Callable[[Mapping[str, str]], T],
    key: Callable[[T], str],
    what: str,
) -> list[T]:
    """Every row as read; `key` names a row (case ignored) and stands in the file once."""
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[T] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    try:
        header = _header(next(table, []), need, more)
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            try:
                row = read(_named(header, cells))
                first = seen.setdefault(key(row).casefold(), table.line_num)
                if first != table.line_num:
                    raise BadInput(f"this {what} stands in line {first} already.")
                rows.append(row)
            except BadInput as problem:
                wrong.append(f"Line {table.line_num}: {problem.sentence.removesuffix(' Nothing was saved.')}")
    except csv.Error as problem:
        wrong.append(f"Line {table.line_num}: this is not CSV ({problem}).")
    if wrong:
        hidden = [f"… and {len(wrong) - _SHOWN} more lines."] if len(wrong) > _SHOWN else []
        raise BadInput("\n".join([*wrong[:_SHOWN], *hidden, "Nothing was imported."]))
    if not rows:
        raise BadInput("The file holds no rows. Nothing was imported.")
    return rows


def _header(cells: list[str], need: tuple[str, ...], more: tuple[str, ...]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
        raise BadInput(
            "The cells of this file are not parted by commas. Save it as CSV with commas between the cells. "
            "Nothing was imported."
        )
    missing = [name for name in need if name not in header]
    unknown = [name for name in header if name not in (*need, *more)]
    if missing or unknown or len(set(header)) != len(header):
        what = (
            f"misses {', '.join(missing)}"
            if missing
            else f"has columns not known here: {', '.join(name or 'one without a name' for name in unknown)}"
            if unknown
            else "names a column twice"
        )
        raise BadInput(
            f"The first line {what}. It names the columns: {', '.join(need)}"
            + (f"; also allowed: {', '.join(more)}" if more else "")
            + ". Nothing was imported."
        )
    return header


def _named(header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise BadInput(f"{len(cells)} cells where the first line has {len(header)}.")
    return {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _patient(row: Mapping[str, str], today: date, taken: Collection[str], card_kind: str) -> PatientRow:
    if filled(row, "card_number").casefold() in taken:
        raise BadInput("this card number is a caregiver's in this store; a card has one holder.")
    born = parse_date(Private(row["birth_date"]), "birth_date")
    if born > today:
        raise BadInput("birth_date: this is in the future.")
    starts, expires = row.get("card_starts", ""), row["card_expires"]
    return PatientRow(
        card_number=filled(row, "card_number"),
        first_name=filled(row, "first_name"),
        last_name=filled(row, "last_name"),
        birth_date=born,
        card_expires=parse_date(expires, "card_expires") if expires else None,
        card_starts=parse_date(starts, "card_starts") if starts else None,
        card_kind=_plain_word(row.get("card_kind", "") or card_kind, "card_kind"),
        holder=word(Holder, row.get("holder", "") or Holder.RESIDENT, "holder"),
        standing=word(Standing, row["standing"], "standing") if row.get("standing") else None,
    )


def read_product(row: Mapping[str, str]) -> ProductRow:
    names = ("net_mg", "thc_mg", "equiv_mg", "premix_mg", "volume_ul", "supply_mdays", "potency_bp")
    category = row.get("category", "")
    price = row.get("price", "")
    measures = Measures(**{name: whole(row.get(name, ""), name) for name in names})
    if measures.potency_bp is not None and measures.potency_bp > _MOST_BP:
        raise BadInput(f"potency_bp: {measures.potency_bp} is more than all of it ({_MOST_BP}).")
    return ProductRow(
        name=filled(row, "name"),
        category=word(Category, category, "category") if category else None,
        measures=measures,
        price=_money(price) if price else None,
    )


def _price(row: Mapping[str, str]) -> PriceRow:
    return PriceRow(filled(row, "name"), _money(row["price"]))


def filled(row: Mapping[str, str], name: str) -> str:
    value = " ".join(row[name].split())
    if not value:
        raise BadInput(f"{name} is empty.")
    if not value.isprintable() or value.startswith(_FORMULA):
        raise BadInput(f"{name} holds signs that do not belong there.")
    return value


def whole(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadInput(f"{name}: “{text}” is not a whole number.")
    return int(text)


def _money(text: str) -> Money:
    try:
        return parse_money(text)
    except ValueError as wrong:
        raise BadInput(f"price: {wrong}.") from None


def word(kind: type[E], text: str, name: str) -> E:
    try:
        return kind(text.lower())
    except ValueError:
        raise BadInput(f"{name}: “{text}” is not one of {', '.join(each.value for each in kind)}.") from None


def _plain_word(text: str, name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z-]{0,30}", text.lower()):
        raise BadInput(f"{name}: “{text}” is not one plain word.")
    return text.lower()
