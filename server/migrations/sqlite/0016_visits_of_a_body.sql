-- A body is visited once a day: what is assigned for a day already is found without looking at other days.
CREATE INDEX assignment_visit ON assignment (jurisdiction, target, visit_on) WHERE cancelled = 0;
