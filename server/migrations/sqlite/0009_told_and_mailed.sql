-- Whom something is told to is said by the rule of who is addressed, no longer by kinds of bodies alone.
DROP TABLE notification;
CREATE TABLE notification (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    stream TEXT NOT NULL,
    audience TEXT NOT NULL,
    body TEXT NOT NULL,
    addressees TEXT NOT NULL,
    about_zh TEXT NOT NULL,
    about_en TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX notification_latest ON notification (jurisdiction, position);

-- E-mail: who wants it and what waits to be sent. Beside the log, as sessions are; no rebuild touches it.
CREATE TABLE mail_address (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, person)
) STRICT;

CREATE TABLE mail_mark (
    jurisdiction TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction)
) STRICT;

CREATE TABLE mail (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    subject TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    sent_at INTEGER,
    error TEXT,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX mail_due ON mail (jurisdiction, sent_at, next_at);
