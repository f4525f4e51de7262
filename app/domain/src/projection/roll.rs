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

    /// Bodies that were not there all the time since just before a moment.
    pub fn come_or_gone_since(&self, moment: Instant) -> impl Iterator<Item = BodyId> {
        let bodies = self.0.iter().filter(move |(_, standings)| {
            let then = stood(standings, moment);
            let since = standings.iter().filter(|one| one.from >= moment);
            then.is_some_and(|then| !then.there) || since.into_iter().any(|one| !one.there)
        });
        bodies.map(|(id, _)| *id)
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
    /// is among those that came or went only as far as it did.
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
            assert_eq!(roll.come_or_gone_since(moment).count(), 1);
        }
        let unknown = BodyId(Uuid::from_u128(2));
        assert_eq!(roll.before(unknown, Instant(99)), None);
    }

    /// Given a body that is there all the time, whatever else of it changed, then it neither came nor went since it was registered.
    #[test]
    fn who_stays_neither_comes_nor_goes() {
        let id = BodyId(Uuid::from_u128(1));
        let (mut directory, mut roll) = (Directory::default(), Roll::default());
        let mut body = home(None, "Home");
        for at in [10, 20] {
            let event = match at {
                10 => BodyEvent::Registered(body.clone()),
                _ => BodyEvent::Amended(Box::new(body.amendable())),
            };
            let stream = Stream {
                kind: StreamKind::Body,
                id: id.0,
            };
            directory.evolve(stream, &Event::Body(event));
            roll.note(id, &directory, Instant(at));
            body.kind = BodyKind::DisabilityService;
        }
        for (moment, expected) in [(10, 1), (11, 0), (21, 0)] {
            let came = roll.come_or_gone_since(Instant(moment)).count();
            assert_eq!(came, expected, "{moment}");
        }
    }
}
