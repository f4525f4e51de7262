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

use super::inspections::{ASSIGNMENT, CAMPAIGN};
use super::list::{Join, Select, Wanted, each, name_suffix};
use super::{Reader, both, count, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

const JOINS: &[Join] = &[
    ASSIGNMENT,
    CAMPAIGN,
    Join {
        alias: "b",
        sql: "join body b on b.jurisdiction = i.jurisdiction and b.id = i.target",
    },
    Join {
        alias: "r",
        sql: "left join regulator_file r on r.jurisdiction = i.jurisdiction and r.id = i.id",
    },
];
/// Of the visits `i` those that institutions made of themselves: they say nothing of the regulator.
pub(super) const BY_ITSELF: &str = "exists (select 1 from assignment own \
     join campaign call on call.jurisdiction = own.jurisdiction and call.id = own.campaign \
     where own.jurisdiction = i.jurisdiction and own.id = i.id and call.kind = 'selfInspection')";
/// What every completed visit of an institution counts as, once.
const VISITED: &str =
    "i.outcome = 'completed' and b.kind in ('elderCare', 'childWelfare', 'disabilityService')";
/// Completed visits without a file; an index has these alone.
const UNASSESSED: &str = "i.jurisdiction = $1 and i.assessed = 0 and i.outcome = 'completed'";
/// Files not signed that `$2` did not write.
const UNSIGNED: &str = "select r.id, i.target, r.regulator from regulator_file r \
     join inspection i on i.jurisdiction = r.jurisdiction and i.id = r.id \
     where r.jurisdiction = $1 and r.signed_by is null and r.assessed_by <> $2 order by r.assessed_at, r.id";
const FINDINGS: &str = "(select count(*) from finding f where f.jurisdiction = i.jurisdiction and f.inspection = i.id and f.stage <> 'withdrawn')";
const CONDUCT: &str = "(case when r.id is null then 'notAssessed' when r.knew = 0 then 'unaware' when r.acted = 0 then 'knew' else 'acted' end)";
/// Conclusions in the order in which the matrix has them.
const CONDUCT_ORDER: &str =
    "(case when r.id is null then 3 when r.knew = 0 then 2 when r.acted = 0 then 1 else 0 end)";

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
    /// How many completed visits in scope come out how, and in which campaigns they were made.
    pub async fn pairs(&self, filter: &PairFilter) -> Result<PairsView, StoreError> {
        let visible = self.visible(Act::See);
        let joins: Vec<&str> = JOINS.iter().map(|join| join.sql).collect();
        let from = format!("from inspection i {}", joins.join(" "));
        let seen = format!(
            "i.jurisdiction = $1 and {} and {VISITED} and not {BY_ITSELF}",
            visible.condition(&self.database, "i.target", "$2")
        );
        let counted =
            format!("{seen} and ($3 = '' or a.campaign = $3) and ($4 = '' or b.district = $4)");
        let campaigns = format!(
            "select distinct a.campaign, c.name_zh, c.name_en {from} where {seen} order by c.name_zh, a.campaign"
        );
        let counts = format!(
            "select district, failed, conduct, count(*) as visits from (select b.district as district, \
             cast(case when {FINDINGS} > 0 then 1 else 0 end as bigint) as failed, {CONDUCT} as conduct {from} where {counted}) v \
             group by district, failed, conduct order by district, failed, conduct"
        );
        let campaign = filter.campaign.map(|id| id.to_string()).unwrap_or_default();
        let district = filter.district.as_ref().map_or("", |district| &district.0);
        let (campaigns, counts): (Vec<(String, String, String)>, Vec<Counted>) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(campaigns.as_str()))
                .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(counts.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(&campaign).bind(district).fetch_all(pool).await?,
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
        })
    }

    /// Completed visits with both their files, newest first.
    pub async fn list_pairs(&self, wanted: Wanted<'_>) -> Result<Page<PairRow>, StoreError> {
        let (asked, language) = (wanted.asked, name_suffix(wanted.language));
        let (body, campaign) = (format!("b.name_{language}"), format!("c.name_{language}"));
        let mut select = Select::new(self, "", "inspection i", JOINS)
            .columns(format!(
                "i.id, i.target, b.district, a.campaign, c.name_zh, c.name_en, i.submitted_at, {FINDINGS} as findings, \
                 r.regulator, {CONDUCT} as conduct, r.signed_by"
            ))
            .visible(self, Act::See, "i.target")
            .and(VISITED)
            .and(&format!("not {BY_ITSELF}"))
            .is("a.campaign", asked.filter("campaign"))
            .is("b.district", asked.filter("district"))
            .is(CONDUCT, asked.filter("conduct"))
            .holds(
                &["b.name_zh", "b.name_en", "c.name_zh", "c.name_en"],
                &asked.search,
            );
        select = match asked.filter("failed") {
            "yes" => select.and(&format!("{FINDINGS} > 0")),
            "no" => select.and(&format!("{FINDINGS} = 0")),
            _ => select,
        };
        let by = [
            ("body", body.as_str()),
            ("findings", FINDINGS),
            ("conduct", CONDUCT_ORDER),
            ("signed", "case when r.signed_by is null then 0 else 1 end"),
            ("campaign", &campaign),
            ("visited", "i.submitted_at"),
        ];
        let own = "i.submitted_at desc, i.id desc";
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, own, "i.id")
            .await?;
        each(page, |row| self.pair_row(row))
    }

    /// How many completed visits of institutions have no regulator's file, of those whose file the viewer may write.
    pub async fn visits_to_assess(&self) -> Result<u64, StoreError> {
        let sql = format!(
            "select i.target, count(*) from inspection i where {UNASSESSED} and not {BY_ITSELF} group by i.target"
        );
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
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
    pub(super) fn judges_the_regulator_of(&self, target: BodyId) -> bool {
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
    use app::api::view::{Page, PairFilter, PairRow};
    use app::list::Asked;
    use domain::Language;
    use domain::id::PersonId;
    use domain::projection::visit_chain::Exposed;
    use domain::regulator_file::Conduct;

    use crate::http::fixture::Fixture;
    use crate::read::Reader;
    use crate::read::list::whole;
    use crate::store::contract::fresh_postgres_url;
    use crate::world::moment_at;

    /// The list of pairs as its filters are given.
    async fn listed(reader: &Reader, filters: &[(&'static str, &str)]) -> Page<PairRow> {
        let filters = filters
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let asked = Asked::of(filters);
        reader.list_pairs(whole(&asked)).await.unwrap()
    }

    #[tokio::test]
    async fn every_completed_visit_counts_once_in_the_matrix() {
        counted_once(Fixture::new().await).await;
        counted_once(Fixture::on(Some(fresh_postgres_url().await)).await).await;
    }

    async fn counted_once(fixture: Fixture) {
        // given the demo city: four spot checks, of three of which the regulator was judged
        let reader = |name| {
            fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person(name))
        };
        let organiser = reader("organiser");
        let all = organiser.pairs(&PairFilter::default()).await.unwrap();
        // then the cells add up to the visits, and each cell opens what it counts
        let rows = listed(&organiser, &[]).await;
        assert_eq!((all.total(), rows.total), (4, 4));
        let mut sum = 0;
        for (code, failed) in [("yes", true), ("no", false)] {
            for conduct in Conduct::ALL {
                let cell = [("failed", code), ("conduct", conduct.code())];
                let cell = listed(&organiser, &cell).await;
                assert_eq!(
                    cell.total,
                    all.visits(None, failed, conduct),
                    "{failed} {conduct:?}"
                );
                sum += cell.total;
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
            let rows = listed(&organiser, &[("district", &district.code.0)]).await;
            assert_eq!(there.total(), rows.total);
            of_districts += there.total();
        }
        assert_eq!(of_districts, 4);
        assert_eq!(all.campaigns.len(), 1);
        let campaign = all.campaigns[0].id;
        let filter = PairFilter {
            campaign: Some(campaign),
            ..PairFilter::default()
        };
        assert_eq!(organiser.pairs(&filter).await.unwrap().total(), 4);
        let of_campaign = listed(&organiser, &[("campaign", &campaign.to_string())]).await;
        assert_eq!(of_campaign.total, 4);
        // An institution sees its own pair alone.
        let own = reader("children-home");
        let counted = own.pairs(&PairFilter::default()).await.unwrap();
        assert_eq!((counted.total(), listed(&own, &[]).await.total), (1, 1));
        // The file on the inspection's page says the same; who wrote it is told why they do not sign.
        for row in &rows.rows {
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
        assert_eq!(reader("administrator").clearances().await.unwrap(), []);
        // Whoever inspects knows of their own.
        for name in ["inspector-34", "oversight", "welfare-home-1"] {
            let own = reader(name).clearances().await.unwrap();
            let of: Vec<PersonId> = own.iter().map(|row| row.person.id).collect();
            assert_eq!(of, [fixture.person(name)]);
        }
        // Who inspects nobody but themselves is not among those that organisers look after.
        let all = organiser.clearances().await.unwrap();
        let is_there = |name| all.iter().any(|row| row.person.id == fixture.person(name));
        assert!(is_there("inspector-34") && is_there("fengtai-officer"));
        assert!(!is_there("welfare-home-1") && !is_there("oversight"));
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
            let reached = organiser.exposure(named.0, at(text)).await.unwrap();
            assert_eq!(reached.len(), visits, "{text}");
            let asked = [("name", "检查员34"), ("at", text)];
            let asked = Asked::of(asked.map(|(name, value)| (name, value.to_owned())));
            let listed = organiser.list_exposure(whole(&asked)).await.unwrap();
            assert_eq!(listed.rows, reached, "{text}");
            let by_others = reader("oversight").list_exposure(whole(&asked)).await;
            assert_eq!(by_others.unwrap().total, 0, "{text}");
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
