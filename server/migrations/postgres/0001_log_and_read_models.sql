-- The log, sign-in, and the read models. Times are milliseconds since 1970, ids hyphenated text, JSON text.
-- What stands below `body` can be dropped and rebuilt from `event`.

CREATE TABLE log_head (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction)
);

CREATE TABLE event (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C",
    device_sequence BIGINT,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    previous_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, position)
);
CREATE UNIQUE INDEX event_stream ON event (jurisdiction, stream, version);
CREATE UNIQUE INDEX event_id ON event (jurisdiction, id);

CREATE TABLE account (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    sign_in_name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, person)
);
CREATE UNIQUE INDEX account_name ON account (sign_in_name);

CREATE TABLE session (
    token_hash TEXT COLLATE "C" NOT NULL,
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX session_person ON session (jurisdiction, person);

CREATE TABLE device_sequence (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, actor, device)
);

CREATE TABLE body (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    parent TEXT COLLATE "C",
    district TEXT COLLATE "C",
    residents BIGINT NOT NULL,
    staff BIGINT NOT NULL,
    capacity BIGINT NOT NULL,
    sample BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX body_name ON body (jurisdiction, name_zh);

CREATE TABLE notice (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    kinds TEXT COLLATE "C" NOT NULL,
    effective_from BIGINT NOT NULL,
    acknowledge_by BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE notice_receipt (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body)
);

CREATE TABLE checklist (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    items BIGINT NOT NULL,
    adapted BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id, version)
);

CREATE TABLE campaign (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    notice_mode TEXT COLLATE "C" NOT NULL,
    authority TEXT COLLATE "C" NOT NULL,
    first_day TEXT COLLATE "C" NOT NULL,
    last_day TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE assignment (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    campaign TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    checklist TEXT COLLATE "C" NOT NULL,
    visit_on TEXT COLLATE "C" NOT NULL,
    sealed BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    released_position BIGINT,
    cancelled BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX assignment_campaign ON assignment (jurisdiction, campaign);

CREATE TABLE assignment_member (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    assignment TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, person, assignment)
);
CREATE INDEX assignment_member_assignment ON assignment_member (jurisdiction, assignment);

CREATE TABLE inspection_start (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE inspection (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    submitted_at BIGINT NOT NULL,
    submitted_by TEXT COLLATE "C" NOT NULL,
    earned DOUBLE PRECISION NOT NULL,
    possible DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX inspection_target ON inspection (jurisdiction, target);
CREATE INDEX inspection_time ON inspection (jurisdiction, submitted_at);

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
    complete_by TEXT COLLATE "C",
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX finding_stage ON finding (jurisdiction, stage, raised_at);
CREATE INDEX finding_time ON finding (jurisdiction, raised_at);
CREATE INDEX finding_body ON finding (jurisdiction, body, stage);
CREATE INDEX finding_inspection ON finding (jurisdiction, inspection);

CREATE TABLE evidence (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    photo TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, photo, stream)
);

CREATE TABLE held (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    occurred_at BIGINT NOT NULL,
    kept_at BIGINT NOT NULL,
    reason_zh TEXT COLLATE "C" NOT NULL,
    reason_en TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C",
    PRIMARY KEY (jurisdiction, id)
);
