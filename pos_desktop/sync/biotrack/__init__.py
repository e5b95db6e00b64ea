"""BioTrack for a medical dispensary: the legacy JSON API and the v3 REST API (biotrack contract)."""
