-- From the rectification notice to the closure: deadlines, support owed, look-backs; what visits say of regulators; inspectors'
-- clearance and whom they met. All of it can be dropped and rebuilt from `event`.

DROP TABLE finding;
CREATE TABLE finding (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    inspection TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    extent TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    raised_at BIGINT NOT NULL,
    plan_by TEXT COLLATE "C",
    complete_by TEXT COLLATE "C",
    claimed_at BIGINT,
    closed_at BIGINT,
    escalated_at BIGINT,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX finding_stage ON finding (jurisdiction, stage, raised_at);
CREATE INDEX finding_time ON finding (jurisdiction, raised_at);
CREATE INDEX finding_body ON finding (jurisdiction, body, stage);
CREATE INDEX finding_inspection ON finding (jurisdiction, inspection);
CREATE INDEX finding_plan_by ON finding (jurisdiction, stage, plan_by);
CREATE INDEX finding_complete_by ON finding (jurisdiction, stage, complete_by);

CREATE TABLE support (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    finding TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    owed_by TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    due TEXT COLLATE "C" NOT NULL,
    owed_at BIGINT NOT NULL,
    provided TEXT COLLATE "C",
    late BIGINT,
    account TEXT COLLATE "C",
    confirmed_at BIGINT,
    moved_to TEXT COLLATE "C",
    PRIMARY KEY (jurisdiction, finding, number)
);
CREATE INDEX support_due ON support (jurisdiction, provided, due);

CREATE TABLE look_back (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    seed TEXT COLLATE "C" NOT NULL,
    share BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    chosen BIGINT NOT NULL,
    drawn_at BIGINT NOT NULL,
    drawn_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE look_back_finding (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    look_back TEXT COLLATE "C" NOT NULL,
    finding TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C",
    looked_at BIGINT,
    PRIMARY KEY (jurisdiction, look_back, finding)
);
CREATE INDEX look_back_finding_finding ON look_back_finding (jurisdiction, finding);

CREATE TABLE regulator_file (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    regulator TEXT COLLATE "C" NOT NULL,
    knew BIGINT NOT NULL,
    acted BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    assessed_by TEXT COLLATE "C" NOT NULL,
    assessed_at BIGINT NOT NULL,
    signed_by TEXT COLLATE "C",
    signed_at BIGINT,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE clearance (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    tested_at BIGINT NOT NULL,
    negative BIGINT NOT NULL,
    doses BIGINT NOT NULL,
    last_dose_on TEXT COLLATE "C",
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, person)
);

CREATE TABLE visit (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    present TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX visit_end ON visit (jurisdiction, ended_at);
