-- Receipts are counted of the bodies that somebody may see, and the inbox says which correction wants a new one: a start after a migration
-- that is new computes the read models anew, notifications among them.
CREATE INDEX notice_receipt_body ON notice_receipt (jurisdiction, body, notice);
