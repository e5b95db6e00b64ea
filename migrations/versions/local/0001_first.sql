-- The first form of the local store. Statements end with a semicolon before an empty line.

CREATE TABLE store (
    id INTEGER NOT NULL, register_id TEXT NOT NULL, epoch INTEGER NOT NULL, generation INTEGER NOT NULL,
    profile TEXT NOT NULL, clean INTEGER NOT NULL, created_at INTEGER NOT NULL,
    CONSTRAINT pk_store PRIMARY KEY (id),
    CONSTRAINT ck_store_one CHECK (id = 1)
) STRICT;

CREATE TABLE setting (
    "key" TEXT NOT NULL, value TEXT NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY ("key")
) WITHOUT ROWID, STRICT;

CREATE TABLE person (
    id TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, active INTEGER NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE till_session (
    id TEXT NOT NULL, register_code TEXT NOT NULL, opened_at INTEGER NOT NULL, opened_by TEXT NOT NULL,
    float_cents INTEGER, closed_at INTEGER, closed_by TEXT, expected_cents INTEGER, counted_cents INTEGER,
    note TEXT,
    CONSTRAINT pk_till_session PRIMARY KEY (id),
    CONSTRAINT fk_till_session_opened_by FOREIGN KEY(opened_by) REFERENCES person (id),
    CONSTRAINT fk_till_session_closed_by FOREIGN KEY(closed_by) REFERENCES person (id)
) WITHOUT ROWID, STRICT;

CREATE UNIQUE INDEX uq_till_session_open ON till_session (register_code) WHERE closed_at IS NULL;

CREATE TABLE patient (
    id TEXT NOT NULL, card_number TEXT COLLATE "NOCASE" NOT NULL, first_name TEXT COLLATE "NOCASE" NOT NULL,
    last_name TEXT COLLATE "NOCASE" NOT NULL, birth_date TEXT NOT NULL, card_expires TEXT, card_starts TEXT,
    card_kind TEXT NOT NULL, standing TEXT NOT NULL, holder TEXT NOT NULL, ledger_rev INTEGER NOT NULL,
    entered_by TEXT NOT NULL, entered_at INTEGER NOT NULL,
    CONSTRAINT pk_patient PRIMARY KEY (id),
    CONSTRAINT uq_patient_card_number UNIQUE (card_number)
) WITHOUT ROWID, STRICT;

CREATE INDEX ix_patient_birth_date ON patient (birth_date);

CREATE INDEX ix_patient_last_name_first_name ON patient (last_name, first_name);

CREATE TABLE caregiver (
    id TEXT NOT NULL, card_number TEXT COLLATE "NOCASE" NOT NULL, first_name TEXT COLLATE "NOCASE" NOT NULL,
    last_name TEXT COLLATE "NOCASE" NOT NULL, card_expires TEXT, standing TEXT NOT NULL,
    CONSTRAINT pk_caregiver PRIMARY KEY (id),
    CONSTRAINT uq_caregiver_card_number UNIQUE (card_number)
) WITHOUT ROWID, STRICT;

CREATE TABLE caregiver_patient (
    caregiver_id TEXT NOT NULL, patient_id TEXT NOT NULL,
    CONSTRAINT pk_caregiver_patient PRIMARY KEY (caregiver_id, patient_id),
    CONSTRAINT fk_caregiver_patient_caregiver_id FOREIGN KEY(caregiver_id) REFERENCES caregiver (id),
    CONSTRAINT fk_caregiver_patient_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE state_figure (
    patient_id TEXT NOT NULL, as_of INTEGER NOT NULL, found INTEGER NOT NULL, active INTEGER NOT NULL,
    expires TEXT, rows TEXT NOT NULL,
    CONSTRAINT pk_state_figure PRIMARY KEY (patient_id),
    CONSTRAINT fk_state_figure_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE limit_spend (
    patient_id TEXT NOT NULL, sold_at INTEGER NOT NULL, purchase_id TEXT NOT NULL, line INTEGER NOT NULL,
    category TEXT NOT NULL, net_mg INTEGER, thc_mg INTEGER, equiv_mg INTEGER, premix_mg INTEGER,
    volume_ul INTEGER, count INTEGER, supply_mdays INTEGER, potency_bp INTEGER, receipt TEXT,
    bought_by TEXT NOT NULL, source TEXT NOT NULL,
    CONSTRAINT pk_limit_spend PRIMARY KEY (patient_id, sold_at, purchase_id, line),
    CONSTRAINT fk_limit_spend_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE limit_void (
    purchase_id TEXT NOT NULL, void_at INTEGER, returned INTEGER NOT NULL, actor_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_limit_void PRIMARY KEY (purchase_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE product (
    id TEXT NOT NULL, name TEXT COLLATE "NOCASE" NOT NULL, category TEXT NOT NULL, unit TEXT NOT NULL,
    net_mg INTEGER, thc_mg INTEGER, equiv_mg INTEGER, premix_mg INTEGER, volume_ul INTEGER, count INTEGER,
    supply_mdays INTEGER, potency_bp INTEGER, price_cents INTEGER, remote_item_id TEXT NOT NULL,
    tracker_category TEXT NOT NULL, unmapped_because TEXT NOT NULL, set_here INTEGER NOT NULL,
    CONSTRAINT pk_product PRIMARY KEY (id)
) WITHOUT ROWID, STRICT;

CREATE INDEX ix_product_name ON product (name);

CREATE TABLE package (
    tag TEXT NOT NULL, product_id TEXT NOT NULL, batch TEXT NOT NULL, on_hand INTEGER NOT NULL,
    tracker_unit TEXT NOT NULL, package_potency_bp INTEGER, held TEXT, remote_id TEXT NOT NULL,
    packaged_on TEXT, received_at INTEGER NOT NULL,
    CONSTRAINT pk_package PRIMARY KEY (tag),
    CONSTRAINT fk_package_product_id FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID, STRICT;

CREATE INDEX ix_package_product_id ON package (product_id);

CREATE TABLE sync_cursor (
    name TEXT NOT NULL, at INTEGER NOT NULL,
    CONSTRAINT pk_sync_cursor PRIMARY KEY (name)
) WITHOUT ROWID, STRICT;

CREATE TABLE sale (
    id TEXT NOT NULL, register_code TEXT NOT NULL, epoch INTEGER NOT NULL, counter INTEGER NOT NULL,
    external TEXT NOT NULL, patient_id TEXT NOT NULL, patient_card TEXT NOT NULL,
    patient_name TEXT NOT NULL, caregiver_id TEXT, caregiver_card TEXT, customer_type TEXT NOT NULL,
    actor_id TEXT NOT NULL, actor_name TEXT NOT NULL, till_session_id TEXT NOT NULL,
    sold_at INTEGER NOT NULL, zone TEXT NOT NULL, subtotal_cents INTEGER NOT NULL,
    tax_cents INTEGER NOT NULL, total_cents INTEGER NOT NULL, basis TEXT NOT NULL, rules TEXT NOT NULL,
    pack TEXT NOT NULL, journal_seq INTEGER NOT NULL, journal_hash TEXT NOT NULL,
    CONSTRAINT pk_sale PRIMARY KEY (id),
    CONSTRAINT uq_sale_epoch_counter UNIQUE (epoch, counter),
    CONSTRAINT uq_sale_external UNIQUE (external),
    CONSTRAINT fk_sale_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_sale_caregiver_id FOREIGN KEY(caregiver_id) REFERENCES caregiver (id),
    CONSTRAINT fk_sale_actor_id FOREIGN KEY(actor_id) REFERENCES person (id),
    CONSTRAINT fk_sale_till_session_id FOREIGN KEY(till_session_id) REFERENCES till_session (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE sale_line (
    sale_id TEXT NOT NULL, line INTEGER NOT NULL, tag TEXT NOT NULL, product_id TEXT NOT NULL,
    name TEXT NOT NULL, category TEXT NOT NULL, unit TEXT NOT NULL, quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL, amount_cents INTEGER NOT NULL, tax_cents INTEGER NOT NULL, net_mg INTEGER,
    thc_mg INTEGER, equiv_mg INTEGER, premix_mg INTEGER, volume_ul INTEGER, count INTEGER,
    supply_mdays INTEGER, potency_bp INTEGER, tracker_unit TEXT NOT NULL, batch TEXT NOT NULL,
    weighed_net_mg INTEGER, weighed_tare_mg INTEGER, weighed_division_mg INTEGER, weighed_raw TEXT,
    weighed_scale TEXT,
    CONSTRAINT pk_sale_line PRIMARY KEY (sale_id, line),
    CONSTRAINT fk_sale_line_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE payment (
    sale_id TEXT NOT NULL, n INTEGER NOT NULL, tender TEXT NOT NULL, amount_cents INTEGER NOT NULL,
    tendered_cents INTEGER NOT NULL, change_cents INTEGER NOT NULL,
    CONSTRAINT pk_payment PRIMARY KEY (sale_id, n),
    CONSTRAINT fk_payment_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE stock_move (
    id INTEGER NOT NULL, tag TEXT NOT NULL, moved_at INTEGER NOT NULL, kind TEXT NOT NULL,
    quantity INTEGER NOT NULL, sale_id TEXT,
    CONSTRAINT pk_stock_move PRIMARY KEY (id),
    CONSTRAINT fk_stock_move_tag FOREIGN KEY(tag) REFERENCES package (tag),
    CONSTRAINT fk_stock_move_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) STRICT;

CREATE INDEX ix_stock_move_sale_id ON stock_move (sale_id);

CREATE TABLE sale_counter (
    epoch INTEGER NOT NULL, last INTEGER NOT NULL,
    CONSTRAINT pk_sale_counter PRIMARY KEY (epoch)
) STRICT;

CREATE TABLE held_cart (
    sale_id TEXT NOT NULL, patient_id TEXT NOT NULL, caregiver_id TEXT, held_at INTEGER NOT NULL,
    held_by TEXT NOT NULL, lines TEXT NOT NULL,
    CONSTRAINT pk_held_cart PRIMARY KEY (sale_id),
    CONSTRAINT fk_held_cart_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id),
    CONSTRAINT fk_held_cart_caregiver_id FOREIGN KEY(caregiver_id) REFERENCES caregiver (id)
) WITHOUT ROWID, STRICT;

CREATE TABLE paper_job (
    id INTEGER NOT NULL, sale_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT pk_paper_job PRIMARY KEY (id),
    CONSTRAINT fk_paper_job_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) STRICT;

CREATE INDEX ix_paper_job_open ON paper_job (id) WHERE state NOT IN ('done', 'dismissed');

CREATE TABLE journal (
    epoch INTEGER NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (epoch, seq)
) WITHOUT ROWID, STRICT;

CREATE TABLE outbox (
    n INTEGER NOT NULL, id TEXT NOT NULL, license TEXT NOT NULL, kind TEXT NOT NULL,
    aggregate TEXT NOT NULL, sale_id TEXT NOT NULL, natural_key TEXT NOT NULL, payload BLOB NOT NULL,
    payload_sha256 TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL, not_before INTEGER, due_at INTEGER, last_error TEXT NOT NULL,
    remote_id TEXT NOT NULL, depends_on TEXT, attempt_ended_at INTEGER, absent_once INTEGER NOT NULL,
    settled_at INTEGER,
    CONSTRAINT pk_outbox PRIMARY KEY (n),
    CONSTRAINT uq_outbox_id UNIQUE (id),
    CONSTRAINT fk_outbox_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) STRICT;

CREATE INDEX ix_outbox_open ON outbox (n) WHERE state NOT IN ('confirmed', 'cancelled');

CREATE INDEX ix_outbox_open_aggregate ON outbox (aggregate, n) WHERE state NOT IN ('confirmed', 'cancelled');

CREATE INDEX ix_outbox_sale_id ON outbox (sale_id);

CREATE TABLE outbox_attempt (
    id INTEGER NOT NULL, item_id TEXT NOT NULL, kind TEXT NOT NULL, sender_epoch INTEGER NOT NULL,
    at INTEGER NOT NULL, outcome TEXT NOT NULL, http_status INTEGER, sentence TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    CONSTRAINT pk_outbox_attempt PRIMARY KEY (id),
    CONSTRAINT fk_outbox_attempt_item_id FOREIGN KEY(item_id) REFERENCES outbox (id)
) STRICT;

CREATE INDEX ix_outbox_attempt_item_id ON outbox_attempt (item_id);

CREATE TABLE sender (
    id INTEGER NOT NULL, epoch INTEGER NOT NULL,
    CONSTRAINT pk_sender PRIMARY KEY (id),
    CONSTRAINT ck_sender_one CHECK (id = 1)
) STRICT;

INSERT INTO sender (id, epoch) VALUES (1, 0);

CREATE TRIGGER journal_not_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER journal_not_deleted BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER limit_spend_not_changed BEFORE UPDATE ON limit_spend
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER limit_spend_not_deleted BEFORE DELETE ON limit_spend
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER limit_void_not_changed BEFORE UPDATE ON limit_void
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER limit_void_not_deleted BEFORE DELETE ON limit_void
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER outbox_attempt_not_changed BEFORE UPDATE ON outbox_attempt
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER outbox_attempt_not_deleted BEFORE DELETE ON outbox_attempt
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER payment_not_changed BEFORE UPDATE ON payment
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER payment_not_deleted BEFORE DELETE ON payment
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER sale_not_changed BEFORE UPDATE ON sale
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER sale_not_deleted BEFORE DELETE ON sale
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER sale_line_not_changed BEFORE UPDATE ON sale_line
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER sale_line_not_deleted BEFORE DELETE ON sale_line
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;

CREATE TRIGGER stock_move_not_changed BEFORE UPDATE ON stock_move
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER stock_move_not_deleted BEFORE DELETE ON stock_move
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
