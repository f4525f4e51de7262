-- How a visit was made, and every test of who makes visits: what held when one began is told long after.
ALTER TABLE visit ADD COLUMN mode TEXT COLLATE "C" NOT NULL DEFAULT 'onSite';
CREATE TABLE clearance_test (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    tested_at BIGINT NOT NULL,
    negative BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, person, tested_at)
);
