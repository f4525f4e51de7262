-- A body is visited once a day: what is assigned for a day already is found without looking at its other days.
CREATE INDEX assignment_visit ON assignment (jurisdiction, target, visit_on);
