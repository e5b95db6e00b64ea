"""Reports sales to the state: the outbox machine, its loop and a folder per service."""
