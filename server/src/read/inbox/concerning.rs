//! Whom something is told to: the one rule of it, for the inbox, for mail and for the live stream.

use std::collections::{BTreeMap, BTreeSet};

use domain::body::Particulars;
use domain::campaign::may_call;
use domain::id::BodyId;
use domain::instant::{Day, Instant};
use domain::notice::AddresseeRule;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use uuid::Uuid;

use super::super::list::Select;
use super::super::notification::{Audience, own_stream};
use super::super::pairs::BY_ITSELF;
use super::super::{Reader, parsed};
use super::JOINS;
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// The authority whose organisers are told.
const AUTHORITY: &str = "coalesce(m.authority, a.authority, d.authority, c.authority)";
/// Who wrote what was returned.
const DRAFTER: &str = "(select e.actor from event e where e.jurisdiction = n.jurisdiction and e.stream = n.stream and e.position < n.position \
     and e.kind in ('arrangement.drafted', 'arrangement.amendmentDrafted') order by e.position desc limit 1)";
/// The rules of kinds and districts by which something was addressed.
const RULES: &str = "select distinct addressees from notification \
     where jurisdiction = $1 and audience = 'receivers' and addressees not like '%\"kinds\":[]%'";
/// What was told of calls to self-inspection: the campaign, whose authority calls institutions of which kinds, and its last day.
const CALLS: &str = "select n.stream, n.body, n.addressees, c.last_day from notification n \
     join campaign c on c.jurisdiction = n.jurisdiction and c.id = substr(n.stream, 10) \
     where n.jurisdiction = $1 and n.audience = 'selfInspectors' order by n.position";

/// What concerns the viewer.
pub(super) struct Concerning {
    pub(super) select: Select,
    /// The position up to which everything counts as read.
    seen: String,
    /// The condition under which a row is read by itself.
    one_by_one: String,
}

impl Concerning {
    /// What is unread stands beyond what was seen: looked for there alone.
    pub(super) fn unread(self) -> Select {
        let unread = format!("n.position > {} and not {}", self.seen, self.one_by_one);
        self.select.and(&unread)
    }

    pub(super) fn is_read(&self) -> String {
        format!("(n.position <= {} or {})", self.seen, self.one_by_one)
    }

    pub(super) fn read(self) -> Select {
        let read = self.is_read();
        self.select.and(&read)
    }
}

impl Reader {
    /// What concerns the viewer, by the audience alone or by audience and body. What others are told, however much it is, then takes no
    /// place of theirs.
    fn told_to(&self) -> (Vec<&'static str>, Vec<String>) {
        let directory = &self.known.directory;
        let (mut everywhere, mut somewhere) = (Vec::new(), Vec::new());
        for audience in Audience::ALL {
            let (Some(act), code) = (audience.act(), audience.code()) else {
                // Whom it concerns is found by more than the body it is about.
                continue;
            };
            match audience {
                Audience::Settlers => {
                    everywhere.extend(self.may(act, &Place::Jurisdiction).then_some(code));
                }
                Audience::Rectifiers => {
                    somewhere.extend(self.rectifies_in().map(|body| format!("{code}/{body}")));
                }
                Audience::Supporters => {
                    let given = self.gives_support_for();
                    somewhere.extend(given.map(|body| format!("{code}/{body}")));
                }
                _ if audience.is_own() => {
                    let own = self
                        .own_path()
                        .filter(|body| self.may(act, &Place::Body(*body)));
                    somewhere.extend(own.map(|body| format!("{code}/{body}")));
                }
                _ if self.may(act, &Place::Jurisdiction) => everywhere.push(code),
                _ if !self.may(act, &Place::Anywhere) => {}
                _ => {
                    let bodies = directory.bodies().map(|(body, _)| body);
                    let own = bodies.filter(|body| self.may(act, &Place::Body(*body)));
                    somewhere.extend(own.map(|body| format!("{code}/{body}")));
                }
            }
        }
        (everywhere, somewhere)
    }

    /// The rules of kinds and districts that cover one of these bodies, as the rows have them.
    async fn rules_covering(&self, bodies: &[BodyId]) -> Result<Vec<String>, StoreError> {
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = |covers: &dyn Fn(&BodyId) -> bool| bodies.iter().any(covers);
        self.rules_of(RULES, wanted).await
    }

    /// Of the rules that a query finds, as the rows have them, those that are wanted for the bodies that they cover.
    pub(in crate::read) async fn rules_of(
        &self,
        query: &'static str,
        wanted: impl Fn(&dyn Fn(&BodyId) -> bool) -> bool,
    ) -> Result<Vec<String>, StoreError> {
        let mut rules: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(query)
            .bind(self.own()).fetch_all(pool).await?);
        let mut unreadable = None;
        rules.retain(|text| {
            let rule: AddresseeRule = match serde_json::from_str(text) {
                Ok(rule) => rule,
                Err(error) => {
                    unreadable = Some(StoreError::corrupt("addressees", error));
                    return false;
                }
            };
            wanted(&|body: &BodyId| {
                let known = self.known.directory.body(*body);
                known.is_some_and(|known| rule.covers(*body, known))
            })
        });
        unreadable.map_or(Ok(rules), Err)
    }

    /// The streams of the levels that are about one of these bodies, or about an institution that they answer for; and those of the guides
    /// that such levels name, with the periods in which one does. An edition from before that is told of with the level.
    fn governing(
        &self,
        own: &[BodyId],
        below: &BTreeSet<BodyId>,
    ) -> (Vec<String>, BTreeMap<String, BTreeSet<(Instant, Instant)>>) {
        let directory = &self.known.directory;
        let governed: Vec<&Particulars> = own
            .iter()
            .chain(below)
            .filter_map(|body| directory.body(*body))
            .collect();
        let rules = &self.known.rules;
        let mut levels = Vec::new();
        let mut guides: BTreeMap<String, BTreeSet<(Instant, Instant)>> = BTreeMap::new();
        for (id, decision) in rules.decisions() {
            let holds = rules.holds_until(id, governed.iter().copied());
            let Some((order, until)) = decision.order.as_ref().zip(holds) else {
                continue;
            };
            levels.push(stream(StreamKind::ResponseLevel, id.0));
            for guide in &order.guides {
                let periods = guides.entry(stream(StreamKind::RulePack, guide.0));
                periods.or_default().insert((order.from, until));
            }
        }
        (levels, guides)
    }

    /// The streams of the campaigns that call institutions to inspect themselves for which the viewer assigns people: as each says now, and
    /// that were not over before the institution was there.
    async fn calls_to_self_inspection(&self) -> Result<Vec<String>, StoreError> {
        if !self.may(Act::SelfInspect, &Place::Anywhere) {
            return Ok(Vec::new());
        }
        let directory = &self.known.directory;
        let own: Vec<(BodyId, &Particulars)> = directory
            .active_bodies()
            .filter(|(body, _)| self.may(Act::SelfInspect, &Place::Body(*body)))
            .collect();
        let ids = list(own.iter().map(|(body, _)| body.to_string()));
        let came = format!(
            "select s.body, s.at from body_since s where s.jurisdiction = $1 and {}",
            self.database.is_one_of("s.body", "$2")
        );
        type Call = (String, String, String, String);
        let (calls, came): (Vec<Call>, Vec<(String, i64)>) = on_database!(&self.database, pool => (
            sqlx::query_as(CALLS).bind(self.own()).fetch_all(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(came.as_str())).bind(self.own()).bind(&ids).fetch_all(pool).await?,
        ));
        let came: BTreeMap<String, i64> = came.into_iter().collect();
        let mut called = BTreeMap::new();
        // In their order: what a campaign says last stands.
        for (stream, authority, addressees, last_day) in calls {
            let by: BodyId = parsed("body id", &authority, authority.parse().ok())?;
            let rule: AddresseeRule = parsed(
                "addressees",
                &addressees,
                serde_json::from_str(&addressees).ok(),
            )?;
            let last: Day = parsed("day", &last_day, last_day.parse().ok())?;
            let is_called = |(body, known): &(BodyId, &Particulars)| {
                let came = came.get(&body.to_string());
                rule.covers(*body, known)
                    && may_call(by, *body, directory)
                    && came.is_none_or(|at| self.known.day(Instant(*at)) <= last)
            };
            called.insert(stream, own.iter().any(is_called));
        }
        let called = called.into_iter().filter(|(_, is_called)| *is_called);
        Ok(called.map(|(stream, _)| stream).collect())
    }

    /// The institutions of whose regulators the viewer writes or signs files.
    fn regulators_judged_of(&self) -> Vec<BodyId> {
        if !self.may(Act::JudgeRegulators, &Place::Anywhere) {
            return Vec::new();
        }
        let institutions = (self.known.directory.bodies())
            .filter(|(_, body)| body.kind.is_institution())
            .map(|(body, _)| body);
        institutions
            .filter(|body| self.judges_the_regulator_of(*body))
            .collect()
    }

    /// The viewer's unit and what lies above it.
    fn own_path(&self) -> impl Iterator<Item = BodyId> + '_ {
        let directory = &self.known.directory;
        let own = directory.active_person(self.viewer);
        let unit = own.and_then(|registration| registration.unit);
        unit.into_iter().flat_map(|unit| directory.path(unit))
    }

    /// The rows that concern the viewer: the one rule of whom anything is told.
    pub(super) async fn concerning(&self) -> Result<Concerning, StoreError> {
        let database = &self.database;
        let mut select = Select::new(self, "", "notification n", JOINS);
        let viewer = select.with(self.viewer.to_string());
        // Nobody is told of what they did themselves, but what concerns their own account.
        let by_another = format!(
            "not exists (select 1 from event e where e.jurisdiction = n.jurisdiction and e.position = n.position and e.actor = {viewer})"
        );
        let (everywhere, somewhere) = self.told_to();
        let mut any = Vec::new();
        if !everywhere.is_empty() {
            let everywhere = select.bind(list(everywhere));
            let told = database.is_one_of("n.audience", &everywhere);
            any.push(format!("{told} and {by_another}"));
        }
        if !somewhere.is_empty() {
            let somewhere = select.bind(list(somewhere));
            let told = database.is_one_of(
                "n.audience || '/' || coalesce(nullif(n.body, ''), f.body)",
                &somewhere,
            );
            any.push(format!("{told} and {by_another}"));
        }
        let mut of = |audience: Audience, condition: &str| {
            any.push(format!(
                "n.audience = '{}' and {condition}",
                audience.code()
            ));
        };
        let stream = select.bind(own_stream(self.viewer));
        of(Audience::Oneself, &format!("n.stream = {stream}"));
        let own = self.own_bodies();
        if !own.is_empty() {
            let mut addressed: Vec<String> = own
                .iter()
                .map(|body| format!("n.addressees like '%\"{body}\"%'"))
                .collect();
            let rules = self.rules_covering(&own).await?;
            if !rules.is_empty() {
                let rules = select.bind(list(rules));
                addressed.push(database.is_one_of("n.addressees", &rules));
            }
            of(
                Audience::Receivers,
                &format!("({})", addressed.join(" or ")),
            );
            let below = self.answered_for(&own);
            let rules = self.rules_covering_below(&own, &below).await?;
            if !rules.is_empty() {
                let rules = select.bind(list(rules));
                of(
                    Audience::Regulators,
                    &database.is_one_of("n.addressees", &rules),
                );
            }
            let regulators = select.bind(list(own.iter().map(ToString::to_string)));
            let regulators = database.is_one_of("r.regulator", &regulators);
            let sees = self.visible(Act::See);
            let seen = select.bind(sees.parameter());
            let seen = sees.condition(database, "v.target", &seen);
            of(Audience::Judged, &format!("{regulators} and {seen}"));
            let (levels, guides) = self.governing(&own, &below);
            let mut governed = Vec::new();
            if !levels.is_empty() {
                let levels = select.bind(list(levels));
                governed.push(database.is_one_of("n.stream", &levels));
            }
            for (guide, periods) in guides {
                let guide = select.bind(guide);
                let periods = periods.iter().map(|(from, until)| {
                    format!("n.at >= {} and n.at < {}", from.millis(), until.millis())
                });
                let named = periods.collect::<Vec<_>>().join(" or ");
                governed.push(format!("(n.stream = {guide} and ({named}))"));
            }
            if !governed.is_empty() {
                let governed = governed.join(" or ");
                of(
                    Audience::Governed,
                    &format!("({governed}) and {by_another}"),
                );
            }
        }
        let calls = self.calls_to_self_inspection().await?;
        if !calls.is_empty() {
            let calls = select.bind(list(calls));
            of(
                Audience::SelfInspectors,
                &database.is_one_of("n.stream", &calls),
            );
        }
        let named = select.bind(format!("%\"{}\"%", self.viewer));
        of(Audience::Named, &format!("n.addressees like {named}"));
        // One that was cancelled while it was sealed never is released, and what was done while it was is told to nobody afterwards.
        of(
            Audience::Team,
            &format!(
                "exists (select 1 from assignment_member w join assignment o on o.jurisdiction = w.jurisdiction and o.id = w.assignment \
                 where w.jurisdiction = n.jurisdiction and w.person = {viewer} and w.assignment = substr(n.stream, 12) \
                 and o.released_position <= n.position)"
            ),
        );
        // The last commitment of a round is the one that all the others came before.
        of(
            Audience::Revealers,
            &format!(
                "exists (select 1 from draw_party x join draw_party y on y.jurisdiction = x.jurisdiction and y.draw = x.draw and y.round = x.round \
                 where x.jurisdiction = n.jurisdiction and x.draw = substr(n.stream, 6) and x.person = {viewer} and y.committed_at = n.at \
                 and not exists (select 1 from draw_party z where z.jurisdiction = x.jurisdiction and z.draw = x.draw and z.round = x.round \
                 and (z.committed_at is null or z.committed_at > n.at)))"
            ),
        );
        let organised = self.visible(Act::Organise);
        if !organised.is_nowhere() {
            let parameter = select.bind(organised.parameter());
            let organised = organised.condition(database, AUTHORITY, &parameter);
            of(
                Audience::Organisers,
                &format!("{organised} and {by_another}"),
            );
            of(
                Audience::Drafter,
                &format!("{organised} and {DRAFTER} = {viewer}"),
            );
        }
        let judged = self.regulators_judged_of();
        if !judged.is_empty() {
            let judged = select.bind(list(judged.iter().map(ToString::to_string)));
            let visited = database.is_one_of("n.body", &judged);
            // Whoever is told what the visit found is told of it once.
            let orders = self.visible(Act::OrderRectification);
            let parameter = select.bind(orders.parameter());
            let ordered = format!(
                "({} and exists (select 1 from notification o where o.jurisdiction = n.jurisdiction and o.position = n.position \
                 and o.audience = 'orderers'))",
                orders.condition(database, "n.body", &parameter)
            );
            of(
                Audience::Assessors,
                &format!(
                    "{visited} and {by_another} and not {ordered} and not exists (select 1 from inspection i \
                     where i.jurisdiction = n.jurisdiction and i.id = substr(n.stream, 12) and {BY_ITSELF})"
                ),
            );
            let file = database.is_one_of("v.target", &judged);
            let own = select.bind(list(self.own_path().map(|body| body.to_string())));
            let own = database.is_one_of("r.regulator", &own);
            of(
                Audience::Signers,
                &format!("{file} and not {own} and {by_another}"),
            );
        }
        let verified = self.visible(Act::ReVerify);
        if !verified.is_nowhere() {
            let parameter = select.bind(verified.parameter());
            let verified = verified.condition(database, "g.body", &parameter);
            of(
                Audience::Lookers,
                &format!(
                    "exists (select 1 from look_back_finding x join finding g on g.jurisdiction = x.jurisdiction and g.id = x.finding \
                     where x.jurisdiction = n.jurisdiction and x.look_back = substr(n.stream, 10) and {verified}) and {by_another}"
                ),
            );
            of(
                Audience::Drawer,
                &format!(
                    "exists (select 1 from look_back_finding x join look_back l on l.jurisdiction = x.jurisdiction and l.id = x.look_back \
                     where x.jurisdiction = n.jurisdiction and x.finding = substr(n.stream, 9) and x.looked_at = n.at and l.drawn_by = {viewer}) \
                     and {by_another}"
                ),
            );
        }
        let any: Vec<String> = any.iter().map(|one| format!("({one})")).collect();
        Ok(Concerning {
            select: select.and(&format!("({})", any.join(" or "))),
            seen: format!(
                "coalesce((select s.position from notification_seen s where s.jurisdiction = $1 and s.person = {viewer}), 0)"
            ),
            one_by_one: format!(
                "exists (select 1 from notification_read k where k.jurisdiction = $1 and k.person = {viewer} and k.notification = n.id)"
            ),
        })
    }
}

fn stream(kind: StreamKind, id: Uuid) -> String {
    Stream { kind, id }.to_string()
}
