-- Whether a visit has begun: of an unannounced campaign nobody of those visited learns of it before. Few are released and have not.
-- The rows are computed anew from the log.
ALTER TABLE assignment ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
CREATE INDEX assignment_ahead ON assignment (jurisdiction, campaign) WHERE begun = 0 AND released_position IS NOT NULL;
