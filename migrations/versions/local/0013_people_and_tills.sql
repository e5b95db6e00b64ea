CREATE TABLE pin (
    person_id TEXT NOT NULL, hash TEXT NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
    CONSTRAINT pk_pin PRIMARY KEY (person_id),
    CONSTRAINT fk_pin_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_pin_set_by FOREIGN KEY(set_by) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE wrong_pins (
    who TEXT NOT NULL, times INTEGER NOT NULL, last INTEGER NOT NULL,
    CONSTRAINT pk_wrong_pins PRIMARY KEY (who)
) WITHOUT ROWID, STRICT;

CREATE TABLE patient_view (
    id INTEGER NOT NULL, patient_id TEXT NOT NULL, person_id TEXT NOT NULL, seen_at INTEGER NOT NULL, why TEXT NOT NULL,
    CONSTRAINT pk_patient_view PRIMARY KEY (id),
    CONSTRAINT fk_patient_view_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_patient_view_person_id FOREIGN KEY(person_id) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_patient_view_patient_id ON patient_view (patient_id);

CREATE TABLE till_event (
    id INTEGER NOT NULL, session_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, actor_id TEXT NOT NULL,
    cash_cents INTEGER NOT NULL, reason TEXT NOT NULL, reference TEXT NOT NULL, witness TEXT,
    CONSTRAINT pk_till_event PRIMARY KEY (id),
    CONSTRAINT fk_till_event_session_id FOREIGN KEY(session_id) REFERENCES till_session (id),
    CONSTRAINT fk_till_event_actor_id FOREIGN KEY(actor_id) REFERENCES person (id),
    CONSTRAINT fk_till_event_witness FOREIGN KEY(witness) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_till_event_session_id ON till_event (session_id);

CREATE TABLE till_count (
    session_id TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, actor_id TEXT NOT NULL, pieces TEXT NOT NULL,
    total_cents INTEGER NOT NULL, expected_cents INTEGER NOT NULL,
    CONSTRAINT pk_till_count PRIMARY KEY (session_id, n),
    CONSTRAINT fk_till_count_session_id FOREIGN KEY(session_id) REFERENCES till_session (id),
    CONSTRAINT fk_till_count_actor_id FOREIGN KEY(actor_id) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE z_report (
    epoch INTEGER NOT NULL, number INTEGER NOT NULL, session_id TEXT NOT NULL, at INTEGER NOT NULL,
    document TEXT NOT NULL, journal_seq INTEGER NOT NULL, journal_hash TEXT NOT NULL,
    CONSTRAINT pk_z_report PRIMARY KEY (epoch, number),
    CONSTRAINT uq_z_report_session_id UNIQUE (session_id),
    CONSTRAINT fk_z_report_session_id FOREIGN KEY(session_id) REFERENCES till_session (id)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER patient_view_not_changed BEFORE UPDATE ON patient_view
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER patient_view_not_deleted BEFORE DELETE ON patient_view
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER till_event_not_changed BEFORE UPDATE ON till_event
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER till_event_not_deleted BEFORE DELETE ON till_event
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER till_count_not_changed BEFORE UPDATE ON till_count
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER till_count_not_deleted BEFORE DELETE ON till_count
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER z_report_not_changed BEFORE UPDATE ON z_report
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER z_report_not_deleted BEFORE DELETE ON z_report
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TABLE journal_seal (
    epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL, signature BLOB NOT NULL,
    "key" BLOB NOT NULL,
    CONSTRAINT pk_journal_seal PRIMARY KEY (epoch, seq)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER journal_seal_not_changed BEFORE UPDATE ON journal_seal
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER journal_seal_not_deleted BEFORE DELETE ON journal_seal
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
