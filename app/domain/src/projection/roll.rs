//! The roll of bodies 名册: which there were at a moment, of which kind and in which district. Who owed the report of a day is asked of days
//! long past, and what became of a body since changes none of them.

use std::collections::BTreeMap;

use crate::body::BodyKind;
use crate::id::BodyId;
use crate::instant::Instant;
use crate::jurisdiction::DistrictCode;
use crate::projection::directory::Directory;

/// How a body stood from a moment on.
#[derive(Clone, Debug, PartialEq)]
struct Standing {
    from: Instant,
    kind: BodyKind,
    district: Option<DistrictCode>,
    /// Neither closed nor merged into another.
    there: bool,
}

/// A body as it stood at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stood<'a> {
    pub kind: BodyKind,
    pub district: Option<&'a DistrictCode>,
    /// Registered by then, and neither closed nor merged into another.
    pub there: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roll(BTreeMap<BodyId, Vec<Standing>>);

impl Roll {
    /// Takes in a body as a directory has it since an event of its own, with the moment that happened; one said to have happened before the
    /// one ahead of it counts from there on.
    pub fn note(&mut self, id: BodyId, directory: &Directory, at: Instant) {
        let Some(particulars) = directory.body(id) else {
            return;
        };
        let standings = self.0.entry(id).or_default();
        let last = standings.last();
        let standing = Standing {
            from: last.map_or(at, |last| last.from.max(at)),
            kind: particulars.kind,
            district: particulars.district.clone(),
            there: directory.is_active(id),
        };
        let goes_on = last.is_some_and(|last| {
            (last.kind, &last.district, last.there)
                == (standing.kind, &standing.district, standing.there)
        });
        if !goes_on {
            standings.push(standing);
        }
    }

    /// How a body stood just before a moment: one that was registered later as it was registered. None of one that never was.
    pub fn before(&self, id: BodyId, moment: Instant) -> Option<Stood<'_>> {
        self.0
            .get(&id)
            .and_then(|standings| stood(standings, moment))
    }

    /// The same of every body that was ever registered.
    pub fn all_before(&self, moment: Instant) -> impl Iterator<Item = (BodyId, Stood<'_>)> {
        let bodies = self.0.iter();
        bodies.filter_map(move |(id, standings)| Some((*id, stood(standings, moment)?)))
    }

    /// Bodies that went, or are of another kind or in another district than they were.
    pub fn changed(&self) -> impl Iterator<Item = BodyId> {
        let changed = self.0.iter().filter(|(_, standings)| standings.len() > 1);
        changed.map(|(id, _)| *id)
    }

    /// Bodies that were closed or merged into another.
    pub fn gone(&self) -> impl Iterator<Item = BodyId> {
        let gone = self
            .0
            .iter()
            .filter(|(_, standings)| standings.iter().any(|one| !one.there));
        gone.map(|(id, _)| *id)
    }

    /// Bodies that were registered at a moment or after it, each with when.
    pub fn come_since(&self, moment: Instant) -> impl Iterator<Item = (BodyId, Instant)> {
        let come = self
            .0
            .iter()
            .filter_map(|(id, standings)| Some((*id, standings.first()?.from)));
        come.filter(move |(_, from)| *from >= moment)
    }
}

fn stood(standings: &[Standing], moment: Instant) -> Option<Stood<'_>> {
    let last = standings.iter().rev().find(|one| one.from < moment);
    let standing = last.or(standings.first())?;
    Some(Stood {
        kind: standing.kind,
        district: standing.district.as_ref(),
        there: last.is_some_and(|last| last.there),
    })
}

#[cfg(test)]
mod tests {
    use form::Texts;
    use uuid::Uuid;

    use super::*;
    use crate::body::{BodyEvent, Particulars, Profile};
    use crate::event::Event;
    use crate::record::{Stream, StreamKind};

    fn home(district: Option<DistrictCode>, name: &str) -> Particulars {
        Particulars {
            kind: BodyKind::ElderCare,
            name: Texts::both("某院", name),
            parent: None,
            district,
            residents: 0,
            staff: 0,
            capacity: 0,
            sample: false,
            profile: Profile::default(),
        }
    }

    /// Given a body that was registered, moved to another district, renamed and closed, then at each moment it stood as it did then, and it
    /// is among those that changed and those that are gone.
    #[test]
    fn a_body_stands_at_each_moment_as_it_did_then() {
        let (id, [one, other]) = (
            BodyId(Uuid::from_u128(1)),
            ["110101", "110102"].map(|code| DistrictCode(code.into())),
        );
        let in_district = |code: &DistrictCode, name| home(Some(code.clone()), name);
        let (mut directory, mut roll) = (Directory::default(), Roll::default());
        let mut happens = |event, at| {
            let stream = Stream {
                kind: StreamKind::Body,
                id: id.0,
            };
            directory.evolve(stream, &Event::Body(event));
            roll.note(id, &directory, Instant(at));
        };
        happens(BodyEvent::Registered(in_district(&one, "Home")), 10);
        for (name, at) in [("Home", 20), ("House", 25)] {
            let amendment = Box::new(in_district(&other, name).amendable());
            happens(BodyEvent::Amended(amendment), at);
        }
        let reason = "Closed".to_owned();
        // By a clock that was late.
        happens(BodyEvent::Closed { reason }, 15);
        for (moment, district, there) in [
            (10, &one, false),
            (11, &one, true),
            (20, &one, true),
            (21, &other, false),
            (99, &other, false),
        ] {
            let stood = Stood {
                kind: BodyKind::ElderCare,
                district: Some(district),
                there,
            };
            let moment = Instant(moment);
            assert_eq!(roll.before(id, moment), Some(stood), "{moment:?}");
            assert_eq!(roll.all_before(moment).collect::<Vec<_>>(), [(id, stood)]);
        }
        assert_eq!(roll.changed().collect::<Vec<_>>(), [id]);
        assert_eq!(roll.gone().collect::<Vec<_>>(), [id]);
        let come = |since| roll.come_since(Instant(since)).collect::<Vec<_>>();
        assert_eq!((come(10), come(11)), (vec![(id, Instant(10))], vec![]));
        let unknown = BodyId(Uuid::from_u128(2));
        assert_eq!(roll.before(unknown, Instant(99)), None);
    }
}
