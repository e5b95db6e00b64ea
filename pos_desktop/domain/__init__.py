"""Money, units, patients, packages, sales and limits; standard library only."""
