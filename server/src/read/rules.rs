//! Response levels and guides: the lists, one of each, and what applies to a body at a moment.

use std::collections::BTreeMap;

use app::api::view::{
    ActiveItem, Basis, BodyRulesView, BodyThen, ConsideredRow, FollowedGuide, FoundItem, GuideRow,
    GuideView, LevelRow, LevelState, LevelView, NamedGuide, Page,
};
use domain::Event;
use domain::body::{BodyEvent, BodyKind};
use domain::id::{BodyId, NoticeId, ResponseLevelId, RulePackId};
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::projection::body_periods::{period_at, periods};
use domain::record::{Stream, StreamKind};
use domain::response_level::{Area, LevelDecision};
use form::{Node, Texts};

use super::checklists::source_fits;
use super::list::{Wanted, found_in, holds};
use super::{Reader, both, parsed};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;

/// By id: number, title, and whether it was withdrawn.
type Notices = BTreeMap<NoticeId, (String, Texts, bool)>;

impl Reader {
    /// Numbers and titles of all notices; decisions name few of them, but there are not many.
    async fn notice_titles(&self) -> Result<Notices, StoreError> {
        const TITLES: &str =
            "select id, number, title_zh, title_en, withdrawn from notice where jurisdiction = $1";
        let rows: Vec<(String, String, String, String, Option<String>)> = on_database!(&self.database, pool => sqlx::query_as(TITLES)
            .bind(self.own()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|(id, number, chinese, english, withdrawn)| {
                let id = parsed("notice id", &id, id.parse().ok())?;
                let title = both(chinese, english);
                Ok((id, (number, title, withdrawn.is_some())))
            })
            .collect()
    }

    pub(super) fn guide_name(&self, id: RulePackId) -> Texts {
        let guide = self.known.rules.guide(id);
        let newest = guide.and_then(|guide| guide.editions.last());
        newest
            .map(|edition| edition.guide.clone())
            .unwrap_or_default()
    }

    /// Where a level holds.
    pub(super) fn area_name(&self, area: &Area) -> Texts {
        let directory = &self.known.directory;
        match area {
            Area::Jurisdiction => {
                let founded = directory.jurisdiction().founded.as_ref();
                founded
                    .map(|founded| founded.name.clone())
                    .unwrap_or_default()
            }
            Area::District(code) => directory
                .district(code)
                .map(|district| district.name.clone())
                .unwrap_or_default(),
        }
    }

    fn level_row(
        &self,
        id: ResponseLevelId,
        decision: &LevelDecision,
        notices: &Notices,
    ) -> Option<LevelRow> {
        let order = decision.order.clone()?;
        let guides = order.guides.iter().map(|id| NamedGuide {
            id: *id,
            name: self.guide_name(*id),
        });
        let (end, rules) = (decision.end(), &self.known.rules);
        let superseded = rules.superseded(id, self.now);
        let outranked = rules.outranked(id, self.now);
        let changes = decision.extensions.len() + usize::from(decision.ended.is_some());
        Some(LevelRow {
            version: 1 + changes as u64,
            may_change: decision.ended.is_none() && self.may(Act::SetRules, &order.area.place()),
            id,
            notice: basis(order.notice, notices),
            guides: guides.collect(),
            state: LevelState::of((order.from, end), superseded, outranked, self.now),
            end,
            ended: decision.ended.is_some(),
            extended: !decision.extensions.is_empty(),
            superseded,
            outranked,
            order,
        })
    }

    /// Decisions on levels, newest beginning first.
    pub async fn levels(&self) -> Result<Vec<LevelRow>, StoreError> {
        let notices = self.notice_titles().await?;
        let mut rows: Vec<LevelRow> = self
            .known
            .rules
            .decisions()
            .into_iter()
            .filter_map(|(id, decision)| self.level_row(id, decision, &notices))
            .collect();
        rows.reverse();
        rows.sort_by_key(|row| std::cmp::Reverse(row.order.from));
        Ok(rows)
    }

    /// Those that a notice puts in force, extends or ends, as they stand now; the notice is called so.
    pub fn levels_resting_on(
        &self,
        notice: NoticeId,
        (number, title, withdrawn): (&str, &Texts, bool),
    ) -> Vec<LevelRow> {
        let named = Notices::from([(notice, (number.to_owned(), title.clone(), withdrawn))]);
        let rests_on = |decision: &LevelDecision| {
            let set = decision.order.as_ref().map(|order| order.notice);
            let extended = decision.extensions.iter().map(|one| one.notice);
            let ended = decision.ended.map(|end| end.notice);
            set.into_iter()
                .chain(extended)
                .chain(ended)
                .any(|basis| basis == notice)
        };
        let decisions = self.known.rules.decisions().into_iter().rev();
        let resting = decisions.filter(|(_, decision)| rests_on(decision));
        resting
            .filter_map(|(id, decision)| self.level_row(id, decision, &named))
            .collect()
    }

    pub async fn list_levels(&self, wanted: Wanted<'_>) -> Result<Page<LevelRow>, StoreError> {
        let asked = wanted.asked;
        let fits = |name: &str, code: &str| {
            let filter = asked.filter(name);
            filter.is_empty() || filter == code
        };
        let kind = asked.filter("kind");
        let mut rows = self.levels().await?;
        rows.retain(|row| {
            let area = match &row.order.area {
                Area::Jurisdiction => LevelRow::CITY,
                Area::District(code) => &code.0,
            };
            let is_of = |of: &BodyKind| of.code() == kind;
            let guides = row.guides.iter().map(|guide| &guide.name);
            let is_found = holds(&[&row.notice.number], &asked.search)
                || found_in(guides.chain([&row.notice.title]), &asked.search);
            fits("state", row.state.code())
                && fits("level", row.order.level.code())
                && fits("area", area)
                && (kind.is_empty() || row.order.kinds.iter().any(is_of))
                && is_found
        });
        Ok(self.page_of(rows, wanted))
    }

    pub async fn level(&self, id: ResponseLevelId) -> Result<Option<LevelView>, StoreError> {
        let notices = self.notice_titles().await?;
        let Some(decision) = self.known.rules.decision(id) else {
            return Ok(None);
        };
        let Some(row) = self.level_row(id, decision, &notices) else {
            return Ok(None);
        };
        let stream = Stream {
            kind: StreamKind::ResponseLevel,
            id: id.0,
        };
        let events = self.stream(stream.to_string()).await?;
        Ok(Some(LevelView {
            extensions: decision
                .extensions
                .iter()
                .map(|extension| (*extension, basis(extension.notice, &notices)))
                .collect(),
            ended: decision.ended.map(|end| (end, basis(end.notice, &notices))),
            history: self.history(&events),
            row,
        }))
    }

    /// Guides by name.
    pub fn guides(&self, now: Instant) -> Vec<GuideRow> {
        let mut rows: Vec<GuideRow> = self
            .known
            .rules
            .guides()
            .map(|(id, guide)| {
                let current = guide.edition_at(now);
                let obligations = current.map_or(0, |edition| edition.obligations.len());
                GuideRow {
                    id,
                    name: self.guide_name(id),
                    edition: current.map(|edition| edition.name.clone()),
                    editions: u32::try_from(guide.editions.len()).unwrap_or(u32::MAX),
                    from: current.map(|edition| edition.from),
                    obligations: u32::try_from(obligations).unwrap_or(u32::MAX),
                    adapted: guide.editions.iter().any(|edition| edition.adapted),
                }
            })
            .collect();
        rows.sort_by_key(|row| {
            domain::Language::ALL.map(|language| row.name.get(language.tag()).to_owned())
        });
        rows
    }

    #[expect(clippy::unused_async, reason = "all lists are asked alike")]
    pub async fn list_guides(&self, wanted: Wanted<'_>) -> Result<Page<GuideRow>, StoreError> {
        let asked = wanted.asked;
        let state = asked.filter("state");
        let mut rows = self.guides(now());
        rows.retain(|row| {
            (state.is_empty() || row.state().code() == state)
                && source_fits(row.adapted, asked.filter("source"))
                && found_in([&row.name], &asked.search)
        });
        Ok(self.page_of(rows, wanted))
    }

    pub async fn guide(
        &self,
        id: RulePackId,
        now: Instant,
    ) -> Result<Option<GuideView>, StoreError> {
        let Some(guide) = self.known.rules.guide(id) else {
            return Ok(None);
        };
        let stream = Stream {
            kind: StreamKind::RulePack,
            id: id.0,
        };
        let events = self.stream(stream.to_string()).await?;
        Ok(Some(GuideView {
            id,
            name: self.guide_name(id),
            editions: guide.editions.iter().rev().cloned().collect(),
            current: guide.edition_at(now).map(|edition| edition.number),
            history: self.history(&events),
        }))
    }

    /// What applies to a body at a moment, and why; None when it does not exist or lies outside the viewer's scope.
    pub async fn body_rules(
        &self,
        id: BodyId,
        at: Instant,
    ) -> Result<Option<BodyRulesView>, StoreError> {
        if self.known.directory.body(id).is_none() || !self.may(Act::See, &Place::Body(id)) {
            return Ok(None);
        }
        let stream = Stream {
            kind: StreamKind::Body,
            id: id.0,
        };
        let events = self.stream(stream.to_string()).await?;
        let told = events.iter().filter_map(|recorded| {
            let authored = &recorded.authored;
            match authored.event() {
                Ok(Event::Body(event)) => Some((authored.occurred_at, event)),
                _ => None,
            }
        });
        let told: Vec<(Instant, BodyEvent)> = told.collect();
        let periods = periods(told.iter().map(|(at, event)| (*at, event)));
        let notices = self.notice_titles().await?;
        let rules = &self.known.rules;
        let Some(first) = periods.first() else {
            return Ok(None);
        };
        let view = BodyRulesView {
            body: self.linked_body(id),
            at,
            registered_at: first.from,
            then: None,
            governing: None,
            considered: Vec::new(),
            followed: Vec::new(),
            items: Vec::new(),
            changes: rules.changes(&periods),
        };
        let Some(period) = period_at(&periods, at) else {
            return Ok(Some(view));
        };
        let known = &period.particulars;
        let district = known.district.as_ref();
        let district = district.and_then(|code| self.known.directory.district(code));
        let then = BodyThen {
            kind: known.kind,
            district: district.map(|district| district.name.clone()),
        };
        let applies = rules.applies(known, at);
        let found = self.items();
        let items = applies.items().into_iter().map(|code| ActiveItem {
            code: code.to_owned(),
            found: found.get(code).cloned(),
        });
        let followed = applies.followed.iter().map(|followed| FollowedGuide {
            id: followed.guide,
            guide: followed.edition.guide.clone(),
            edition: followed.edition.name.clone(),
            from: followed.edition.from,
            adapted: followed.edition.adapted,
            obligations: followed
                .obligations
                .iter()
                .map(|obligation| (*obligation).clone())
                .collect(),
        });
        let considered = applies.considered.iter().filter_map(|one| {
            let row = self.level_row(one.id, one.decision, &notices)?;
            Some(ConsideredRow {
                row,
                standing: one.standing,
            })
        });
        Ok(Some(BodyRulesView {
            then: Some(then),
            governing: applies
                .governing
                .and_then(|one| self.level_row(one.id, one.decision, &notices)),
            considered: considered.collect(),
            followed: followed.collect(),
            items: items.collect(),
            ..view
        }))
    }

    /// Every check item by code, as the newest version of the newest checklist that has it words it.
    fn items(&self) -> BTreeMap<String, FoundItem> {
        let mut found = BTreeMap::new();
        for (checklist, form) in self.known.checklists() {
            let definition = form.definition();
            let mut waiting: Vec<&Node> = definition.children.iter().collect();
            while let Some(node) = waiting.pop() {
                match node {
                    Node::Group(group) => waiting.extend(&group.children),
                    Node::Repeat(repeat) => waiting.extend(&repeat.children),
                    Node::Question(question) => {
                        if let Some(check) = &question.check {
                            let item = FoundItem {
                                title: question.label.clone(),
                                checklist,
                                version: definition.version.clone(),
                            };
                            found.insert(check.code.clone(), item);
                        }
                    }
                    Node::Calculation(_) => {}
                }
            }
        }
        found
    }
}

fn basis(id: NoticeId, notices: &Notices) -> Basis {
    let (number, title, withdrawn) = notices.get(&id).cloned().unwrap_or_default();
    Basis {
        id,
        number,
        title,
        withdrawn,
    }
}

#[cfg(test)]
mod tests {
    use domain::Command;
    use domain::body::{Amendment, BodyCommand};
    use domain::response_level::{Extension, LevelCommand, LevelEnd, LevelOrder};
    use uuid::Uuid;

    use super::*;
    use crate::http::fixture::Fixture;
    use crate::server::now;

    /// Given a level of a district, when it is extended and then ended, then its row counts what was decided about it as its stream does, and
    /// it may be changed, by who decides there, until it is ended.
    #[tokio::test]
    async fn a_row_says_which_version_was_read_and_who_may_change_it() {
        let fixture = Fixture::new().await;
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let known = reader("administrator").known;
        let code = known.directory.jurisdiction().districts[0].code.clone();
        let city = reader("administrator").levels().await.unwrap().remove(0);
        let id = ResponseLevelId(Uuid::now_v7());
        let minute = |hours| Instant((now().millis() / 60_000) * 60_000).plus_hours(hours);
        let notice = city.order.notice;
        let set = LevelCommand::Set(LevelOrder {
            area: Area::District(code),
            from: minute(-1),
            until: Some(minute(24)),
            ..city.order
        });
        let extend = LevelCommand::Extend(Extension {
            until: Some(minute(48)),
            notice,
        });
        let end = LevelCommand::End(LevelEnd {
            at: minute(1),
            notice,
        });
        for (version, command) in (1..).zip([set, extend, end]) {
            let command = Command::ResponseLevel { id, command };
            fixture.does("administrator", &command).await;
            for (name, decides) in [("administrator", version < 3), ("oversight", false)] {
                let rows = reader(name).levels().await.unwrap();
                let row = rows.into_iter().find(|row| row.id == id).unwrap();
                assert_eq!((row.version, row.may_change), (version, decides), "{name}");
            }
            let stream = Stream {
                kind: StreamKind::ResponseLevel,
                id: id.0,
            };
            let read = reader("oversight").version_of(stream).await.unwrap();
            assert_eq!(read, version);
        }
    }

    /// Given a home that is amended to another district on 20 March, when what applied to it is asked for, then on 13 March the old
    /// district's decisions count and its name is said, from 20 March on the new one's, and before it was registered nothing does.
    #[tokio::test]
    async fn what_applied_is_told_for_where_the_body_was() {
        let fixture = Fixture::new().await;
        // 2022-03-13T08:00+08:00
        let eight = Instant(1_647_129_600_000);
        let moved = eight.plus_hours(7 * 24);
        let administrator = fixture.person("administrator");
        let reader = || {
            fixture
                .server
                .reader(fixture.city.jurisdiction, administrator)
        };
        let home = fixture.unit_of(fixture.person("sos-village")).unwrap();
        let known = reader().known.directory.body(home).unwrap().clone();
        let old = known.district.clone().unwrap();
        let districts = reader().known.directory.jurisdiction().districts.clone();
        let name = |code| districts.iter().find(|one| one.code == code).unwrap();
        let new = districts.iter().find(|one| one.code != old).unwrap();
        // Each district at a level of its own, beside the city's.
        let city = reader().levels().await.unwrap().remove(0);
        let ids = [(); 2].map(|()| ResponseLevelId(Uuid::now_v7()));
        for (id, code) in ids.into_iter().zip([&old, &new.code]) {
            let order = LevelOrder {
                area: Area::District(code.clone()),
                ..city.order.clone()
            };
            let command = LevelCommand::Set(order);
            let command = Command::ResponseLevel { id, command };
            let at = eight.plus_hours(-1);
            let set = fixture.server.ingest.command(administrator, &command, at);
            set.await.unwrap();
        }
        let before = known.amendable();
        let after = Amendment {
            district: Some(new.code.clone()),
            ..before.clone()
        };
        let command = BodyCommand::Amend {
            before: Box::new(before),
            after: Box::new(after),
        };
        let command = Command::Body { id: home, command };
        let amend = fixture
            .server
            .ingest
            .command(administrator, &command, moved);
        amend.await.unwrap();
        for (at, district, decision) in [
            (eight, name(old.clone()), ids[0]),
            (Instant(moved.0 - 60_000), name(old.clone()), ids[0]),
            (moved, new, ids[1]),
        ] {
            let view = reader().body_rules(home, at).await.unwrap().unwrap();
            let then = view.then.unwrap();
            assert_eq!(then.district.as_ref(), Some(&district.name), "{at:?}");
            let considered = view.considered.iter().map(|one| one.row.id);
            let of_districts: Vec<_> = considered.filter(|id| ids.contains(id)).collect();
            assert_eq!(of_districts, [decision], "{at:?}");
            assert!(view.changes.contains(&moved));
        }
        let view = reader().body_rules(home, Instant(0)).await.unwrap();
        let view = view.unwrap();
        assert!(view.then.is_none() && view.governing.is_none() && view.considered.is_empty());
        assert!(view.registered_at > Instant(0) && view.registered_at < eight);
    }
}
