"""The BioTrack system: legacy JSON endpoint and REST "v3" (docs/sandbox-biotrack.md)."""
