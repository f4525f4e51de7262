-- Digests were switched on for everybody who had an address before there were any. Whoever has not had one yet never asked for it: they
-- say so on the page “Inbox”. Who asks from now on is told apart by the day, which is never empty then.
UPDATE mail_address SET digest = 0 WHERE digest_on = '';

-- Departments are told of notices to the institutions they answer for; the rows are computed anew from the log.
CREATE INDEX notification_regulators ON notification (jurisdiction, position) WHERE audience = 'regulators';
