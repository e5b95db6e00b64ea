CREATE TABLE certification (
    patient_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, part TEXT NOT NULL, starts TEXT NOT NULL,
    ends TEXT, amount INTEGER, stated_by TEXT NOT NULL, stated_at INTEGER NOT NULL,
    CONSTRAINT pk_certification PRIMARY KEY (patient_id, kind, name, part, starts),
    CONSTRAINT fk_certification_patient_id FOREIGN KEY(patient_id) REFERENCES patient (id)
) WITHOUT ROWID, STRICT;
