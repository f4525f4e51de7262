use std::time::Duration;

use app::list::Asked;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::Command;
use domain::assignment::AssignmentCommand;
use domain::id::{AssignmentId, BodyId};
use domain::situation::SituationCommand;
use futures::StreamExt as _;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::fixture::Fixture;
use crate::server::now;

type Stream = axum::body::BodyDataStream;

async fn listen(fixture: &Fixture, cookie: &str) -> (StatusCode, Stream) {
    let request = Request::get("/live")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let response = fixture.app.clone().oneshot(request).await.unwrap();
    (response.status(), response.into_body().into_data_stream())
}

/// What comes within a moment; None when nothing does.
async fn heard(stream: &mut Stream) -> Option<String> {
    let next = tokio::time::timeout(Duration::from_millis(400), stream.next()).await;
    let bytes = next.ok()??.unwrap();
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

impl Fixture {
    async fn remind(&self, body: BodyId) {
        let command = Command::Situation {
            body,
            day: self.server.ingest.world().known().day(now()),
            command: SituationCommand::Remind,
        };
        self.server
            .ingest
            .command(self.person("organiser"), &command, now())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn who_is_concerned_hears_of_it_and_nobody_else_does() {
    let fixture = Fixture::new().await;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let (status, _) = listen(&fixture, "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let mut streams = Vec::new();
    for name in [
        "welfare-home-1",
        "sos-village",
        "elder-care-officer",
        "oversight",
    ] {
        let cookie = fixture.sign_in(name).await;
        let (status, stream) = listen(&fixture, &cookie).await;
        assert_eq!(status, StatusCode::OK);
        streams.push((name, stream));
    }
    // when a home is asked for its report, then its officer hears, and nobody else
    fixture.remind(home).await;
    for (name, stream) in &mut streams {
        let told = heard(stream).await;
        assert_eq!(
            told.is_some(),
            *name == "welfare-home-1",
            "{name}: {told:?}"
        );
        assert!(told.is_none_or(|told| told.contains("event: told")));
    }
    let reader = |name| {
        let person = fixture.person(name);
        fixture.server.reader(fixture.city.jurisdiction, person)
    };
    // and it stands in the inbox until it is read
    let own = reader("welfare-home-1");
    let inbox = own.inbox(&Asked::default()).await.unwrap();
    let kinds: Vec<&str> = inbox
        .page
        .rows
        .iter()
        .map(|row| row.kind.as_str())
        .collect();
    let expected = [
        "situation.reminded",
        "notice.reminded",
        "campaign.created",
        "responseLevel.set",
        "notice.passedOn",
        "notice.issued",
    ];
    assert_eq!(kinds, expected, "all is addressed to the home");
    let noticed = &inbox.page.rows[5];
    assert_eq!(inbox.unread, 6);
    own.mark(std::slice::from_ref(&noticed.id), true)
        .await
        .unwrap();
    assert_eq!(own.unread().await.unwrap(), 5);
    own.mark_all().await.unwrap();
    assert_eq!(own.unread().await.unwrap(), 0);
    own.mark(std::slice::from_ref(&noticed.id), false)
        .await
        .unwrap();
    let inbox = own.inbox(&Asked::default()).await.unwrap();
    let read: Vec<bool> = inbox.page.rows.iter().map(|row| row.is_read).collect();
    assert_eq!(read, [true, true, true, true, true, false]);
    // What another is told of is nobody else's to mark or to see.
    let other = reader("sos-village")
        .inbox(&Asked::default())
        .await
        .unwrap();
    assert!(!other.page.rows.is_empty());
    assert!(
        other
            .page
            .rows
            .iter()
            .all(|row| row.kind != "situation.reminded" && !row.is_read)
    );
    let length = fixture.log_length().await;
    own.mark_all().await.unwrap();
    assert_eq!(
        fixture.log_length().await,
        length,
        "reading is not recorded"
    );
}

/// Given an oversight body that was called to a talk, then whoever oversees in it is told of the talk and of what was required there:
/// they may acknowledge it.
#[tokio::test]
async fn an_oversight_body_is_told_what_it_is_addressed_with() {
    let fixture = Fixture::new().await;
    let person = fixture.person("committee");
    let reader = fixture.server.reader(fixture.city.jurisdiction, person);
    let inbox = reader.inbox(&Asked::default()).await.unwrap();
    let kinds: Vec<&str> = inbox
        .page
        .rows
        .iter()
        .map(|row| row.kind.as_str())
        .collect();
    assert!(kinds.contains(&"talk.convened"), "{kinds:?}");
}

/// Given a visit that is sealed, and another, when the one is cancelled and the other released, then nothing is heard of either but by
/// the other's team, with its release.
#[tokio::test]
async fn a_sealed_assignment_says_nothing_to_anyone() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let leader = fixture.name_of(order.leader);
    let sealed = domain::assignment::AssignmentOrder {
        visit_on: domain::working_day::plus_days(order.visit_on, 1),
        sealed: true,
        ..order.clone()
    };
    let mut streams = Vec::new();
    for name in [
        "oversight",
        "elder-care-officer",
        "organiser",
        "administrator",
        leader.as_str(),
    ] {
        let cookie = fixture.sign_in(name).await;
        streams.push((name, listen(&fixture, &cookie).await.1));
    }
    let [withdrawn, released] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
    let cancel = AssignmentCommand::Cancel {
        reason: "改期".into(),
    };
    for (id, command, told) in [
        (withdrawn, AssignmentCommand::Create(sealed.clone()), false),
        (withdrawn, cancel, false),
        (released, AssignmentCommand::Create(sealed), false),
        (released, AssignmentCommand::Release, true),
    ] {
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command,
        };
        fixture
            .server
            .ingest
            .command(fixture.person("organiser"), &command, now())
            .await
            .unwrap();
        for (name, stream) in &mut streams {
            let heard = heard(stream).await;
            let told = told && *name == leader;
            assert_eq!(heard.is_some(), told, "{name}: {heard:?}");
        }
    }
    // Streams end when the server does.
    fixture.server.stopping.send_replace(true);
    for (name, stream) in &mut streams {
        let ended = tokio::time::timeout(Duration::from_secs(2), stream.next()).await;
        assert!(matches!(ended, Ok(None)), "{name}");
    }
}
