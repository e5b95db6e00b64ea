"""From what is true to what is shown: plain functions that build view states, tested without a window."""
