-- Teams are told of their visits: a start after a migration that is new computes the read models anew, notifications among them.

-- Whether somebody also gets a digest of what is late or due soon, and the last day theirs was looked at.
ALTER TABLE mail_address ADD COLUMN digest BIGINT NOT NULL DEFAULT 1;
ALTER TABLE mail_address ADD COLUMN digest_on TEXT COLLATE "C" NOT NULL DEFAULT '';

-- What a mail says, where it says more than that there is something new.
ALTER TABLE mail ADD COLUMN body TEXT COLLATE "C";
