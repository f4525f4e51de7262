-- Keys of read models are texts: a round among them, too. The rows are computed anew from the log.

DROP TABLE draw_party;

CREATE TABLE draw_party (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    draw TEXT COLLATE "C" NOT NULL,
    round TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    committed_at BIGINT,
    revealed_at BIGINT,
    PRIMARY KEY (jurisdiction, draw, round, person)
);
CREATE INDEX draw_party_person ON draw_party (jurisdiction, person);
