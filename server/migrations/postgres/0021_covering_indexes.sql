-- What is late is counted, and a page of what is due found, without a look at the findings themselves: Postgres reads an index alone
-- only where it has the columns that an indexed expression is made of, too.
DROP INDEX finding_waits;
CREATE INDEX finding_waits ON finding (
    jurisdiction, stage,
    coalesce(CASE WHEN stage IN ('notified', 'planReturned') THEN plan_by
        WHEN stage IN ('planned', 'extensionAsked', 'reopened') THEN complete_by END, '9'),
    raised_at, id, body
) INCLUDE (plan_by, complete_by, answer_by);
DROP INDEX finding_due;
CREATE INDEX finding_due ON finding (jurisdiction, coalesce(CASE WHEN stage IN ('notified', 'planReturned') THEN plan_by
        WHEN stage IN ('planned', 'extensionAsked', 'reopened') THEN complete_by END, complete_by, '9'), id)
    INCLUDE (stage, plan_by, complete_by);
