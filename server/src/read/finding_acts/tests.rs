use app::list::Asked;
use domain::finding::{FindingCommand, FindingEvent, Letter, Stage, Step};
use domain::id::FindingId;
use domain::{Command, Language};

use super::*;
use crate::http::fixture::Fixture;
use crate::read::list::{Rows, Wanted, whole};
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

impl Fixture {
    /// The findings whose plan is before its reviewer, as somebody's list has them.
    async fn submitted(&self, name: &str, rows: Rows) -> Vec<FindingRow> {
        let reader = self
            .server
            .reader(self.city.jurisdiction, self.person(name));
        let asked = Asked::of([("stage", Stage::PlanSubmitted.code().to_owned())]);
        let wanted = Wanted {
            rows,
            ..whole(&asked)
        };
        reader.list_findings(wanted).await.unwrap().rows
    }

    async fn of_finding(&self, name: &str, id: FindingId, command: FindingCommand) {
        let command = Command::Finding { id, command };
        let done = self
            .server
            .ingest
            .command(self.person(name), &command, now());
        done.await.unwrap();
    }
}

#[tokio::test]
async fn in_sqlite_what_is_offered_is_what_may_be_done() {
    what_is_offered_is_what_may_be_done(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_what_is_offered_is_what_may_be_done() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    what_is_offered_is_what_may_be_done(fixture).await;
}

/// Given the demo city, then to everybody's rows the acts are offered that the findings' pages have for them; and of a finding about
/// which a letter goes out, no letter any more.
async fn what_is_offered_is_what_may_be_done(fixture: Fixture) {
    let all = Asked::default();
    let page = Wanted {
        rows: Rows::Page,
        ..whole(&all)
    };
    let mut offered = Vec::new();
    for name in [
        "organiser",
        "oversight",
        "elder-care-officer",
        "welfare-home-1",
        "administrator",
    ] {
        let person = fixture.person(name);
        let reader = fixture.server.reader(fixture.city.jurisdiction, person);
        for row in reader.list_findings(page).await.unwrap().rows {
            let view = reader
                .finding(row.id, Language::English)
                .await
                .unwrap()
                .unwrap();
            for step in [Step::Notify, Step::Escalate] {
                assert_eq!(
                    row.may(step),
                    view.may(step),
                    "{name} {step:?} {}",
                    row.note
                );
                if row.may(step) {
                    offered.push((name, step, row.id));
                }
            }
        }
        let exported = reader.list_findings(whole(&all)).await.unwrap();
        assert!(exported.rows.iter().all(|row| row.may.is_empty()), "{name}");
    }
    let whom = |step| offered.iter().filter(move |(_, one, _)| *one == step);
    assert!(whom(Step::Notify).count() > 1);
    let (name, _, late) = whom(Step::Escalate).next().expect("something late");
    let person = fixture.person(name);
    let reader = || fixture.server.reader(fixture.city.jurisdiction, person);
    let letter = Letter {
        number: "示例督办〔2022〕80号".into(),
        demand: "三日内报送。".into(),
        answer_by: reader().calendar_day().plus(3),
    };
    fixture
        .of_finding(name, *late, FindingCommand::Escalate(letter))
        .await;
    let rows = reader().list_findings(page).await.unwrap().rows;
    let row = rows.iter().find(|row| row.id == *late).unwrap();
    assert!(!row.may(Step::Escalate));
}

#[tokio::test]
async fn in_sqlite_the_plans_to_accept_are_those_within_the_deadline() {
    plans_to_accept_are_those_within_the_deadline(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_the_plans_to_accept_are_those_within_the_deadline() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    plans_to_accept_are_those_within_the_deadline(fixture).await;
}

/// Given the demo city, when its organiser lists the plans before them, then each that their finding's page lets them accept, and that
/// keeps to the deadline ordered, is there by its number, for nobody else and in no export; and when one of them is replaced by a plan
/// beyond that deadline, then it is not there any more.
async fn plans_to_accept_are_those_within_the_deadline(fixture: Fixture) {
    let organiser = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let rows = fixture.submitted("organiser", Rows::Page).await;
    let mut within = Vec::new();
    for row in &rows {
        let view = organiser.finding(row.id, Language::English).await;
        let view = view.unwrap().unwrap();
        let accepts = view.may(Step::AcceptPlan) && view.beyond_the_limit().is_none();
        assert_eq!(row.plan, accepts.then_some(view.plans), "{}", row.note);
        within.extend(accepts.then_some(view));
    }
    for (name, rows) in [("oversight", Rows::Page), ("organiser", Rows::All)] {
        let rows = fixture.submitted(name, rows).await;
        assert!(rows.iter().all(|row| row.plan.is_none()), "{name}");
    }
    let view = within.first().expect("a plan within its deadline");
    let submitted = view
        .timeline
        .iter()
        .rev()
        .find_map(|entry| match &entry.event {
            FindingEvent::PlanSubmitted(plan) => {
                Some((plan.clone(), entry.entry.actor.clone()?.id))
            }
            _ => None,
        });
    let (mut plan, officer) = submitted.unwrap();
    plan.complete_by = view.limit.unwrap().max(view.today).plus(40);
    let officer = fixture.name_of(officer);
    let command = FindingCommand::SubmitPlan(plan);
    fixture.of_finding(&officer, view.row.id, command).await;
    let rows = fixture.submitted("organiser", Rows::Page).await;
    let row = rows.iter().find(|row| row.id == view.row.id).unwrap();
    assert_eq!((row.stage, row.plan), (Stage::PlanSubmitted, None));
}
