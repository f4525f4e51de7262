//! Response levels and guides: the lists, one of each, and what applies to a body at a moment.

use std::collections::BTreeMap;

use app::api::view::{
    ActiveItem, Basis, BodyRulesView, ConsideredRow, FollowedGuide, FoundItem, GuideRow, GuideView,
    LevelRow, LevelView, NamedGuide,
};
use domain::id::{BodyId, NoticeId, ResponseLevelId, RulePackId};
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::response_level::{Area, LevelDecision};
use form::{Node, Texts};

use super::{Reader, both, parsed};
use crate::on_database;
use crate::store::StoreError;

type Notices = BTreeMap<NoticeId, (String, Texts)>;

impl Reader {
    /// Numbers and titles of all notices; decisions name few of them, but there are not many.
    async fn notice_titles(&self) -> Result<Notices, StoreError> {
        const TITLES: &str =
            "select id, number, title_zh, title_en from notice where jurisdiction = $1";
        let rows: Vec<(String, String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(TITLES)
            .bind(self.own()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|(id, number, chinese, english)| {
                let id = parsed("notice id", &id, id.parse().ok())?;
                Ok((id, (number, both(chinese, english))))
            })
            .collect()
    }

    fn guide_name(&self, id: RulePackId) -> Texts {
        let guide = self.known.rules.guide(id);
        let newest = guide.and_then(|guide| guide.editions.last());
        newest
            .map(|edition| edition.guide.clone())
            .unwrap_or_default()
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
        Some(LevelRow {
            id,
            notice: basis(order.notice, notices),
            guides: guides.collect(),
            end: decision.end(),
            ended: decision.ended.is_some(),
            extended: !decision.extensions.is_empty(),
            superseded: self.known.rules.superseded(id, self.now),
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

    pub async fn level(&self, id: ResponseLevelId) -> Result<Option<LevelView>, StoreError> {
        let notices = self.notice_titles().await?;
        let Some(decision) = self.known.rules.decision(id) else {
            return Ok(None);
        };
        let Some(row) = self.level_row(id, decision, &notices) else {
            return Ok(None);
        };
        let place = match &row.order.area {
            Area::Jurisdiction => Place::Jurisdiction,
            Area::District(code) => Place::District(code.clone()),
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
            may_change: self.may(Act::SetRules, &place),
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
        let Some(particulars) = self.known.directory.body(id) else {
            return Ok(None);
        };
        if !self.may(Act::See, &Place::Body(id)) {
            return Ok(None);
        }
        let notices = self.notice_titles().await?;
        let rules = &self.known.rules;
        let applies = rules.applies(particulars, at);
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
            body: self.linked_body(id),
            at,
            governing: applies
                .governing
                .and_then(|one| self.level_row(one.id, one.decision, &notices)),
            considered: considered.collect(),
            followed: followed.collect(),
            items: items.collect(),
            changes: rules.changes(particulars),
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
    let (number, title) = notices.get(&id).cloned().unwrap_or_default();
    Basis { id, number, title }
}
