"""Keeps keys in the stores of the system that hold them safely, and in no other."""
