-- Notifications are told of more events, and an arrangement has what they are addressed by and say. The rows are computed anew from the log.

DROP TABLE arrangement;
CREATE TABLE arrangement (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    authority TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

-- The rules of kinds and districts by which something is addressed, without looking at what else is told.
CREATE INDEX notification_receivers ON notification (jurisdiction, position) WHERE audience = 'receivers';
