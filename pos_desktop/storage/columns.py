"""The kinds of columns and tables that the store's schema is written in."""

from __future__ import annotations

from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from pos_desktop.domain.limits.model import Measures

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MEASURES = tuple(each.name for each in fields(Measures))


def text(name: str, *more: SchemaItem, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *more, nullable=null, primary_key=key)


def nocase(name: str) -> sa.Column[str]:
    """Compared without case, also by its indexes."""
    return sa.Column(name, sa.Text(collation="NOCASE"), nullable=False)


def whole(name: str, *more: SchemaItem, null: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *more, nullable=null, primary_key=key, autoincrement=False)


def number(name: str) -> sa.Column[int]:
    """The row's own number, given out by SQLite in the order of the commits."""
    return sa.Column(name, sa.Integer, primary_key=True)


def blob(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def measures() -> list[sa.Column[int]]:
    return [whole(name, null=True) for name in MEASURES]


def to(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column)


def table(name: str, *columns: SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns, sqlite_strict=True)


def clustered(name: str, *columns: SchemaItem) -> sa.Table:
    """Rows live in the primary key's own tree: one page read, one page written."""
    return sa.Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=False)
