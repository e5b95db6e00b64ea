CREATE TABLE sale_lift (
    sale_id TEXT NOT NULL, n INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, lifted_by TEXT NOT NULL,
    cite TEXT NOT NULL,
    CONSTRAINT pk_sale_lift PRIMARY KEY (sale_id, n),
    CONSTRAINT fk_sale_lift_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id),
    CONSTRAINT fk_sale_lift_lifted_by FOREIGN KEY(lifted_by) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER sale_lift_not_changed BEFORE UPDATE ON sale_lift
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER sale_lift_not_deleted BEFORE DELETE ON sale_lift
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
