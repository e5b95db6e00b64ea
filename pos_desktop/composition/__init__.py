"""The one place that builds real objects and joins them; no rules in here."""
