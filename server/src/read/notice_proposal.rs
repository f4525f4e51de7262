//! What is proposed for the next rectification notice about a finding: its number, which follows on those that the viewer's unit issued
//! before, and its basis.

use app::api::view::ProposedNotice;
use domain::document_number::following;
use domain::finding::Raised;
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::{Language, say};

use super::Reader;
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// The latest numbers that are looked at for the highest of their series: more than go out together.
const LATEST: i64 = 200;

impl Reader {
    pub(super) async fn proposed_notice(
        &self,
        raised: &Raised,
        raised_at: Instant,
        language: Language,
    ) -> Result<ProposedNotice, StoreError> {
        Ok(ProposedNotice {
            number: self.proposed_number(language).await?,
            basis: self.basis(raised, raised_at, language),
        })
    }

    /// The number of the viewer's next notice; empty of whoever may issue none.
    pub async fn rectification_number(&self, language: Language) -> Result<String, StoreError> {
        if self.may(Act::OrderRectification, &Place::Anywhere) {
            self.proposed_number(language).await
        } else {
            Ok(String::new())
        }
    }

    /// After the last of the viewer's unit; of a unit that issued none, the first under its name.
    async fn proposed_number(&self, language: Language) -> Result<String, StoreError> {
        let directory = &self.known.directory;
        let unit = directory
            .person(self.viewer)
            .and_then(|known| known.registration.unit);
        let Some(unit) = unit else {
            return Ok(String::new());
        };
        // Older logs do not say of which unit it was: then it is of the unit that its issuer is of now.
        let of_unit = directory
            .people()
            .filter(|(_, known)| known.registration.unit == Some(unit))
            .map(|(person, _)| person.to_string());
        let sql = format!(
            "select written from rectification_number where jurisdiction = $1 and (unit = $2 or (unit = '' and {})) \
             order by issued_at desc, number desc limit {LATEST}",
            self.database.is_one_of("issued_by", "$3")
        );
        let before: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(unit.to_string()).bind(list(of_unit)).fetch_all(pool).await?);
        let year = self.calendar_day().year;
        let following = following(before.iter().map(String::as_str), year);
        Ok(following.unwrap_or_else(|| {
            let name = self.body_name(unit);
            let name = name.get(language.tag());
            say!(
                language,
                "{name}整改〔{year}〕1号",
                "{name} Rectification {year}/1"
            )
        }))
    }

    /// The clause that the item of the checklist names; of an item that names none, what the guides in force when it was found ask for
    /// and the item looks at. Empty where there is neither.
    fn basis(&self, raised: &Raised, raised_at: Instant, language: Language) -> String {
        if !raised.clause.trim().is_empty() {
            return raised.clause.clone();
        }
        let Some(body) = self.known.directory.body(raised.body) else {
            return String::new();
        };
        let applies = self.known.rules.applies(body, raised_at);
        let looking_at = applies.followed.iter().flat_map(|followed| {
            let mine = followed
                .obligations
                .iter()
                .filter(|obligation| obligation.items.contains(&raised.code));
            mine.map(|obligation| (&followed.edition, obligation))
        });
        let looking_at: Vec<_> = looking_at.collect();
        // The notice is an official paper, read in Chinese whoever wrote it; whoever works in English reads beside it what it says.
        let mut lines = Vec::new();
        for said in Language::ALL {
            if said != Language::Chinese && said != language {
                continue;
            }
            let tag = said.tag();
            for (edition, obligation) in &looking_at {
                let [guide, name] = [&edition.guide, &edition.name].map(|text| text.get(tag));
                let (code, text) = (&obligation.code, obligation.text.get(tag));
                lines.push(say!(
                    said,
                    "《{guide}》（{name}）{code}：{text}",
                    "{guide}, {name}, {code}: {text}"
                ));
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use domain::finding::{
        FindingCommand, FindingEvent, FindingRefusal, RectificationNotice, Stage, Step,
    };
    use domain::id::FindingId;
    use domain::working_day::plus_days;
    use domain::{Command, Language, Refusal};

    use crate::http::fixture::Fixture;
    use crate::ingest::IngestError;
    use crate::read::list::{Rows, Wanted};
    use crate::server::now;

    #[tokio::test]
    async fn the_number_follows_on_the_units_last_and_the_basis_is_what_the_item_looks_at() {
        // given findings that wait for their notices
        let fixture = Fixture::new().await;
        let organiser = fixture.person("organiser");
        let reader = |who: &str| {
            let person = fixture.person(who);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let asked = app::list::Asked::of([("stage", Stage::Raised.code().to_owned())]);
        let wanted = Wanted {
            asked: &asked,
            language: Language::Chinese,
            rows: Rows::Page,
        };
        let raised = reader("organiser").list_findings(wanted).await.unwrap();
        let waiting: Vec<FindingId> = raised
            .rows
            .iter()
            .filter(|row| row.may.contains(&Step::Notify))
            .map(|row| row.id)
            .collect();
        let proposed = async |who: &str, language| {
            let view = reader(who).finding(waiting[0], language).await;
            view.unwrap().unwrap().proposed
        };
        // when one is opened, then its number follows on those of the organisers, in this year
        let year = reader("organiser").calendar_day().year;
        let first = proposed("organiser", Language::Chinese).await.unwrap();
        assert_eq!(first.number, format!("示例整改〔{year}〕1号"));
        // and its basis is the obligation of the guide in force that its item looks at
        assert!(first.basis.starts_with('《'), "{}", first.basis);
        let english = proposed("organiser", Language::English).await.unwrap();
        assert_eq!(english.number, first.number);
        assert_ne!(english.basis, first.basis);
        // and whoever may issue none is proposed nothing
        assert_eq!(proposed("oversight", Language::Chinese).await, None);
        // and what the unit issues is followed by the next
        let today = reader("organiser").calendar_day();
        let notify = |id: FindingId, number: &str| Command::Finding {
            id,
            command: FindingCommand::Notify(RectificationNotice {
                number: number.replace("{year}", &year.to_string()),
                basis: first.basis.clone(),
                facts: "门口无人值守。".into(),
                requirement: "立即整改。".into(),
                plan_by: plus_days(today, 7),
                complete_by: plus_days(today, 21),
            }),
        };
        let ingest = &fixture.server.ingest;
        // and a number that another notice has is given to none, however its spaces stand
        let asked = app::list::Asked::of([("stage", Stage::Notified.code().to_owned())]);
        let wanted = Wanted {
            asked: &asked,
            language: Language::Chinese,
            rows: Rows::Page,
        };
        let notified = reader("organiser").list_findings(wanted).await.unwrap();
        let other_id = notified.rows[0].id;
        let desk = reader("organiser");
        let other = desk.finding(other_id, Language::Chinese);
        let other = other.await.unwrap().unwrap();
        let taken = other.timeline.iter().find_map(|entry| match &entry.event {
            FindingEvent::Notified { notice, .. } => Some(notice.number.replace('号', " 号")),
            _ => None,
        });
        let colleague = notify(waiting[0], &taken.unwrap());
        let refused = ingest.command(organiser, &colleague, now()).await;
        assert!(
            matches!(
                &refused,
                Err(IngestError::Refused(Refusal::Finding(
                    FindingRefusal::NoticeNumberTaken(_)
                )))
            ),
            "{refused:?}"
        );
        let seventh = notify(waiting[0], "示例整改〔{year}〕7号");
        ingest.command(organiser, &seventh, now()).await.unwrap();
        let number = async |who: &str, language| {
            let number = reader(who).rectification_number(language).await;
            number.unwrap()
        };
        let next = number("organiser", Language::Chinese).await;
        assert_eq!(next, format!("示例整改〔{year}〕8号"));
        // and nothing is proposed to whoever issues none
        assert_eq!(number("oversight", Language::Chinese).await, "");
        // and a unit that issued none begins under its own name
        let first = number("deputy-organiser", Language::English).await;
        let expected = format!(" Rectification {year}/1");
        assert!(
            first.ends_with(&expected) && first.len() > expected.len(),
            "{first}"
        );
    }
}
