-- Tablets that sign what they send, who enrolled them and who signed with them last.
CREATE TABLE device (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    enrolled_by TEXT COLLATE "C" NOT NULL,
    enrolled_at BIGINT NOT NULL,
    signed_by TEXT COLLATE "C",
    signed_at BIGINT,
    revoked_at BIGINT,
    readmitted BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
