-- Sealed assignments are few among all there were: what is due is looked for among them alone.
CREATE INDEX assignment_sealed ON assignment (jurisdiction, id) WHERE released_position IS NULL AND cancelled = 0;
