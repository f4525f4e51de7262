-- What somebody took part in, by their name: who may re-verify is told by leaving that out.
CREATE INDEX finding_actor_person ON finding_actor (jurisdiction, person, part, finding);
