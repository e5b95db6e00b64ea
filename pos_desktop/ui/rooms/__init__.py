"""Whole rooms beside the counter, imported when one is first opened."""
