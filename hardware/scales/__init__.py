"""Scales: pure protocol parsers, the rules of selling a weight, and the driver that joins them."""
