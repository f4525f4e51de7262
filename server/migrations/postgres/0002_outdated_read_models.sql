-- Which migrations' tables a jurisdiction's read models were computed for; another list than the server's makes it compute them again.
ALTER TABLE log_head ADD COLUMN read_models TEXT COLLATE "C" NOT NULL DEFAULT '';
