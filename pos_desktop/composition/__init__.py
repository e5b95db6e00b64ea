"""The one place that builds real objects and joins them. No rules in here, and nothing heavy imported at the top."""
