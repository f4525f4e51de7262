-- What is late is counted, and a page of what is due found, without a look at the findings themselves.
DROP INDEX finding_waits;
CREATE INDEX finding_waits ON finding (
    jurisdiction, stage,
    coalesce(CASE WHEN stage IN ('notified', 'planReturned') THEN plan_by
        WHEN stage IN ('planned', 'extensionAsked', 'reopened') THEN complete_by END, '9'),
    raised_at, id, body, plan_by, complete_by, answer_by
);
