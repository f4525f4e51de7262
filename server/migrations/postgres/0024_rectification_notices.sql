-- The numbers of rectification notices, by whom they were issued: the next one's is proposed from them. The rows are computed anew from
-- the log.
CREATE TABLE rectification_notice (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    finding TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    issued_by TEXT COLLATE "C" NOT NULL,
    issued_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, finding)
);
CREATE INDEX rectification_notice_issued ON rectification_notice (jurisdiction, issued_by, issued_at);
