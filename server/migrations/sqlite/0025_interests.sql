-- Who keeps away from which body in which campaign, declaration by declaration: a visit that its team was told of before is looked at
-- again. The rows are computed anew from the log.
CREATE TABLE interest (
    jurisdiction TEXT NOT NULL,
    campaign TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    version TEXT NOT NULL,
    at INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, campaign, person, body, version)
) STRICT;
