-- The numbers of rectification notices, by whom they were issued: the next one's is proposed from them. The rows are computed anew from
-- the log.
CREATE TABLE rectification_notice (
    jurisdiction TEXT NOT NULL,
    finding TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, finding)
) STRICT;
CREATE INDEX rectification_notice_issued ON rectification_notice (jurisdiction, issued_by, issued_at);
