-- Whoever finds something waiting on “Today” is told of it when it comes: a start after a migration that is new computes the read models
-- anew, notifications among them.
CREATE INDEX notification_self_inspectors ON notification (jurisdiction, position) WHERE audience = 'selfInspectors';
