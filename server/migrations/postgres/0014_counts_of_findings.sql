-- How many findings a body has at each stage, by severity. The database keeps it with every row of `finding`, as it keeps an index, so that
-- a figure adds up some rows instead of counting all findings.
CREATE TABLE finding_count (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, stage, severity, body)
);

INSERT INTO finding_count
SELECT jurisdiction, stage, severity, body, count(*) FROM finding GROUP BY jurisdiction, stage, severity, body;

CREATE FUNCTION count_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE finding_count SET number = number - 1
        WHERE jurisdiction = old.jurisdiction AND stage = old.stage AND severity = old.severity AND body = old.body;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO finding_count AS counted VALUES (new.jurisdiction, new.stage, new.severity, new.body, 1)
        ON CONFLICT (jurisdiction, stage, severity, body) DO UPDATE SET number = counted.number + 1;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER finding_counted AFTER INSERT OR DELETE OR UPDATE OF jurisdiction, stage, severity, body ON finding
FOR EACH ROW EXECUTE FUNCTION count_finding();

-- What waits at a stage, by the day it is due: walked to the first few, with the body beside it so that others' are passed over here.
CREATE INDEX finding_waits ON finding (
    jurisdiction, stage,
    (coalesce(CASE WHEN stage IN ('notified', 'planReturned') THEN plan_by
        WHEN stage IN ('planned', 'extensionAsked', 'reopened') THEN complete_by END, '9')),
    raised_at, id, body
);
