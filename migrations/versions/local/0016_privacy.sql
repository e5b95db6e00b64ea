DROP TRIGGER patient_view_not_changed;

DROP TRIGGER patient_view_not_deleted;

DROP INDEX ix_patient_view_patient_id;

CREATE TEMPORARY TABLE views_before AS SELECT * FROM patient_view;

DROP TABLE patient_view;

CREATE TABLE patient_view (
    id INTEGER NOT NULL, patient_id TEXT NOT NULL, person_id TEXT NOT NULL, seen_at INTEGER NOT NULL, why TEXT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT pk_patient_view PRIMARY KEY (id),
    CONSTRAINT fk_patient_view_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_patient_view_person_id FOREIGN KEY(person_id) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_patient_view_patient_id ON patient_view (patient_id);

INSERT INTO patient_view SELECT id, patient_id, person_id, seen_at, why, '' FROM views_before;

DROP TABLE views_before;

CREATE TABLE patient_purge (
    patient_id TEXT NOT NULL, at INTEGER NOT NULL, purged_by TEXT NOT NULL, approved_by TEXT, reason TEXT NOT NULL,
    CONSTRAINT pk_patient_purge PRIMARY KEY (patient_id),
    CONSTRAINT fk_patient_purge_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_patient_purge_purged_by FOREIGN KEY(purged_by) REFERENCES person (id),
    CONSTRAINT fk_patient_purge_approved_by FOREIGN KEY(approved_by) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

DROP TRIGGER sale_not_changed;

DROP TRIGGER outbox_attempt_not_changed;

CREATE TRIGGER patient_view_not_changed BEFORE UPDATE ON patient_view WHEN NOT (EXISTS (SELECT 1 FROM patient_purge
    p WHERE p.patient_id = OLD.patient_id) AND coalesce(NEW.note, '') = '' AND NEW.id IS OLD.id AND NEW.patient_id
    IS OLD.patient_id AND NEW.person_id IS OLD.person_id AND NEW.seen_at IS OLD.seen_at AND NEW.why IS OLD.why)
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER patient_view_not_deleted BEFORE DELETE ON patient_view BEGIN SELECT RAISE(ABORT, 'history is never
    deleted'); END;

CREATE TRIGGER patient_purge_not_changed BEFORE UPDATE ON patient_purge BEGIN SELECT RAISE(ABORT, 'history is never
    changed'); END;

CREATE TRIGGER patient_purge_not_deleted BEFORE DELETE ON patient_purge BEGIN SELECT RAISE(ABORT, 'history is never
    deleted'); END;

CREATE TRIGGER sale_not_changed BEFORE UPDATE ON sale WHEN NOT (EXISTS (SELECT 1 FROM patient_purge p WHERE
    p.patient_id = OLD.patient_id) AND coalesce(NEW.patient_card, '') = '' AND coalesce(NEW.patient_name, '') = ''
    AND coalesce(NEW.caregiver_card, '') = '' AND NEW.id IS OLD.id AND NEW.register_code IS OLD.register_code AND
    NEW.epoch IS OLD.epoch AND NEW.counter IS OLD.counter AND NEW.external IS OLD.external AND NEW.patient_id IS
    OLD.patient_id AND NEW.caregiver_id IS OLD.caregiver_id AND NEW.customer_type IS OLD.customer_type AND
    NEW.actor_id IS OLD.actor_id AND NEW.actor_name IS OLD.actor_name AND NEW.till_session_id IS OLD.till_session_id
    AND NEW.sold_at IS OLD.sold_at AND NEW.zone IS OLD.zone AND NEW.subtotal_cents IS OLD.subtotal_cents AND
    NEW.tax_cents IS OLD.tax_cents AND NEW.total_cents IS OLD.total_cents AND NEW.basis IS OLD.basis AND NEW.rules
    IS OLD.rules AND NEW.pack IS OLD.pack AND NEW.journal_seq IS OLD.journal_seq AND NEW.journal_hash IS
    OLD.journal_hash) BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER outbox_attempt_not_changed BEFORE UPDATE ON outbox_attempt WHEN NOT (EXISTS (SELECT 1 FROM outbox o
    JOIN sale s ON s.id = o.sale_id JOIN patient_purge p ON p.patient_id = s.patient_id WHERE o.id = OLD.item_id)
    AND coalesce(NEW.sentence, '') = '' AND coalesce(NEW.excerpt, '') = '' AND NEW.id IS OLD.id AND NEW.item_id IS
    OLD.item_id AND NEW.kind IS OLD.kind AND NEW.sender_epoch IS OLD.sender_epoch AND NEW.at IS OLD.at AND
    NEW.outcome IS OLD.outcome AND NEW.http_status IS OLD.http_status AND NEW.actor_id IS OLD.actor_id) BEGIN SELECT
    RAISE(ABORT, 'history is never changed'); END;
