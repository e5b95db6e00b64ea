DROP TRIGGER sale_not_changed;

DROP TRIGGER outbox_attempt_not_changed;

DROP TRIGGER patient_view_not_changed;

DROP TRIGGER patient_view_not_deleted;

DROP INDEX ix_patient_view_patient_id;

CREATE TEMPORARY TABLE views_before AS SELECT * FROM patient_view;

DROP TABLE patient_view;

CREATE TABLE patient_view (
    id INTEGER NOT NULL, patient_id TEXT NOT NULL, person_id TEXT NOT NULL, seen_at INTEGER NOT NULL, why TEXT NOT NULL,
    CONSTRAINT pk_patient_view PRIMARY KEY (id),
    CONSTRAINT fk_patient_view_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_patient_view_person_id FOREIGN KEY(person_id) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_patient_view_patient_id ON patient_view (patient_id);

INSERT INTO patient_view SELECT id, patient_id, person_id, seen_at, why FROM views_before;

DROP TABLE views_before;

DROP TABLE patient_purge;

CREATE TRIGGER patient_view_not_changed BEFORE UPDATE ON patient_view
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER patient_view_not_deleted BEFORE DELETE ON patient_view
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER sale_not_changed BEFORE UPDATE ON sale
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER outbox_attempt_not_changed BEFORE UPDATE ON outbox_attempt
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
