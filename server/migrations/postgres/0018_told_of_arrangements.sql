-- Notifications are told of more events, and an arrangement has what they are addressed by and say. The rows are computed anew from the log.

DROP TABLE arrangement;
CREATE TABLE arrangement (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    authority TEXT COLLATE "C" NOT NULL,
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

-- The rules of kinds and districts by which something is addressed, without looking at what else is told.
CREATE INDEX notification_receivers ON notification (jurisdiction, position) WHERE audience = 'receivers';
