"""What this register holds against what the state holds: sales, voids and packages, both ways. Pure."""
