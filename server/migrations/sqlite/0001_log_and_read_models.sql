-- The log, sign-in, and the read models. Times are milliseconds since 1970, ids hyphenated text, JSON text.
-- What stands below `body` can be dropped and rebuilt from `event`.

CREATE TABLE log_head (
    jurisdiction TEXT NOT NULL,
    position INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (jurisdiction)
) STRICT;

CREATE TABLE event (
    jurisdiction TEXT NOT NULL,
    position INTEGER NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    actor TEXT NOT NULL,
    device TEXT,
    device_sequence INTEGER,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, position)
) STRICT;
CREATE UNIQUE INDEX event_stream ON event (jurisdiction, stream, version);
CREATE UNIQUE INDEX event_id ON event (jurisdiction, id);

CREATE TABLE account (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    sign_in_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, person)
) STRICT;
CREATE UNIQUE INDEX account_name ON account (sign_in_name);

CREATE TABLE session (
    token_hash TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash)
) STRICT;
CREATE INDEX session_person ON session (jurisdiction, person);

CREATE TABLE device_sequence (
    jurisdiction TEXT NOT NULL,
    actor TEXT NOT NULL,
    device TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, actor, device)
) STRICT;

CREATE TABLE body (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    parent TEXT,
    district TEXT,
    residents INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    capacity INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX body_name ON body (jurisdiction, name_zh);

CREATE TABLE notice (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    kinds TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    acknowledge_by INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    issued_by TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE notice_receipt (
    jurisdiction TEXT NOT NULL,
    notice TEXT NOT NULL,
    body TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body)
) STRICT;

CREATE TABLE checklist (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    items INTEGER NOT NULL,
    adapted INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id, version)
) STRICT;

CREATE TABLE campaign (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    notice_mode TEXT NOT NULL,
    authority TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE assignment (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    target TEXT NOT NULL,
    checklist TEXT NOT NULL,
    visit_on TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    content TEXT NOT NULL,
    released_position INTEGER,
    cancelled INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX assignment_campaign ON assignment (jurisdiction, campaign);

CREATE TABLE assignment_member (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    assignment TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, person, assignment)
) STRICT;
CREATE INDEX assignment_member_assignment ON assignment_member (jurisdiction, assignment);

CREATE TABLE inspection_start (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE inspection (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    submitted_by TEXT NOT NULL,
    earned REAL NOT NULL,
    possible REAL NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX inspection_target ON inspection (jurisdiction, target);
CREATE INDEX inspection_time ON inspection (jurisdiction, submitted_at);

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
    complete_by TEXT,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX finding_stage ON finding (jurisdiction, stage, raised_at);
CREATE INDEX finding_time ON finding (jurisdiction, raised_at);
CREATE INDEX finding_body ON finding (jurisdiction, body, stage);
CREATE INDEX finding_inspection ON finding (jurisdiction, inspection);

CREATE TABLE evidence (
    jurisdiction TEXT NOT NULL,
    photo TEXT NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, photo, stream)
) STRICT;

CREATE TABLE held (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    actor TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    kept_at INTEGER NOT NULL,
    reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    content TEXT NOT NULL,
    decision TEXT,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
