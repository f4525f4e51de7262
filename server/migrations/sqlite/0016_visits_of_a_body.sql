-- A body is visited once a day: what is assigned for a day already is found without looking at its other days. The body comes first, so
-- that no query of a jurisdiction's assignments takes this index for its own.
CREATE INDEX assignment_visit ON assignment (target, visit_on, jurisdiction);
