"""Transports move bytes and know nothing of protocols."""

from hardware.transports.base import Link, Transport
from hardware.transports.serial_line import SerialTransport
from hardware.transports.tcp import TcpTransport

__all__ = ["Link", "SerialTransport", "TcpTransport", "Transport"]
