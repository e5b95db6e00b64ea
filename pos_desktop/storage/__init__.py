"""The encrypted local store behind the repositories of the ports."""
