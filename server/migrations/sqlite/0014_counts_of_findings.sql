-- How many findings a body has at each stage, by severity. The database keeps it with every row of `finding`, as it keeps an index, so that
-- a figure adds up some rows instead of counting all findings.
CREATE TABLE finding_count (
    jurisdiction TEXT NOT NULL,
    stage TEXT NOT NULL,
    severity TEXT NOT NULL,
    body TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, stage, severity, body)
) STRICT, WITHOUT ROWID;

INSERT INTO finding_count
SELECT jurisdiction, stage, severity, body, count(*) FROM finding GROUP BY jurisdiction, stage, severity, body;

CREATE TRIGGER finding_comes AFTER INSERT ON finding
BEGIN
    INSERT INTO finding_count VALUES (new.jurisdiction, new.stage, new.severity, new.body, 1)
    ON CONFLICT (jurisdiction, stage, severity, body) DO UPDATE SET number = number + 1;
END;

CREATE TRIGGER finding_goes AFTER DELETE ON finding
BEGIN
    UPDATE finding_count SET number = number - 1
    WHERE jurisdiction = old.jurisdiction AND stage = old.stage AND severity = old.severity AND body = old.body;
END;

CREATE TRIGGER finding_goes_on AFTER UPDATE OF jurisdiction, stage, severity, body ON finding
BEGIN
    UPDATE finding_count SET number = number - 1
    WHERE jurisdiction = old.jurisdiction AND stage = old.stage AND severity = old.severity AND body = old.body;
    INSERT INTO finding_count VALUES (new.jurisdiction, new.stage, new.severity, new.body, 1)
    ON CONFLICT (jurisdiction, stage, severity, body) DO UPDATE SET number = number + 1;
END;

-- What waits at a stage, by the day it is due: walked to the first few, with the body beside it so that others' are passed over here.
CREATE INDEX finding_waits ON finding (
    jurisdiction, stage,
    coalesce(CASE WHEN stage IN ('notified', 'planReturned') THEN plan_by
        WHEN stage IN ('planned', 'extensionAsked', 'reopened') THEN complete_by END, '9'),
    raised_at, id, body
);
