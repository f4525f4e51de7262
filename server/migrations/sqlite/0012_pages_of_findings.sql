-- Who rectified a finding and who approved a plan of it, so that whoever may re-verify is told from rows alone. It can be dropped and
-- rebuilt from `event`.
CREATE TABLE finding_actor (
    jurisdiction TEXT NOT NULL,
    finding TEXT NOT NULL,
    person TEXT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, finding, person, part)
) STRICT;

-- The list of findings by stage, by severity or by body, latest first, and by the day it is due: each walks an index to its page. Other
-- orders and filters sort and search what those leave.
CREATE INDEX finding_open ON finding (jurisdiction, raised_at, id) WHERE stage NOT IN ('closed', 'withdrawn');
DROP INDEX finding_stage;
CREATE INDEX finding_stage ON finding (jurisdiction, stage, raised_at, id);
DROP INDEX finding_time;
CREATE INDEX finding_severity ON finding (jurisdiction, severity, raised_at, id);
CREATE INDEX finding_body_latest ON finding (jurisdiction, body, raised_at, id);
CREATE INDEX finding_due ON finding (jurisdiction, coalesce(complete_by, '9'), id);
