"""Offline-first point of sale for medical cannabis dispensaries."""
