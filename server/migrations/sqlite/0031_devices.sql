-- Tablets that sign what they send, who enrolled them and who signed with them last.
CREATE TABLE device (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    enrolled_by TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    signed_by TEXT,
    signed_at INTEGER,
    revoked_at INTEGER,
    readmitted INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
