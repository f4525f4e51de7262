-- How a visit was made, and every test of who makes visits: what held when one began is told long after.
ALTER TABLE visit ADD COLUMN mode TEXT NOT NULL DEFAULT 'onSite';
CREATE TABLE clearance_test (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    tested_at INTEGER NOT NULL,
    negative INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, person, tested_at)
) STRICT;
