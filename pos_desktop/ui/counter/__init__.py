"""The parts of the counter: bar, rail, patient, cart, money."""
