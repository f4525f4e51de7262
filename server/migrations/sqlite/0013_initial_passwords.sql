-- 1 where somebody else chose the password: the person chooses their own at the next sign-in.
ALTER TABLE account ADD COLUMN initial INTEGER NOT NULL DEFAULT 0;
