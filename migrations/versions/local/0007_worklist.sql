DROP TRIGGER outbox_attempt_not_changed;

DROP TRIGGER outbox_attempt_not_deleted;

DROP INDEX ix_outbox_attempt_item_id;

ALTER TABLE outbox_attempt RENAME TO outbox_attempt_before;

CREATE TABLE outbox_attempt (
    id INTEGER NOT NULL, item_id TEXT NOT NULL, kind TEXT NOT NULL, sender_epoch INTEGER NOT NULL,
    at INTEGER NOT NULL, outcome TEXT NOT NULL, http_status INTEGER, sentence TEXT NOT NULL,
    excerpt TEXT NOT NULL, actor_id TEXT,
    CONSTRAINT pk_outbox_attempt PRIMARY KEY (id),
    CONSTRAINT fk_outbox_attempt_item_id FOREIGN KEY(item_id) REFERENCES outbox (id),
    CONSTRAINT fk_outbox_attempt_actor_id FOREIGN KEY(actor_id) REFERENCES person (id)
) STRICT;

INSERT INTO outbox_attempt (id, item_id, kind, sender_epoch, at, outcome, http_status, sentence, excerpt)
    SELECT id, item_id, kind, sender_epoch, at, outcome, http_status, sentence, excerpt FROM outbox_attempt_before;

DROP TABLE outbox_attempt_before;

CREATE INDEX ix_outbox_attempt_item_id ON outbox_attempt (item_id);

CREATE TRIGGER outbox_attempt_not_changed BEFORE UPDATE ON outbox_attempt
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER outbox_attempt_not_deleted BEFORE DELETE ON outbox_attempt
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE INDEX ix_outbox_open_age ON outbox (created_at, due_at, state)
    WHERE state NOT IN ('confirmed', 'cancelled');

CREATE INDEX ix_outbox_needs_person ON outbox (n) WHERE state IN ('rejected', 'conflict', 'blocked');

CREATE INDEX ix_sale_sold_at ON sale (sold_at);
