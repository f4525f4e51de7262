-- Draws with their parties, arrangements, and what is released by time.

CREATE TABLE draw (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    campaign TEXT COLLATE "C" NOT NULL,
    authority TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    sealed BIGINT NOT NULL,
    disclosed BIGINT NOT NULL,
    round BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX draw_campaign ON draw (jurisdiction, campaign);
CREATE INDEX draw_time ON draw (jurisdiction, published_at);

CREATE TABLE draw_party (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    draw TEXT COLLATE "C" NOT NULL,
    round BIGINT NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    committed_at BIGINT,
    revealed_at BIGINT,
    PRIMARY KEY (jurisdiction, draw, round, person)
);
CREATE INDEX draw_party_person ON draw_party (jurisdiction, person);

CREATE TABLE arrangement (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);

CREATE TABLE assignment_due (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    campaign TEXT COLLATE "C" NOT NULL,
    release_at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX assignment_due_time ON assignment_due (jurisdiction, release_at);
