-- Which notice has a number, as numbers are compared: no two have the same. Whom each notice is addressed to, so that what waits for a
-- body is one query. Who is in the room of a talk, so that a page of talks is one.
CREATE TABLE notice_number (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, number)
);

-- A rule a row: every body of a kind in a district, or everywhere where the district is empty; or one body.
CREATE TABLE notice_addressee (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    district TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, notice, kind, district, body)
);

-- In whose name it is held (one convener), who holds it with them, and who is talked to.
CREATE TABLE talk_body (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    talk TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (jurisdiction, talk, part, body)
);
