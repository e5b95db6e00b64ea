"""Keeps keys in the stores of the system that hold them safely, and in no other."""

from pos_desktop.keystore.choosing import choose

__all__ = ["choose"]
