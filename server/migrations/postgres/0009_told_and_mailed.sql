-- Whom something is told to is said by the rule of who is addressed, no longer by kinds of bodies alone.
DROP TABLE notification;
CREATE TABLE notification (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    addressees TEXT COLLATE "C" NOT NULL,
    about_zh TEXT COLLATE "C" NOT NULL,
    about_en TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX notification_latest ON notification (jurisdiction, position);

-- E-mail: who wants it and what waits to be sent. Beside the log, as sessions are; no rebuild touches it.
CREATE TABLE mail_address (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, person)
);

CREATE TABLE mail_mark (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction)
);

CREATE TABLE mail (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    sent_at BIGINT,
    error TEXT COLLATE "C",
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX mail_due ON mail (jurisdiction, sent_at, next_at);
