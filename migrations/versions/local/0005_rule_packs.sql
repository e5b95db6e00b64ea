CREATE TABLE rule_pack (
    digest TEXT NOT NULL, programme TEXT NOT NULL, version TEXT NOT NULL, source TEXT NOT NULL,
    text TEXT NOT NULL, kept_at INTEGER NOT NULL,
    CONSTRAINT pk_rule_pack PRIMARY KEY (digest)
) STRICT;

CREATE TRIGGER rule_pack_not_changed BEFORE UPDATE ON rule_pack
    BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;

CREATE TRIGGER rule_pack_not_deleted BEFORE DELETE ON rule_pack
    BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END;
