use std::collections::BTreeMap;

use app::api::view::{DeadlineKind, MailPreference, MatterKind};
use app::clock::instant_at;
use domain::Command;
use domain::assignment::{AssignmentCommand, AssignmentOrder};
use domain::id::AssignmentId;
use domain::person::PersonCommand;
use domain::working_day::{after, plus_days};
use uuid::Uuid;

use super::*;
use crate::http::fixture::Fixture;
use crate::mail;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

const URL: &str = "https://dubang.example";

fn deadline(kind: DeadlineKind, late: u64, soon: u64, address: &str) -> Deadline {
    Deadline {
        kind,
        late,
        soon,
        address: address.to_owned(),
    }
}

/// Given a Friday, then the letter says of each kind how much is late and how much due until Monday, leaves out what is none, and leads
/// to the pages; where nothing is late or due there is no letter.
#[test]
fn a_letter_counts_what_is_late_and_due_soon() {
    let friday = "2022-03-11".parse().unwrap();
    let visit = DeadlineKind::Matter(MatterKind::Visit { by_own: false });
    let waiting = [
        deadline(DeadlineKind::SubmitPlan, 2, 1, "/findings?mine=rectify"),
        deadline(DeadlineKind::Press, 31, 0, "/findings?mine=press"),
        deadline(visit, 0, 1, "/assignments/1"),
    ];
    for (language, subject, body) in [
        (
            Language::Chinese,
            "33项逾期，2项将到期",
            "截至2022年3月11日，等您办理的事项中：\n\n\
             待报送的整改计划：2项逾期，1项2022年3月14日（含）前到期\nhttps://dubang.example/findings?mine=rectify\n\n\
             逾期待督办的问题：31项逾期\nhttps://dubang.example/findings?mine=press\n\n\
             待到访的检查：1项2022年3月14日（含）前到期\nhttps://dubang.example/assignments/1\n\n\
             全部事项：https://dubang.example/\n\n\
             如不再需要每日期限提醒，可在“消息”页面停用：https://dubang.example/inbox\n",
        ),
        (
            Language::English,
            "33 overdue, 2 due soon",
            "Of what waits for you on 11 March 2022:\n\n\
             Plans to submit: 2 overdue, 1 due by 14 March 2022\nhttps://dubang.example/findings?mine=rectify\n\n\
             Late findings to press for: 31 overdue\nhttps://dubang.example/findings?mine=press\n\n\
             Visits to make: 1 due by 14 March 2022\nhttps://dubang.example/assignments/1\n\n\
             All of it: https://dubang.example/\n\n\
             To get no more digests, say so on the page “Inbox”: https://dubang.example/inbox\n",
        ),
    ] {
        let letter = letter(&waiting, friday, URL, language).unwrap();
        assert_eq!(letter.subject, subject);
        assert_eq!(letter.body, body);
        assert_eq!(super::letter(&[], friday, URL, language), None);
    }
}

#[test]
fn digests_are_of_working_days_from_their_hour_on() {
    let zone = "Asia/Shanghai";
    for (day, hour, minute, expected) in [
        ("2022-03-14", 7, 59, false),
        ("2022-03-14", 8, 0, true),
        ("2022-03-14", 23, 59, true),
        ("2022-03-12", 8, 0, false),
        // 清明: a Saturday that is worked, a Monday that is not.
        ("2022-04-02", 8, 0, true),
        ("2022-04-04", 8, 0, false),
    ] {
        let day: Day = day.parse().unwrap();
        let at = instant_at(day, hour, minute, zone);
        assert_eq!(day_of(at, zone), expected.then_some(day), "{day} {hour}");
    }
}

impl Fixture {
    async fn wants_mail(&self, name: &str, digest: bool, at: Instant) {
        let person = (self.city.jurisdiction, self.person(name));
        let preference = MailPreference {
            address: format!("{name}@example.org"),
            digest,
        };
        mail::set(&self.server, person, &preference, Language::English, at)
            .await
            .unwrap();
    }

    async fn digests(&self, at: Instant) -> u32 {
        let queued = enqueue(&self.server, self.city.jurisdiction, URL, at).await;
        queued.unwrap()
    }

    /// Who has a mail with these words of its id in the queue, and what it says.
    async fn queued(&self, id: &str) -> BTreeMap<String, (String, String)> {
        let rows: Vec<(String, String, String)> = on_database!(&self.server.database, pool =>
            sqlx::query_as("select person, subject, body from mail where id like $1")
                .bind(format!("{id}%")).fetch_all(pool).await.unwrap());
        rows.into_iter()
            .map(|(person, subject, body)| (self.name_of(person.parse().unwrap()), (subject, body)))
            .collect()
    }

    /// What somebody's Today says at a moment.
    async fn counted(&self, name: &str, at: Instant) -> Vec<Deadline> {
        let reader = (self.server).reader_at(self.city.jurisdiction, self.person(name), at);
        reader.deadlines().await.unwrap()
    }
}

/// Given people who want mail, of whom some have something late, one wants no digest, one has nothing and one is no longer active, when
/// the hour comes, then each who should has one letter of what their Today says, however often and by however many servers it is tried;
/// again on the next working day, and not on a day off.
async fn whoever_has_something_due_is_told_once_a_day(fixture: &Fixture) {
    let zone = "Asia/Shanghai";
    let known = fixture.server.ingest.world().known();
    let today = known.day(now());
    let [first, second] = [1, 2].map(|days| after(today, days));
    let at = |day: Day, hour| instant_at(day, hour, 0, zone);
    let (_, order) = fixture.visit_with_one_item().await;
    let leader = fixture.name_of(order.leader);
    for name in [
        "committee",
        "child-welfare-officer",
        "oversight",
        "organiser",
        &leader,
    ] {
        fixture.wants_mail(name, true, at(today, 7)).await;
    }
    fixture
        .wants_mail("elder-care-officer", false, at(today, 7))
        .await;
    fixture
        .wants_mail("administrator", true, at(today, 7))
        .await;
    fixture
        .wants_mail("welfare-centre", true, at(today, 7))
        .await;
    let deactivate = Command::Person {
        id: fixture.person("welfare-centre"),
        command: PersonCommand::Deactivate,
    };
    let administrator = fixture.person("administrator");
    let ingest = &fixture.server.ingest;
    ingest
        .command(administrator, &deactivate, now())
        .await
        .unwrap();

    // What is sealed is nobody's, not even its organisers'.
    let before = [
        fixture.counted(&leader, at(first, 8)).await,
        fixture.counted("organiser", at(first, 8)).await,
    ];
    let sealed = AssignmentOrder {
        visit_on: first,
        sealed: true,
        ..order.clone()
    };
    let (id, campaign) = (AssignmentId(Uuid::now_v7()), order.campaign);
    let on_it = |command| Command::Assignment {
        id,
        campaign,
        command,
    };
    let create = on_it(AssignmentCommand::Create(sealed));
    ingest
        .command(fixture.person("organiser"), &create, now())
        .await
        .unwrap();
    let with_sealed = [
        fixture.counted(&leader, at(first, 8)).await,
        fixture.counted("organiser", at(first, 8)).await,
    ];
    assert_eq!(with_sealed, before);
    let release = on_it(AssignmentCommand::Release);
    let organiser = fixture.person("organiser");
    ingest.command(organiser, &release, now()).await.unwrap();
    let released = fixture.counted(&leader, at(first, 8)).await;
    assert_ne!(released, before[0], "its team has a day to make it");

    assert_eq!(fixture.digests(at(first, 7)).await, 0);
    let mut told = Vec::new();
    for name in [
        "committee",
        "child-welfare-officer",
        "oversight",
        "organiser",
        &leader,
    ] {
        let counted = fixture.counted(name, at(first, 8)).await;
        if let Some(letter) = letter(&counted, first, URL, Language::English) {
            assert!(counted.iter().all(|one| letter.body.contains(&one.address)));
            told.push((name.to_owned(), (letter.subject, letter.body)));
        }
    }
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.starts_with(&["committee", "child-welfare-officer"]),
        "{names:?}"
    );
    let expected: BTreeMap<String, (String, String)> = told.into_iter().collect();
    let (one, other) = tokio::join!(fixture.digests(at(first, 8)), fixture.digests(at(first, 8)));
    assert_eq!(u64::from(one + other), expected.len() as u64);
    assert_eq!(fixture.digests(at(first, 9)).await, 0);
    assert_eq!(fixture.queued("digest/").await, expected);

    // Who says so after the hour has the first on the next working day; who takes it back gets none.
    fixture
        .wants_mail("elder-care-officer", true, at(first, 9))
        .await;
    fixture.wants_mail("committee", false, at(first, 9)).await;
    assert_eq!(fixture.digests(at(first, 10)).await, 0);
    let off = (1..10)
        .map(|days| plus_days(first, days))
        .find(|day| !is_working_day(*day))
        .unwrap();
    assert_eq!(fixture.digests(at(off, 8)).await, 0);
    fixture.digests(at(second, 8)).await;
    let second = fixture.queued(&format!("digest/{second}/")).await;
    assert!(!second.contains_key("committee"));
    assert!(second.contains_key("child-welfare-officer"));
}

#[tokio::test]
async fn in_sqlite_whoever_has_something_due_is_told_once_a_day() {
    whoever_has_something_due_is_told_once_a_day(&Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_whoever_has_something_due_is_told_once_a_day() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    whoever_has_something_due_is_told_once_a_day(&fixture).await;
}
