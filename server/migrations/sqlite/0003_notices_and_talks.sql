-- Notices as they stand since they can be passed on; talks, what they demanded and what came of it; materials called in; and the
-- files that go with all of them. Every row is computed anew from the log.

DROP TABLE notice;

CREATE TABLE notice (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    acknowledge_by INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    issued_by TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE notice_passing (
    jurisdiction TEXT NOT NULL,
    notice TEXT NOT NULL,
    body TEXT NOT NULL,
    from_body TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body, from_body)
) STRICT;

CREATE TABLE notice_reminder (
    jurisdiction TEXT NOT NULL,
    notice TEXT NOT NULL,
    body TEXT NOT NULL,
    version TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body, version)
) STRICT;

CREATE TABLE attachment (
    jurisdiction TEXT NOT NULL,
    file TEXT NOT NULL,
    stream TEXT NOT NULL,
    body TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, file, stream, body)
) STRICT;

CREATE TABLE talk (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    notice TEXT,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    at INTEGER NOT NULL,
    convened_at INTEGER NOT NULL,
    convened_by TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX talk_notice ON talk (jurisdiction, notice);

CREATE TABLE talk_requirement (
    jurisdiction TEXT NOT NULL,
    talk TEXT NOT NULL,
    number TEXT NOT NULL,
    asked INTEGER NOT NULL,
    due INTEGER,
    content TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, talk, number)
) STRICT;

CREATE TABLE talk_acknowledgement (
    jurisdiction TEXT NOT NULL,
    talk TEXT NOT NULL,
    number TEXT NOT NULL,
    body TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, talk, number, body)
) STRICT;

CREATE TABLE talk_link (
    jurisdiction TEXT NOT NULL,
    talk TEXT NOT NULL,
    number TEXT NOT NULL,
    target TEXT NOT NULL,
    content TEXT NOT NULL,
    removed INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, talk, number, target)
) STRICT;
CREATE INDEX talk_link_target ON talk_link (jurisdiction, target);

CREATE TABLE material (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    authority TEXT NOT NULL,
    notice TEXT,
    talk TEXT,
    requested_at INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX material_talk ON material (jurisdiction, talk);

CREATE TABLE material_standing (
    jurisdiction TEXT NOT NULL,
    material TEXT NOT NULL,
    body TEXT NOT NULL,
    stage TEXT NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, material, body)
) STRICT;
CREATE INDEX material_standing_body ON material_standing (jurisdiction, body, stage);
