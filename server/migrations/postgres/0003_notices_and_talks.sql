-- Notices as they stand since they can be passed on; talks, what they demanded and what came of it; materials called in; and the
-- files that go with all of them. Every row is computed anew from the log.

DROP TABLE notice;

CREATE TABLE notice (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    effective_from BIGINT NOT NULL,
    acknowledge_by BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_by TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE notice_passing (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    from_body TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body, from_body)
);

CREATE TABLE notice_reminder (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body, version)
);

CREATE TABLE attachment (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, file, stream, body)
);

CREATE TABLE talk (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C",
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    convened_at BIGINT NOT NULL,
    convened_by TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX talk_notice ON talk (jurisdiction, notice);

CREATE TABLE talk_requirement (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    talk TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    asked BIGINT NOT NULL,
    due BIGINT,
    content TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, talk, number)
);

CREATE TABLE talk_acknowledgement (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    talk TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, talk, number, body)
);

CREATE TABLE talk_link (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    talk TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    removed BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, talk, number, target)
);
CREATE INDEX talk_link_target ON talk_link (jurisdiction, target);

CREATE TABLE material (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    title_zh TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    authority TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C",
    talk TEXT COLLATE "C",
    requested_at BIGINT NOT NULL,
    requested_by TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX material_talk ON material (jurisdiction, talk);

CREATE TABLE material_standing (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    material TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    due BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, material, body)
);
CREATE INDEX material_standing_body ON material_standing (jurisdiction, body, stage);
