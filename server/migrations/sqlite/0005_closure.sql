-- From the rectification notice to the closure: deadlines, support owed, look-backs; what visits say of regulators; inspectors'
-- clearance and whom they met. All of it can be dropped and rebuilt from `event`.

DROP TABLE finding;
CREATE TABLE finding (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    inspection TEXT NOT NULL,
    body TEXT NOT NULL,
    code TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    note TEXT NOT NULL,
    severity TEXT NOT NULL,
    extent TEXT NOT NULL,
    line TEXT NOT NULL,
    stage TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    plan_by TEXT,
    complete_by TEXT,
    claimed_at INTEGER,
    closed_at INTEGER,
    escalated_at INTEGER,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX finding_stage ON finding (jurisdiction, stage, raised_at);
CREATE INDEX finding_time ON finding (jurisdiction, raised_at);
CREATE INDEX finding_body ON finding (jurisdiction, body, stage);
CREATE INDEX finding_inspection ON finding (jurisdiction, inspection);
CREATE INDEX finding_plan_by ON finding (jurisdiction, stage, plan_by);
CREATE INDEX finding_complete_by ON finding (jurisdiction, stage, complete_by);

CREATE TABLE support (
    jurisdiction TEXT NOT NULL,
    finding TEXT NOT NULL,
    number TEXT NOT NULL,
    owed_by TEXT NOT NULL,
    what TEXT NOT NULL,
    due TEXT NOT NULL,
    owed_at INTEGER NOT NULL,
    provided TEXT,
    late INTEGER,
    account TEXT,
    confirmed_at INTEGER,
    moved_to TEXT,
    PRIMARY KEY (jurisdiction, finding, number)
) STRICT;
CREATE INDEX support_due ON support (jurisdiction, provided, due);

CREATE TABLE look_back (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    seed TEXT NOT NULL,
    share INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    chosen INTEGER NOT NULL,
    drawn_at INTEGER NOT NULL,
    drawn_by TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE look_back_finding (
    jurisdiction TEXT NOT NULL,
    look_back TEXT NOT NULL,
    finding TEXT NOT NULL,
    outcome TEXT,
    looked_at INTEGER,
    PRIMARY KEY (jurisdiction, look_back, finding)
) STRICT;
CREATE INDEX look_back_finding_finding ON look_back_finding (jurisdiction, finding);

CREATE TABLE regulator_file (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    regulator TEXT NOT NULL,
    knew INTEGER NOT NULL,
    acted INTEGER NOT NULL,
    account TEXT NOT NULL,
    assessed_by TEXT NOT NULL,
    assessed_at INTEGER NOT NULL,
    signed_by TEXT,
    signed_at INTEGER,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE clearance (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    tested_at INTEGER NOT NULL,
    negative INTEGER NOT NULL,
    doses INTEGER NOT NULL,
    last_dose_on TEXT,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, person)
) STRICT;

CREATE TABLE visit (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    present TEXT NOT NULL,
    outcome TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX visit_end ON visit (jurisdiction, ended_at);
