-- By which each tablet seals what it keeps of a person. Apart from the log: it is told to nobody but its person.
CREATE TABLE local_key (
    jurisdiction TEXT NOT NULL,
    person TEXT NOT NULL,
    device TEXT NOT NULL,
    key TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, person, device)
) STRICT;
