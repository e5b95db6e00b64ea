"""Sandboxes, the demo store and unattended selling; the live path never imports it."""
