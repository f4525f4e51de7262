-- Under which number the rectification of which finding was ordered, and by which unit: no two have the same, and the unit's next is
-- proposed from it. The rows are computed anew from the log.
DROP TABLE rectification_notice;
CREATE TABLE rectification_number (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    written TEXT COLLATE "C" NOT NULL,
    finding TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    issued_by TEXT COLLATE "C" NOT NULL,
    issued_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, number)
);
CREATE INDEX rectification_number_issued ON rectification_number (jurisdiction, unit, issued_at);
