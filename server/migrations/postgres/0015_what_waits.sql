-- Read models are computed again: notifications are told of more events, and the columns below are new.

-- The list by what is due sorts by the day that is shown: the plan's or the rectification's.
DROP INDEX finding_due;
CREATE INDEX finding_due ON finding (jurisdiction, (coalesce(CASE WHEN stage IN ('notified', 'planReturned') THEN plan_by
        WHEN stage IN ('planned', 'extensionAsked', 'reopened') THEN complete_by END, complete_by, '9')), id);

-- By when the last letter wants its answer: no other goes out before.
ALTER TABLE finding ADD COLUMN answer_by TEXT COLLATE "C";

-- 1 once the regulator's file of the visit is begun: what waits for one is found without looking at the others.
ALTER TABLE inspection ADD COLUMN assessed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inspection_unassessed ON inspection (jurisdiction, target) WHERE assessed = 0 AND outcome = 'completed';
