"""Scales, printers, drawers and scanners in their own words; knows nothing of the program."""
