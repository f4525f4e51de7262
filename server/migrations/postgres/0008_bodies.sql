-- Bodies with their ownership and risk; `gone` is empty, `closed` or `merged`.
DROP TABLE body;

CREATE TABLE body (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    parent TEXT COLLATE "C",
    district TEXT COLLATE "C",
    residents BIGINT NOT NULL,
    staff BIGINT NOT NULL,
    capacity BIGINT NOT NULL,
    sample BIGINT NOT NULL,
    ownership TEXT COLLATE "C",
    risk TEXT COLLATE "C",
    gone TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, id)
);
CREATE INDEX body_name ON body (jurisdiction, name_zh);
