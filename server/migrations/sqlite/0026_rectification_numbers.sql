-- Under which number the rectification of which finding was ordered, and by which unit: no two have the same, and the unit's next is
-- proposed from it. The rows are computed anew from the log.
DROP TABLE rectification_notice;
CREATE TABLE rectification_number (
    jurisdiction TEXT NOT NULL,
    number TEXT NOT NULL,
    written TEXT NOT NULL,
    finding TEXT NOT NULL,
    unit TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, number)
) STRICT;
CREATE INDEX rectification_number_issued ON rectification_number (jurisdiction, unit, issued_at);
