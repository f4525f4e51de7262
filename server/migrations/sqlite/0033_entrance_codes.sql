-- The codes that hang at institutions' entrances. Apart from the log, which has their digests: whoever may read the log has not been there.
CREATE TABLE entrance_code (
    jurisdiction TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (jurisdiction, body, digest)
) STRICT;
