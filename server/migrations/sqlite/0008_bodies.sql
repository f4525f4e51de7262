-- Bodies with their ownership and risk; `gone` is empty, `closed` or `merged`.
DROP TABLE body;

CREATE TABLE body (
    jurisdiction TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    parent TEXT,
    district TEXT,
    residents INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    capacity INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    ownership TEXT,
    risk TEXT,
    gone TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, id)
) STRICT;
CREATE INDEX body_name ON body (jurisdiction, name_zh);
