-- Which notice has a number, as numbers are compared: no two have the same. Whom each notice is addressed to, so that what waits for a
-- body is one query. Who is in the room of a talk, so that a page of talks is one.
CREATE TABLE notice_number (
    jurisdiction TEXT NOT NULL,
    number TEXT NOT NULL,
    notice TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, number)
) STRICT;

-- A rule a row: every body of a kind in a district, or everywhere where the district is empty; or one body.
CREATE TABLE notice_addressee (
    jurisdiction TEXT NOT NULL,
    notice TEXT NOT NULL,
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, notice, kind, district, body)
) STRICT;

-- In whose name it is held (one convener), who holds it with them, and who is talked to.
CREATE TABLE talk_body (
    jurisdiction TEXT NOT NULL,
    talk TEXT NOT NULL,
    part TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, talk, part, body)
) STRICT;
