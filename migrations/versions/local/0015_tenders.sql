ALTER TABLE payment ADD COLUMN rounding_cents INTEGER;

ALTER TABLE payment ADD COLUMN card TEXT;

CREATE UNIQUE INDEX ix_payment_card ON payment (card) WHERE card IS NOT NULL;

CREATE TABLE card_payment (
    id INTEGER NOT NULL, reference TEXT NOT NULL, sale_id TEXT NOT NULL, patient_id TEXT NOT NULL,
    session_id TEXT NOT NULL, terminal TEXT NOT NULL, cents INTEGER NOT NULL, at INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    CONSTRAINT pk_card_payment PRIMARY KEY (id),
    CONSTRAINT uq_card_payment_reference UNIQUE (reference),
    CONSTRAINT fk_card_payment_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_card_payment_session_id FOREIGN KEY(session_id) REFERENCES till_session (id),
    CONSTRAINT fk_card_payment_actor_id FOREIGN KEY(actor_id) REFERENCES person (id)
) STRICT;

CREATE INDEX ix_card_payment_patient_id ON card_payment (patient_id);

CREATE INDEX ix_card_payment_session_id ON card_payment (session_id);

CREATE TABLE card_step (
    reference TEXT NOT NULL, n INTEGER NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, actor_id TEXT NOT NULL,
    session_id TEXT, code TEXT NOT NULL, last_four TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT,
    CONSTRAINT pk_card_step PRIMARY KEY (reference, n),
    CONSTRAINT fk_card_step_reference FOREIGN KEY(reference) REFERENCES card_payment (reference),
    CONSTRAINT fk_card_step_actor_id FOREIGN KEY(actor_id) REFERENCES person (id),
    CONSTRAINT fk_card_step_session_id FOREIGN KEY(session_id) REFERENCES till_session (id),
    CONSTRAINT fk_card_step_decided_by FOREIGN KEY(decided_by) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE INDEX ix_card_step_session_id ON card_step (session_id);

CREATE TABLE credit_entry (
    id INTEGER NOT NULL, patient_id TEXT NOT NULL, kind TEXT NOT NULL, cents INTEGER NOT NULL, at INTEGER NOT NULL,
    actor_id TEXT NOT NULL, reason TEXT NOT NULL, sale_id TEXT, session_id TEXT,
    CONSTRAINT pk_credit_entry PRIMARY KEY (id),
    CONSTRAINT fk_credit_entry_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_credit_entry_actor_id FOREIGN KEY(actor_id) REFERENCES person (id),
    CONSTRAINT fk_credit_entry_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id),
    CONSTRAINT fk_credit_entry_session_id FOREIGN KEY(session_id) REFERENCES till_session (id)
) STRICT;

CREATE INDEX ix_credit_entry_patient_id ON credit_entry (patient_id);

CREATE TRIGGER card_payment_not_changed BEFORE UPDATE ON card_payment
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER card_payment_not_deleted BEFORE DELETE ON card_payment
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER card_step_not_changed BEFORE UPDATE ON card_step
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER card_step_not_deleted BEFORE DELETE ON card_step
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER credit_entry_not_changed BEFORE UPDATE ON credit_entry
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER credit_entry_not_deleted BEFORE DELETE ON credit_entry
BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
