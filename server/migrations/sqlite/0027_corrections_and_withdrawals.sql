-- What a notice said before it was corrected, from which event on its receipts count, and why it was withdrawn; so of requests for
-- materials, of talks, and of what was demanded in them. The rows are computed
-- anew from the log.
ALTER TABLE notice ADD COLUMN receipts_since TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN withdrawn TEXT;
ALTER TABLE notice ADD COLUMN withdrawn_by TEXT;
ALTER TABLE notice ADD COLUMN withdrawn_at INTEGER;
CREATE TABLE notice_wording (
    jurisdiction TEXT NOT NULL,
    notice TEXT NOT NULL,
    version TEXT NOT NULL,
    content TEXT NOT NULL,
    reason TEXT NOT NULL,
    again INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, notice, version)
) STRICT;
DROP TABLE notice_receipt;
CREATE TABLE notice_receipt (
    jurisdiction TEXT NOT NULL,
    notice TEXT NOT NULL,
    body TEXT NOT NULL,
    version TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body, version)
) STRICT;
ALTER TABLE material ADD COLUMN withdrawn TEXT;
ALTER TABLE talk ADD COLUMN cancelled TEXT;
ALTER TABLE talk_requirement ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
