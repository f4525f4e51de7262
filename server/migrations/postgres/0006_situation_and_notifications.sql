-- Daily situation reports, and what lists are found by. All of it is computed from the log.

CREATE TABLE body_since (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, body)
);

CREATE TABLE situation_report (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    reported_at BIGINT NOT NULL,
    residents BIGINT NOT NULL,
    staff BIGINT NOT NULL,
    on_site BIGINT NOT NULL,
    infections BIGINT NOT NULL,
    isolated BIGINT NOT NULL,
    tests_due BIGINT NOT NULL,
    tests_done BIGINT NOT NULL,
    vaccinated BIGINT NOT NULL,
    stock_days BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, day, body)
);
CREATE INDEX situation_report_body ON situation_report (jurisdiction, body, day);

CREATE TABLE situation_reminder (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, day, body)
);

-- Lists walk these from either end, a page at a time.
CREATE INDEX finding_latest ON finding (jurisdiction, raised_at, id);
CREATE INDEX inspection_latest ON inspection (jurisdiction, submitted_at, id);

CREATE TABLE notification (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    kinds TEXT COLLATE "C" NOT NULL,
    about_zh TEXT COLLATE "C" NOT NULL,
    about_en TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX notification_latest ON notification (jurisdiction, position);

-- Who has read what is no fact of supervision: it is not in the log, and no rebuild touches it.
CREATE TABLE notification_seen (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, person)
);

CREATE TABLE notification_read (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    notification TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, person, notification)
);
