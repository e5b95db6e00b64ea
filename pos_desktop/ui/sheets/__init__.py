"""The sheets over the counter; each is imported and built when it is first shown."""
