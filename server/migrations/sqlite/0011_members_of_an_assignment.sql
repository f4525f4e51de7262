-- Who else is of a team, without a look at every team there is.
CREATE INDEX assignment_member_assignment ON assignment_member (jurisdiction, assignment);
