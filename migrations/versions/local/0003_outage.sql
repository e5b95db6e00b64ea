CREATE TABLE declared_outage (
    id INTEGER NOT NULL, evidence TEXT NOT NULL, since INTEGER NOT NULL, declared_by TEXT NOT NULL,
    CONSTRAINT pk_declared_outage PRIMARY KEY (id),
    CONSTRAINT ck_declared_outage_one CHECK (id = 1),
    CONSTRAINT fk_declared_outage_declared_by FOREIGN KEY(declared_by) REFERENCES person (id)
) STRICT;
