"""Devices on the wire for tests and for training: they speak the bytes of real ones over a socket or a pty."""
