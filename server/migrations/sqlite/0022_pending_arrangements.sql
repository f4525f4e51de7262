-- Which arrangements have a draft that waits to be approved or issued, however long ago it was written. The rows are computed anew from
-- the log.
ALTER TABLE arrangement ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
