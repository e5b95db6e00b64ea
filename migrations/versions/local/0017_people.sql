DROP TABLE wrong_pins;

CREATE TABLE wrong_pins (
    who TEXT NOT NULL, times INTEGER NOT NULL, last INTEGER NOT NULL, mono INTEGER NOT NULL, boot TEXT NOT NULL,
    CONSTRAINT pk_wrong_pins PRIMARY KEY (who)
) WITHOUT ROWID, STRICT;

CREATE TABLE person_change (
    id INTEGER NOT NULL, person_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
    at INTEGER NOT NULL, actor_id TEXT NOT NULL,
    CONSTRAINT pk_person_change PRIMARY KEY (id),
    CONSTRAINT fk_person_change_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_person_change_actor_id FOREIGN KEY(actor_id) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_person_change_person_id ON person_change (person_id);

CREATE TABLE second_factor (
    person_id TEXT NOT NULL, nonce BLOB NOT NULL, last_step INTEGER NOT NULL, set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    CONSTRAINT pk_second_factor PRIMARY KEY (person_id),
    CONSTRAINT fk_second_factor_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_second_factor_set_by FOREIGN KEY(set_by) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE emergency_code (
    n INTEGER NOT NULL, hash TEXT NOT NULL, sealed_by TEXT NOT NULL, sealed_at INTEGER NOT NULL,
    CONSTRAINT pk_emergency_code PRIMARY KEY (n),
    CONSTRAINT fk_emergency_code_sealed_by FOREIGN KEY(sealed_by) REFERENCES person (id)
) STRICT;

CREATE TABLE emergency_event (
    n INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, actor_id TEXT NOT NULL, words TEXT NOT NULL,
    CONSTRAINT pk_emergency_event PRIMARY KEY (n, kind),
    CONSTRAINT fk_emergency_event_n FOREIGN KEY(n) REFERENCES emergency_code (n),
    CONSTRAINT fk_emergency_event_actor_id FOREIGN KEY(actor_id) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER person_change_not_changed BEFORE UPDATE ON person_change
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER person_change_not_deleted BEFORE DELETE ON person_change
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER emergency_code_not_changed BEFORE UPDATE ON emergency_code
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER emergency_code_not_deleted BEFORE DELETE ON emergency_code
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER emergency_event_not_changed BEFORE UPDATE ON emergency_event
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER emergency_event_not_deleted BEFORE DELETE ON emergency_event
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
