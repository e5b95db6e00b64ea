"""Turns what the hardware says into what the ports ask for."""
