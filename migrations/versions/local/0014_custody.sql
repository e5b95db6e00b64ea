CREATE TABLE custody_event (
    id INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, actor_id TEXT NOT NULL,
    second_id TEXT, cash_cents INTEGER NOT NULL, told TEXT NOT NULL, epoch INTEGER NOT NULL,
    journal_seq INTEGER NOT NULL, journal_hash TEXT NOT NULL,
    CONSTRAINT pk_custody_event PRIMARY KEY (id),
    CONSTRAINT fk_custody_event_actor_id FOREIGN KEY(actor_id) REFERENCES person (id),
    CONSTRAINT fk_custody_event_second_id FOREIGN KEY(second_id) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_custody_event_subject ON custody_event (subject);

CREATE TRIGGER custody_event_not_changed BEFORE UPDATE ON custody_event
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER custody_event_not_deleted BEFORE DELETE ON custody_event
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
