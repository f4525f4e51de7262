//! Paired files: every completed visit of an institution with what it says of the institution and of its regulator.

use app::api::view::{Named, Page, PairCount, PairFilter, PairRow, PairsView, RegulatorFileView};
use domain::finding::belongs_to;
use domain::id::{BodyId, InspectionId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::recusal::regulator_of;
use domain::regulator_file::{
    Assessment, Conduct, RegulatorFileCommand, RegulatorFileRefusal, decide,
};
use domain::{Facts, Language, Refusal};

use super::{PAGE_SIZE, Reader, both, count, offset, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

const FROM: &str = "from inspection i join assignment a on a.jurisdiction = i.jurisdiction and a.id = i.id \
     join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
     join body b on b.jurisdiction = i.jurisdiction and b.id = i.target \
     left join regulator_file r on r.jurisdiction = i.jurisdiction and r.id = i.id";
/// What every completed visit of an institution counts as, once.
const VISITED: &str =
    "i.outcome = 'completed' and b.kind in ('elderCare', 'childWelfare', 'disabilityService')";
/// Completed visits without a file, by the body visited; an index has these alone.
const UNASSESSED: &str = "select target, count(*) from inspection \
     where jurisdiction = $1 and assessed = 0 and outcome = 'completed' group by target";
/// Files not signed that `$2` did not write.
const UNSIGNED: &str = "select r.id, i.target, r.regulator from regulator_file r \
     join inspection i on i.jurisdiction = r.jurisdiction and i.id = r.id \
     where r.jurisdiction = $1 and r.signed_by is null and r.assessed_by <> $2 order by r.assessed_at, r.id";
const FINDINGS: &str = "(select count(*) from finding f where f.jurisdiction = i.jurisdiction and f.inspection = i.id and f.stage <> 'withdrawn')";
const CONDUCT: &str = "(case when r.id is null then 'notAssessed' when r.knew = 0 then 'unaware' when r.acted = 0 then 'knew' else 'acted' end)";

#[derive(sqlx::FromRow)]
struct Counted {
    district: Option<String>,
    failed: i64,
    conduct: String,
    visits: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    target: String,
    district: Option<String>,
    campaign: String,
    name_zh: String,
    name_en: String,
    submitted_at: i64,
    findings: i64,
    regulator: Option<String>,
    conduct: String,
    signed_by: Option<String>,
}

impl Reader {
    pub async fn pairs(&self, filter: &PairFilter) -> Result<PairsView, StoreError> {
        let visible = self.visible(Act::See);
        let seen = format!(
            "i.jurisdiction = $1 and {} and {VISITED}",
            visible.condition(&self.database, "i.target", "$2")
        );
        let counted =
            format!("{seen} and ($3 = '' or a.campaign = $3) and ($4 = '' or b.district = $4)");
        let shown = format!(
            "{counted} and ($5 = '' or ($5 = 'yes' and {FINDINGS} > 0) or ($5 = 'no' and {FINDINGS} = 0)) and ($6 = '' or {CONDUCT} = $6)"
        );
        let campaigns = format!(
            "select distinct a.campaign, c.name_zh, c.name_en {FROM} where {seen} order by c.name_zh, a.campaign"
        );
        let counts = format!(
            "select district, failed, conduct, count(*) as visits from (select b.district as district, \
             cast(case when {FINDINGS} > 0 then 1 else 0 end as bigint) as failed, {CONDUCT} as conduct {FROM} where {counted}) v \
             group by district, failed, conduct order by district, failed, conduct"
        );
        let rows = format!(
            "select i.id, i.target, b.district, a.campaign, c.name_zh, c.name_en, i.submitted_at, {FINDINGS} as findings, r.regulator, \
             {CONDUCT} as conduct, r.signed_by {FROM} where {shown} order by i.submitted_at desc, i.id desc limit {PAGE_SIZE} offset {}",
            offset(filter.page)
        );
        let total = format!("select count(*) {FROM} where {shown}");
        let campaign = filter.campaign.map(|id| id.to_string()).unwrap_or_default();
        let district = filter.district.as_ref().map_or("", |district| &district.0);
        let failed = match filter.failed {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        };
        let conduct = filter.conduct.map_or("", Conduct::code);
        let (campaigns, counts, rows, total): (
            Vec<(String, String, String)>,
            Vec<Counted>,
            Vec<Row>,
            i64,
        ) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(campaigns.as_str()))
                .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(counts.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(&campaign).bind(district).fetch_all(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(rows.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(&campaign).bind(district).bind(failed).bind(conduct).fetch_all(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(total.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(&campaign).bind(district).bind(failed).bind(conduct).fetch_one(pool).await?,
        ));
        let named = |(id, chinese, english): (String, String, String)| {
            Ok(Named {
                id: parsed("campaign id", &id, id.parse().ok())?,
                name: both(chinese, english),
            })
        };
        let counted = |row: Counted| {
            Ok(PairCount {
                district: row.district.map(DistrictCode),
                failed: row.failed != 0,
                conduct: parsed("conduct", &row.conduct, Conduct::from_code(&row.conduct))?,
                visits: count(row.visits),
            })
        };
        Ok(PairsView {
            campaigns: campaigns
                .into_iter()
                .map(named)
                .collect::<Result<_, StoreError>>()?,
            counts: counts
                .into_iter()
                .map(counted)
                .collect::<Result<_, StoreError>>()?,
            rows: Page {
                rows: rows
                    .into_iter()
                    .map(|row| self.pair_row(row))
                    .collect::<Result<_, _>>()?,
                total: count(total),
                page: filter.page.max(1),
                page_size: PAGE_SIZE,
            },
        })
    }

    /// How many completed visits of institutions have no regulator's file, of those whose file the viewer may write.
    pub async fn visits_to_assess(&self) -> Result<u64, StoreError> {
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(UNASSESSED)
            .bind(self.own()).fetch_all(pool).await?);
        let mut visits = 0;
        for (target, number) in rows {
            let target: BodyId = parsed("body id", &target, target.parse().ok())?;
            let body = self.known.directory.body(target);
            let is_institution = body.is_some_and(|body| body.kind.is_institution());
            if is_institution && self.judges_the_regulator_of(target) {
                visits += count(number);
            }
        }
        Ok(visits)
    }

    /// Whether the viewer may write or sign what is said of the regulator of an institution: nobody of that regulator may.
    fn judges_the_regulator_of(&self, target: BodyId) -> bool {
        let directory = &self.known.directory;
        let regulator = regulator_of(target, directory);
        self.may(Act::JudgeRegulators, &Place::Body(target))
            && regulator.is_none_or(|regulator| !belongs_to(self.viewer, regulator, directory))
    }

    /// Files of the regulator that somebody else wrote and the viewer may sign: the visit and the institution, the oldest first.
    pub async fn files_to_sign(&self) -> Result<Vec<(InspectionId, BodyId)>, StoreError> {
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(UNSIGNED)
            .bind(self.own()).bind(self.viewer.to_string()).fetch_all(pool).await?);
        let mut files = Vec::new();
        for (inspection, target, regulator) in rows {
            let target: BodyId = parsed("body id", &target, target.parse().ok())?;
            let regulator: BodyId = parsed("body id", &regulator, regulator.parse().ok())?;
            let is_own = belongs_to(self.viewer, regulator, &self.known.directory);
            if self.judges_the_regulator_of(target) && !is_own {
                files.push((
                    parsed("inspection id", &inspection, inspection.parse().ok())?,
                    target,
                ));
            }
        }
        Ok(files)
    }

    fn pair_row(&self, row: Row) -> Result<PairRow, StoreError> {
        let target = parsed("body id", &row.target, row.target.parse().ok())?;
        let regulator = match row.regulator {
            Some(id) => Some(parsed("body id", &id, id.parse().ok())?),
            None => regulator_of(target, &self.known.directory),
        };
        Ok(PairRow {
            inspection: parsed("inspection id", &row.id, row.id.parse().ok())?,
            target: self.named_body(target),
            district: row.district.map(DistrictCode),
            campaign: Named {
                id: parsed("campaign id", &row.campaign, row.campaign.parse().ok())?,
                name: both(row.name_zh, row.name_en),
            },
            submitted_at: Instant(row.submitted_at),
            findings: small(row.findings),
            regulator: regulator.map(|regulator| self.named_body(regulator)),
            conduct: parsed("conduct", &row.conduct, Conduct::from_code(&row.conduct))?,
            signed: row.signed_by.is_some(),
        })
    }

    /// The regulator's file of a visit; None where there is none to write.
    pub async fn regulator_file(
        &self,
        id: InspectionId,
        target: BodyId,
        language: Language,
    ) -> Result<Option<RegulatorFileView>, StoreError> {
        let streams = [StreamKind::Inspection, StreamKind::RegulatorFile]
            .map(|kind| Stream { kind, id: id.0 }.to_string());
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let facts = &facts;
        let file = facts.regulator_file(id);
        let regulator = file
            .assessment
            .as_ref()
            .map(|assessment| assessment.regulator)
            .or_else(|| regulator_of(target, &self.known.directory));
        let proposed = Assessment {
            regulator: regulator.unwrap_or(target),
            knew: false,
            acted: false,
            account: String::new(),
        };
        let refusal = |command: &RegulatorFileCommand| {
            match decide(id, file, command, &self.context(facts)) {
                // Asked without an account: whoever may write is refused for that alone.
                Ok(_) | Err(Refusal::RegulatorFile(RegulatorFileRefusal::Account(_))) => None,
                Err(refusal) => Some(refusal),
            }
        };
        let assess = refusal(&RegulatorFileCommand::Assess(proposed));
        if matches!(
            assess,
            Some(Refusal::RegulatorFile(
                RegulatorFileRefusal::NoVisit | RegulatorFileRefusal::NotAnInstitution
            ))
        ) {
            return Ok(None);
        }
        let sign = refusal(&RegulatorFileCommand::Sign);
        let to_sign = file.assessment.is_some() && file.signed_by.is_none();
        let own = events
            .iter()
            .filter(|event| event.authored.stream == streams[1]);
        Ok(Some(RegulatorFileView {
            version: own.map(|event| event.version).max().unwrap_or(0),
            regulator: regulator.map(|regulator| self.named_body(regulator)),
            assessment: file.assessment.clone(),
            assessed_by: file.assessed_by.map(|person| self.named_person(person)),
            signed_by: file.signed_by.map(|person| self.named_person(person)),
            may_assess: assess.is_none(),
            may_sign: sign.is_none(),
            refusal: sign
                .filter(|_| to_sign)
                .map(|refusal| refusal.text(language)),
        }))
    }
}

#[cfg(test)]
mod tests {
    use app::api::view::PairFilter;
    use domain::Language;
    use domain::id::PersonId;
    use domain::projection::visit_chain::Exposed;
    use domain::regulator_file::Conduct;

    use crate::http::fixture::Fixture;
    use crate::world::moment_at;

    #[tokio::test]
    async fn every_completed_visit_counts_once_in_the_matrix() {
        // given the demo city: four spot checks, of three of which the regulator was judged
        let fixture = Fixture::new().await;
        let reader = |name| {
            fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person(name))
        };
        let organiser = reader("organiser");
        let all = organiser.pairs(&PairFilter::default()).await.unwrap();
        // then the cells add up to the visits, and each cell opens what it counts
        assert_eq!((all.total(), all.rows.total), (4, 4));
        let mut sum = 0;
        for failed in [true, false] {
            for conduct in Conduct::ALL {
                let filter = PairFilter {
                    failed: Some(failed),
                    conduct: Some(conduct),
                    ..PairFilter::default()
                };
                let cell = organiser.pairs(&filter).await.unwrap();
                assert_eq!(
                    cell.rows.total,
                    all.visits(None, failed, conduct),
                    "{failed} {conduct:?}"
                );
                sum += cell.rows.total;
            }
        }
        assert_eq!(sum, 4);
        // by district and by campaign too
        let mut of_districts = 0;
        let known = fixture.server.ingest.world().known();
        for district in &known.directory.jurisdiction().districts {
            let filter = PairFilter {
                district: Some(district.code.clone()),
                ..PairFilter::default()
            };
            let there = organiser.pairs(&filter).await.unwrap();
            assert_eq!(there.total(), there.rows.total);
            of_districts += there.total();
        }
        assert_eq!(of_districts, 4);
        assert_eq!(all.campaigns.len(), 1);
        let filter = PairFilter {
            campaign: Some(all.campaigns[0].id),
            ..PairFilter::default()
        };
        assert_eq!(organiser.pairs(&filter).await.unwrap().total(), 4);
        // An institution sees its own pair alone.
        let own = reader("children-home")
            .pairs(&PairFilter::default())
            .await
            .unwrap();
        assert_eq!((own.total(), own.rows.total), (1, 1));
        // The file on the inspection's page says the same; who wrote it is told why they do not sign.
        for row in &all.rows.rows {
            let file = organiser
                .regulator_file(row.inspection, row.target.id, Language::English)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(file.signed_by.is_some(), row.signed);
            assert_eq!(
                file.regulator.map(|body| body.id),
                row.regulator.as_ref().map(|body| body.id)
            );
            assert_eq!(file.may_assess, !row.signed);
        }
    }

    #[tokio::test]
    async fn an_exposure_is_traced_by_organisers_alone() {
        let fixture = Fixture::new().await;
        let reader = |name| {
            fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person(name))
        };
        let organiser = reader("organiser");
        assert!(organiser.may_trace() && !reader("oversight").may_trace());
        assert_eq!(reader("oversight").clearances().await.unwrap(), []);
        // An inspector knows of their own.
        let own = reader("inspector-34").clearances().await.unwrap();
        let of: Vec<PersonId> = own.iter().map(|row| row.person.id).collect();
        assert_eq!(of, [fixture.person("inspector-34")]);
        let rows = organiser.clearances().await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.latest.is_some()).count(), 12);
        assert_eq!(
            rows.iter().filter(|row| row.last_visit.is_some()).count(),
            12
        );
        let person = fixture.person("inspector-34");
        let named = organiser.exposed_named(" 检查员34 ").unwrap();
        assert_eq!(named.0, Exposed::Person(person));
        let at = |text: &str| moment_at(text, "Asia/Shanghai").unwrap();
        for (text, visits) in [("2022-03-15T08:00", 1), ("2022-03-15T12:00", 0)] {
            let view = organiser.exposure(named.clone(), at(text)).await.unwrap();
            assert_eq!(view.visits.len(), visits, "{text}");
        }
        assert_eq!(organiser.exposed_named(""), None);
        assert_eq!(organiser.exposed_named("检查员"), None);
        for text in [
            "",
            "2022-13-01T00:00",
            "2022-03-15T08:00:00.123456789123",
            "昨天",
        ] {
            assert_eq!(moment_at(text, "Asia/Shanghai"), None, "{text}");
        }
    }
}
