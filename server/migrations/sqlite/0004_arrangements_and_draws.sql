-- Draws with their parties, arrangements, and what is released by time.

CREATE TABLE draw (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    authority TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    disclosed INTEGER NOT NULL,
    round INTEGER NOT NULL,
    state TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX draw_campaign ON draw (jurisdiction, campaign);
CREATE INDEX draw_time ON draw (jurisdiction, published_at);

CREATE TABLE draw_party (
    jurisdiction TEXT NOT NULL,
    draw TEXT NOT NULL,
    round INTEGER NOT NULL,
    person TEXT NOT NULL,
    committed_at INTEGER,
    revealed_at INTEGER,
    PRIMARY KEY (jurisdiction, draw, round, person)
) STRICT;
CREATE INDEX draw_party_person ON draw_party (jurisdiction, person);

CREATE TABLE arrangement (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;

CREATE TABLE assignment_due (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    release_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX assignment_due_time ON assignment_due (jurisdiction, release_at);
