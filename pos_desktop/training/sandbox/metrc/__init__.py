"""What METRC v2 does, as far as a dispensary's point of sale can see it (contract `metrc`, sections 1 to 17)."""
