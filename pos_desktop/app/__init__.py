"""Use cases of the counter and the ports that they need."""
