//! Materials called in: the list, and one request with how it stands with each body.

use std::collections::BTreeMap;

use app::api::view::{
    HandedInRow, MaterialRow, MaterialState, MaterialView, Named, Page, StandingView,
};
use domain::Facts;
use domain::id::{BodyId, MaterialId, TalkId};
use domain::instant::Instant;
use domain::material::{
    MaterialRequest, MaterialStage, MaterialStep, material_step, permit_handing_in,
};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use form::Texts;

use super::list::{Wanted, found_in};
use super::{Reader, both, parsed};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;
use crate::world::fold;

const MATERIALS: &str = "select id, title_zh, title_en, authority, talk, requested_at, withdrawn from material \
     where jurisdiction = $1 order by requested_at desc, id desc";
const STANDINGS: &str = "select material, body, stage, due from material_standing \
     where jurisdiction = $1 order by material, body";
const TALK_TITLE: &str = "select title_zh, title_en from talk where jurisdiction = $1 and id = $2";

/// How it stands with one body, as the list has it.
struct Standing {
    body: BodyId,
    stage: MaterialStage,
    due: Instant,
}

impl Standing {
    /// Nothing is handed in that should be.
    fn is_open(&self) -> bool {
        matches!(self.stage, MaterialStage::Due | MaterialStage::Returned)
    }
}

impl Reader {
    /// Whether the materials of a body, asked for by an authority, are the viewer's business.
    fn sees_materials(&self, authority: BodyId, body: BodyId) -> bool {
        self.may(Act::See, &Place::Jurisdiction)
            || self.may(Act::Organise, &Place::Body(authority))
            || self.may(Act::See, &Place::Body(body))
            || self.own_bodies().contains(&body)
    }

    pub async fn materials(&self) -> Result<Vec<MaterialRow>, StoreError> {
        self.materials_of(None).await
    }

    pub async fn list_materials(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<MaterialRow>, StoreError> {
        let asked = wanted.asked;
        let state = MaterialState::from_code(asked.filter("state"));
        let mut rows = self.materials().await?;
        rows.retain(|row| {
            state.is_none_or(|state| state.holds_of(row))
                && found_in([&row.title, &row.authority.name], &asked.search)
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Those that go with a talk; all when none is named. Of each, what the viewer may see.
    pub(crate) async fn materials_of(
        &self,
        talk: Option<TalkId>,
    ) -> Result<Vec<MaterialRow>, StoreError> {
        type Row = (
            String,
            String,
            String,
            String,
            Option<String>,
            i64,
            Option<String>,
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(MATERIALS)
            .bind(self.own()).fetch_all(pool).await?);
        let mut standings = self.standings().await?;
        let wanted = talk.map(|talk| talk.to_string());
        let mut shown = Vec::with_capacity(rows.len());
        for (id, title_zh, title_en, authority, of_talk, requested_at, withdrawn) in rows {
            let stands = withdrawn.is_none();
            if wanted.is_some() && of_talk != wanted {
                continue;
            }
            let authority: BodyId = parsed("body id", &authority, authority.parse().ok())?;
            let mut seen = standings.remove(&id).unwrap_or_default();
            seen.retain(|standing| self.sees_materials(authority, standing.body));
            if seen.is_empty() {
                continue;
            }
            let now = now();
            let number = |counts: &dyn Fn(&Standing) -> bool| {
                u32::try_from(seen.iter().filter(|standing| counts(standing)).count())
                    .unwrap_or(u32::MAX)
            };
            let open = seen.iter().filter(|standing| standing.is_open());
            let last = seen.iter().map(|standing| standing.due).max();
            shown.push(MaterialRow {
                id: parsed("material id", &id, id.parse().ok())?,
                title: both(title_zh, title_en),
                authority: self.named_body(authority),
                requested_at: Instant(requested_at),
                due: open
                    .map(|standing| standing.due)
                    .max()
                    .or(last)
                    .unwrap_or_default(),
                bodies: number(&|_| true),
                accepted: number(&|standing| standing.stage == MaterialStage::Accepted),
                to_review: number(&|standing| {
                    stands
                        && matches!(
                            standing.stage,
                            MaterialStage::Submitted | MaterialStage::Received
                        )
                }),
                overdue: number(&|standing| stands && standing.is_open() && standing.due < now),
                withdrawn: !stands,
            });
        }
        Ok(shown)
    }

    async fn standings(&self) -> Result<BTreeMap<String, Vec<Standing>>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(STANDINGS)
            .bind(self.own()).fetch_all(pool).await?);
        let mut standings: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
        for (material, body, stage, due) in rows {
            standings.entry(material).or_default().push(Standing {
                body: parsed("body id", &body, body.parse().ok())?,
                stage: parsed("stage", &stage, MaterialStage::from_code(&stage))?,
                due: Instant(due),
            });
        }
        Ok(standings)
    }

    /// Whether the files a body handed in are the viewer's business.
    pub(crate) async fn sees_materials_of(
        &self,
        id: MaterialId,
        body: BodyId,
    ) -> Result<bool, StoreError> {
        const AUTHORITY: &str =
            "select authority from material where jurisdiction = $1 and id = $2";
        let authority: Option<String> = on_database!(&self.database, pool => sqlx::query_scalar(AUTHORITY)
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        Ok(authority
            .and_then(|authority| authority.parse().ok())
            .is_some_and(|authority| self.sees_materials(authority, body)))
    }

    /// None when there is none, or none of it is the viewer's business.
    pub async fn material(&self, id: MaterialId) -> Result<Option<MaterialView>, StoreError> {
        let stream = Stream {
            kind: StreamKind::Material,
            id: id.0,
        };
        let events = self.stream(stream.to_string()).await?;
        let version = events.last().map_or(0, |last| last.version);
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let material = facts.material(id);
        let (Some(mut request), Some(requested)) = (material.request.clone(), material.requested)
        else {
            return Ok(None);
        };
        let person = |done: domain::notice::Done| (self.named_person(done.by), done.at);
        let stands = material.withdrawn.is_none();
        let standings: Vec<StandingView> = material
            .standings
            .iter()
            .filter(|(body, _)| self.sees_materials(request.authority, **body))
            .map(|(body, standing)| StandingView {
                body: self.linked_body(*body),
                stage: standing.stage,
                due: standing.due,
                overdue: stands
                    && matches!(standing.stage, MaterialStage::Due | MaterialStage::Returned)
                    && standing.due < now(),
                files: (1..)
                    .zip(&request.items)
                    .map(|(number, _)| {
                        let handed = standing.handed.iter().filter(|one| one.item == number);
                        handed.flat_map(|one| one.files.clone()).collect()
                    })
                    .collect(),
                note: standing.note.clone(),
                submitted: standing.submitted.map(person),
                received: standing.received.map(person),
                reviewed: standing.reviewed.map(person),
                opinion: standing.opinion.clone(),
                returns: standing.returns,
                may_submit: stands
                    && material_step(MaterialStep::Submit, standing.stage).is_some()
                    && permit_handing_in(&self.context(&facts), *body).is_ok(),
            })
            .collect();
        if standings.is_empty() {
            return Ok(None);
        }
        // Who else was asked is told with how it stands with them, or not at all.
        request
            .bodies
            .retain(|body| standings.iter().any(|standing| standing.body.id == *body));
        Ok(Some(MaterialView {
            id,
            version,
            authority: self.linked_body(request.authority),
            notice: self.linked_notice(request.notice).await?,
            talk: self.talk_title(&request).await?,
            requested_by: Some(self.named_person(requested.by)),
            requested_at: requested.at,
            standings,
            withdrawn: self.withdrawal(material.withdrawn.as_ref()),
            may_review: stands && self.may(Act::Organise, &Place::Body(request.authority)),
            request,
        }))
    }

    /// The bodies of the request that is filtered by, and how it stands with each.
    pub async fn list_handed_in(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<HandedInRow>, StoreError> {
        let asked = wanted.asked;
        let stage = asked.filter("stage");
        let view = match asked.filter("material").parse() {
            Ok(id) => self.material(id).await?,
            Err(_) => None,
        };
        let Some(view) = view else {
            return Ok(self.page_of(Vec::new(), wanted));
        };
        let mut rows: Vec<HandedInRow> = view
            .standings
            .into_iter()
            .map(|standing| HandedInRow {
                material: view.id,
                body: Named {
                    id: standing.body.id,
                    name: standing.body.name,
                },
                stage: standing.stage,
                due: standing.due,
                overdue: standing.overdue,
                submitted: standing.submitted.map(|(_, at)| at),
                reviewed: standing.reviewed.map(|(_, at)| at),
                returns: standing.returns,
                may_review: view.may_review,
            })
            .collect();
        rows.retain(|row| {
            let fits = match stage {
                "" => true,
                HandedInRow::OVERDUE => row.overdue,
                stage => row.stage.code() == stage,
            };
            fits && found_in([&row.body.name], &asked.search)
        });
        Ok(self.page_of(rows, wanted))
    }

    async fn talk_title(&self, request: &MaterialRequest) -> Result<Option<Texts>, StoreError> {
        let Some(talk) = request.talk else {
            return Ok(None);
        };
        if !self.sees_talk_of(talk).await? {
            return Ok(None);
        }
        let row: Option<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(TALK_TITLE)
            .bind(self.own()).bind(talk.to_string()).fetch_optional(pool).await?);
        Ok(row.map(|(chinese, english)| both(chinese, english)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::ingest::IngestError;
    use crate::read::list::whole;
    use crate::store::contract::fresh_postgres_url;
    use app::list::Asked;
    use domain::Command;
    use domain::material::MaterialCommand;

    #[tokio::test]
    async fn the_bodies_of_a_request_are_a_list() {
        bodies_of_a_request_are_a_list(Fixture::new().await).await;
        bodies_of_a_request_are_a_list(Fixture::on(Some(fresh_postgres_url().await)).await).await;
    }

    /// Given the materials of the demo city, when their bodies are listed by stage, then each is there once, as its page says, with what
    /// the reader may do; and everybody else has those of its page, down to who was asked and sees itself, or was not and sees none.
    async fn bodies_of_a_request_are_a_list(fixture: Fixture) {
        let (_, _, material) = fixture.directive();
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let listed = async |name, stage: &str| {
            let filters = [
                ("material", material.to_string()),
                ("stage", stage.to_owned()),
            ];
            let asked = Asked::of(filters);
            reader(name).list_handed_in(whole(&asked)).await.unwrap()
        };
        let view = reader("organiser")
            .material(material)
            .await
            .unwrap()
            .unwrap();
        let all = listed("organiser", "").await;
        assert_eq!(all.total, view.standings.len() as u64);
        let mut of_stages = 0;
        for stage in MaterialStage::ALL {
            let rows = listed("organiser", stage.code()).await.rows;
            assert!(rows.iter().all(|row| row.stage == stage && row.may_review));
            let there = view.standings.iter().filter(|one| one.stage == stage);
            assert_eq!(rows.len(), there.count(), "{stage:?}");
            of_stages += rows.len();
        }
        assert_eq!(of_stages as u64, all.total);
        let overdue = listed("organiser", HandedInRow::OVERDUE).await.rows;
        assert!(!overdue.is_empty() && overdue.iter().all(|row| row.overdue));
        let mut seen = Vec::new();
        for name in ["elder-care-officer", "welfare-centre", "welfare-home-1"] {
            let rows = listed(name, "").await.rows;
            let view = reader(name).material(material).await.unwrap();
            let standings = view.map_or(0, |view| view.standings.len());
            assert_eq!(rows.len(), standings, "{name}");
            assert!(rows.iter().all(|row| !row.may_review), "{name}");
            seen.push(rows.len());
        }
        assert!(seen.contains(&1) && seen.contains(&0), "{seen:?}");
        let none = Asked::default();
        let of_nothing = reader("organiser").list_handed_in(whole(&none)).await;
        assert_eq!(of_nothing.unwrap().total, 0);
    }

    /// Given a request that two have read, when one gives a body more time, then the other, who would give it another time, is told so
    /// and nothing is done; what was done with another body is nothing to them.
    #[tokio::test]
    async fn who_gives_more_time_is_told_who_did_so_before() {
        let fixture = Fixture::new().await;
        let (_, _, id) = fixture.directive();
        let organiser = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let read = async || reader.material(id).await.unwrap().unwrap();
        let view = read().await;
        let may_extend =
            |one: &&StandingView| material_step(MaterialStep::Extend, one.stage).is_some();
        let open: Vec<StandingView> = view.standings.iter().filter(may_extend).cloned().collect();
        let [first, other, ..] = open.as_slice() else {
            panic!("{}", open.len());
        };
        let extend = async |standing: &StandingView, days: i64, seen| {
            let command = Command::Material {
                id,
                command: MaterialCommand::Extend {
                    body: standing.body.id,
                    due: standing.due.plus_hours(24 * days),
                    reason: "值班轮换".into(),
                },
            };
            let ingest = &fixture.server.ingest;
            ingest
                .command_seen(organiser, &command, Some(seen), standing.due)
                .await
        };
        let due = async || {
            let view = read().await;
            let standing = view.standings.iter().find(|one| one.body == first.body);
            (view.version, standing.unwrap().due)
        };
        extend(first, 1, view.version).await.unwrap();
        let answer = extend(first, 2, view.version).await;
        let Err(IngestError::Changed(since)) = answer else {
            panic!("{answer:?}")
        };
        let told: Vec<&str> = since
            .iter()
            .map(|event| event.authored.kind.as_str())
            .collect();
        assert_eq!(told, ["material.extended"]);
        assert_eq!(
            due().await,
            (view.version + 1, first.due.plus_hours(24)),
            "nothing is done"
        );
        // Of another body nothing was changed; and who knows of it does it all the same.
        extend(other, 2, view.version).await.unwrap();
        extend(first, 2, since[0].version).await.unwrap();
        assert_eq!(due().await, (view.version + 3, first.due.plus_hours(48)));
    }

    #[tokio::test]
    async fn what_was_asked_by_mistake_is_withdrawn() {
        a_request_is_withdrawn(Fixture::new().await).await;
        a_request_is_withdrawn(Fixture::on(Some(fresh_postgres_url().await)).await).await;
    }

    /// Given a request with bodies that are late, when it is withdrawn, then nothing is late, to review or to hand in, whoever looks; its
    /// page says why, what was handed in stays, and whoever was asked reads of it in the record.
    async fn a_request_is_withdrawn(fixture: Fixture) {
        let (_, _, id) = fixture.directive();
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let row = async |name| {
            let rows = reader(name).materials().await.unwrap();
            rows.into_iter().find(|row| row.id == id).unwrap()
        };
        let before = row("organiser").await;
        assert!(before.overdue > 0 && before.to_review > 0 && !before.withdrawn);
        let files = async || {
            let view = reader("organiser").material(id).await.unwrap().unwrap();
            let files = view.standings.iter().flat_map(|one| &one.files).flatten();
            files.count()
        };
        let handed_in = files().await;
        let command = Command::Material {
            id,
            command: MaterialCommand::Withdraw {
                reason: "重复调阅".into(),
            },
        };
        let organiser = fixture.person("organiser");
        let done = fixture.server.ingest.command(organiser, &command, now());
        done.await.unwrap();
        for name in ["organiser", "welfare-centre", "elder-care-officer"] {
            let row = row(name).await;
            assert!(row.withdrawn, "{name}");
            assert_eq!((row.overdue, row.to_review), (0, 0), "{name}");
            let view = reader(name).material(id).await.unwrap().unwrap();
            assert!(!view.may_review, "{name}");
            let waits = |one: &StandingView| one.may_submit || one.overdue;
            assert!(!view.standings.iter().any(waits), "{name}");
            assert_eq!(view.withdrawn.unwrap().reason, "重复调阅");
            let stream = Stream {
                kind: StreamKind::Material,
                id: id.0,
            };
            let record = reader(name).history_of(stream, 1).await.unwrap().unwrap();
            assert_eq!(record.rows.last().unwrap().kind, "material.withdrawn");
        }
        assert!(handed_in > 0 && files().await == handed_in);
        for (state, is_in) in [("withdrawn", true), ("open", false), ("overdue", false)] {
            let asked = Asked::of([("state", state.to_owned())]);
            let listed = reader("organiser").list_materials(whole(&asked)).await;
            let listed = listed.unwrap().rows;
            assert_eq!(listed.iter().any(|row| row.id == id), is_in, "{state}");
        }
    }
}
