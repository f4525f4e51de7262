-- Keys of read models are texts: a round among them, too. The rows are computed anew from the log.

DROP TABLE draw_party;

CREATE TABLE draw_party (
    jurisdiction TEXT NOT NULL,
    draw TEXT NOT NULL,
    round TEXT NOT NULL,
    person TEXT NOT NULL,
    committed_at INTEGER,
    revealed_at INTEGER,
    PRIMARY KEY (jurisdiction, draw, round, person)
) STRICT;
CREATE INDEX draw_party_person ON draw_party (jurisdiction, person);
