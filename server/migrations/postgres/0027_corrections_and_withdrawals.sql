-- What a notice said before it was corrected, from which event on its receipts count, and why it was withdrawn; so of requests for
-- materials, of talks, and of what was demanded in them. The rows are computed
-- anew from the log.
ALTER TABLE notice ADD COLUMN receipts_since TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN withdrawn TEXT COLLATE "C";
ALTER TABLE notice ADD COLUMN withdrawn_by TEXT COLLATE "C";
ALTER TABLE notice ADD COLUMN withdrawn_at BIGINT;
CREATE TABLE notice_wording (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    again BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, notice, version)
);
DROP TABLE notice_receipt;
CREATE TABLE notice_receipt (
    jurisdiction TEXT COLLATE "C" NOT NULL,
    notice TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (jurisdiction, notice, body, version)
);
ALTER TABLE material ADD COLUMN withdrawn TEXT COLLATE "C";
ALTER TABLE talk ADD COLUMN cancelled TEXT COLLATE "C";
ALTER TABLE talk_requirement ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;
