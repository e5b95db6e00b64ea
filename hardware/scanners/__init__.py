"""Scanners: bursts of keys made into scans, and scans sorted by what they are."""
