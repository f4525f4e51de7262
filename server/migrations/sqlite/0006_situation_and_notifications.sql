-- Daily situation reports, and what lists are found by. All of it is computed from the log.

CREATE TABLE body_since (
    jurisdiction TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, body)
) STRICT;

CREATE TABLE situation_report (
    jurisdiction TEXT NOT NULL,
    day TEXT NOT NULL,
    body TEXT NOT NULL,
    number INTEGER NOT NULL,
    reported_at INTEGER NOT NULL,
    residents INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    on_site INTEGER NOT NULL,
    infections INTEGER NOT NULL,
    isolated INTEGER NOT NULL,
    tests_due INTEGER NOT NULL,
    tests_done INTEGER NOT NULL,
    vaccinated INTEGER NOT NULL,
    stock_days INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, day, body)
) STRICT;
CREATE INDEX situation_report_body ON situation_report (jurisdiction, body, day);

CREATE TABLE situation_reminder (
    jurisdiction TEXT NOT NULL,
    day TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, day, body)
) STRICT;

-- Lists walk these from either end, a page at a time.
CREATE INDEX finding_latest ON finding (jurisdiction, raised_at, id);
CREATE INDEX inspection_latest ON inspection (jurisdiction, submitted_at, id);

CREATE TABLE notification (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    audience TEXT NOT NULL,
    body TEXT NOT NULL,
    kinds TEXT NOT NULL,
    about_zh TEXT NOT NULL,
    about_en TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX notification_latest ON notification (jurisdiction, position);

-- Who has read what is no fact of supervision: it is not in the log, and no rebuild touches it.
CREATE TABLE notification_seen (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, person)
) STRICT;

CREATE TABLE notification_read (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    notification TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, person, notification)
) STRICT;
