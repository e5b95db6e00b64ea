"""METRC Web API, version 2, for a medical dispensary (metrc contract)."""
