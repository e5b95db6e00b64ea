"""Tables of the sandbox. `document` columns hold JSON; quantities are exact decimal text, times are ticks."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS facility (
    id INTEGER PRIMARY KEY, license TEXT NOT NULL UNIQUE, zone TEXT NOT NULL, document TEXT NOT NULL,
    extra TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS credential (
    vendor_key TEXT NOT NULL, user_key TEXT NOT NULL, user_name TEXT NOT NULL, licenses TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (vendor_key, user_key)) STRICT;
CREATE TABLE IF NOT EXISTS patient (
    number TEXT PRIMARY KEY, active INTEGER NOT NULL, expires TEXT, document TEXT NOT NULL,
    periods TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS caregiver (
    number TEXT PRIMARY KEY, active INTEGER NOT NULL, patients TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, license TEXT NOT NULL, name TEXT NOT NULL,
    active INTEGER NOT NULL, modified INTEGER NOT NULL, document TEXT NOT NULL, extra TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS record_by_name ON record (kind, license, name);
CREATE TABLE IF NOT EXISTS package (
    id INTEGER PRIMARY KEY AUTOINCREMENT, license TEXT NOT NULL, label TEXT NOT NULL UNIQUE,
    item INTEGER NOT NULL REFERENCES record (id), place TEXT NOT NULL, quantity TEXT NOT NULL,
    unit TEXT NOT NULL, modified INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS package_by_place ON package (license, place, modified);
CREATE VIEW IF NOT EXISTS shown_package AS
    SELECT p.id, p.label, p.quantity, p.unit, p.modified, p.document, p.license, p.place,
        i.id AS item_id, i.document AS item_document, i.extra AS item_extra
    FROM package p JOIN record i ON i.id = p.item;
CREATE TABLE IF NOT EXISTS receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, license TEXT NOT NULL, external TEXT, patient TEXT,
    final INTEGER NOT NULL DEFAULT 0, archived TEXT, recorded INTEGER NOT NULL, recorded_by TEXT NOT NULL,
    modified INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS receipt_by_external ON receipt (external);
CREATE INDEX IF NOT EXISTS receipt_by_modified ON receipt (license, modified);
CREATE TABLE IF NOT EXISTS line (
    receipt INTEGER NOT NULL REFERENCES receipt (id), n INTEGER NOT NULL,
    package INTEGER NOT NULL REFERENCES package (id), taken TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (receipt, n)) STRICT;
CREATE TABLE IF NOT EXISTS purchase (
    id INTEGER PRIMARY KEY, patient TEXT NOT NULL, day TEXT NOT NULL, grams TEXT NOT NULL,
    receipt INTEGER REFERENCES receipt (id)) STRICT;
CREATE INDEX IF NOT EXISTS purchase_by_patient ON purchase (patient, day);
CREATE INDEX IF NOT EXISTS purchase_by_receipt ON purchase (receipt);
CREATE TABLE IF NOT EXISTS late (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, request TEXT NOT NULL) STRICT;
"""

# In the order in which they can be emptied.
TABLES = (
    "late", "purchase", "line", "receipt", "package", "record", "caregiver", "patient", "credential", "facility",
)  # fmt: skip
