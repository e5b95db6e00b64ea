"""Tables of the BioTrack sandbox. `training` 0 and 1 never meet; amounts are exact text, times whole seconds."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS company (ubi TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS location (
    location TEXT PRIMARY KEY, ubi TEXT NOT NULL REFERENCES company (ubi), zone TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS user (
    ubi TEXT NOT NULL REFERENCES company (ubi), username TEXT NOT NULL, password TEXT NOT NULL,
    admin INTEGER NOT NULL, privileges TEXT NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ubi, username)) STRICT;
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, ubi TEXT NOT NULL, username TEXT NOT NULL, training INTEGER NOT NULL,
    used INTEGER NOT NULL, expires INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS patient (
    training INTEGER NOT NULL, card_id TEXT NOT NULL, active INTEGER NOT NULL, expires TEXT NOT NULL,
    amount TEXT, days INTEGER NOT NULL, privileges TEXT NOT NULL, caregivers TEXT NOT NULL,
    PRIMARY KEY (training, card_id)) STRICT;
CREATE TABLE IF NOT EXISTS card_key (
    card_key TEXT PRIMARY KEY, training INTEGER NOT NULL, ubi TEXT NOT NULL, location TEXT NOT NULL,
    card_id TEXT NOT NULL, expires INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS purchase (
    id INTEGER PRIMARY KEY, training INTEGER NOT NULL, card_id TEXT NOT NULL, sold_at INTEGER NOT NULL,
    units TEXT NOT NULL, sale INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS purchase_by_card ON purchase (training, card_id, sold_at);
CREATE INDEX IF NOT EXISTS purchase_by_sale ON purchase (sale);
CREATE TABLE IF NOT EXISTS journal (
    transactionid INTEGER PRIMARY KEY, training INTEGER NOT NULL, ubi TEXT NOT NULL, username TEXT NOT NULL,
    action TEXT NOT NULL, at INTEGER NOT NULL, request TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS row (
    training INTEGER NOT NULL, tab TEXT NOT NULL, key TEXT NOT NULL, ubi TEXT NOT NULL, at INTEGER NOT NULL,
    transactionid INTEGER NOT NULL, original INTEGER NOT NULL, deleted INTEGER NOT NULL,
    document TEXT NOT NULL, extra TEXT NOT NULL, PRIMARY KEY (training, tab, key)) STRICT;
CREATE INDEX IF NOT EXISTS row_by_transaction ON row (training, tab, transactionid);
CREATE INDEX IF NOT EXISTS row_by_original ON row (training, tab, original);
CREATE TABLE IF NOT EXISTS sale (
    transactionid INTEGER PRIMARY KEY, training INTEGER NOT NULL, ubi TEXT NOT NULL, location TEXT NOT NULL,
    sold_at INTEGER NOT NULL, voided INTEGER, facts TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS nonce (
    training INTEGER NOT NULL, ubi TEXT NOT NULL, nonce TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (training, ubi, nonce)) STRICT;
CREATE TABLE IF NOT EXISTS request_id (
    training INTEGER NOT NULL, ubi TEXT NOT NULL, request_id TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (training, ubi, request_id)) STRICT;
CREATE TABLE IF NOT EXISTS locked_month (
    training INTEGER NOT NULL, location TEXT NOT NULL, month TEXT NOT NULL,
    PRIMARY KEY (training, location, month)) STRICT;
CREATE TABLE IF NOT EXISTS late (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, request TEXT NOT NULL) STRICT;
"""

# In the order in which they can be emptied.
TABLES = (
    "late", "locked_month", "request_id", "nonce", "sale", "row", "journal", "purchase", "card_key", "patient",
    "session", "user", "location", "company",
)  # fmt: skip
