DROP INDEX ix_sale_till_session_id;

ALTER TABLE paper_job RENAME TO paper_job_after;

CREATE TABLE paper_job (
    id INTEGER NOT NULL, sale_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT pk_paper_job PRIMARY KEY (id),
    CONSTRAINT fk_paper_job_sale_id FOREIGN KEY(sale_id) REFERENCES sale (id)
) STRICT;

INSERT INTO paper_job SELECT id, sale_id, kind, state, why, created_at FROM paper_job_after WHERE sale_id IS NOT NULL;

DROP TABLE paper_job_after;

CREATE INDEX ix_paper_job_open ON paper_job (id) WHERE state NOT IN ('done', 'dismissed');
