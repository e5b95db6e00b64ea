ALTER TABLE paper_job RENAME TO paper_job_before;

CREATE TABLE paper_job (
    id INTEGER NOT NULL, sale_id TEXT, kind TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
    created_at INTEGER NOT NULL, slip TEXT,
    CONSTRAINT pk_paper_job PRIMARY KEY (id),
    CONSTRAINT fk_paper_job_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) STRICT;

INSERT INTO paper_job SELECT id, sale_id, kind, state, why, created_at, NULL FROM paper_job_before;

DROP TABLE paper_job_before;

CREATE INDEX ix_paper_job_open ON paper_job (id) WHERE state NOT IN ('done', 'dismissed');

CREATE INDEX ix_sale_till_session_id ON sale (till_session_id);
