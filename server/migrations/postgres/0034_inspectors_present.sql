-- Who was there of a visit that was handed in, where in the log that was, and whether they have signed it: who has not is told what it found.
CREATE TABLE inspector_present (
    jurisdiction TEXT NOT NULL,
    inspection TEXT NOT NULL,
    person TEXT NOT NULL,
    submitted_position BIGINT NOT NULL,
    signed BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, inspection, person)
);
