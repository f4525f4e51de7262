//! Whose key is told to whom, on both databases.

use axum::http::StatusCode;
use serde_json::json;
use sync::local_key::{AskLocalKey, LocalKey, LocalKeyGiven};

use super::LIMIT;
use crate::http::fixture::{Fixture, device, post, problem};
use crate::on_database;
use crate::store::contract::fresh_postgres_url;

const PATH: &str = "/api/sync/v1/local-key";

async fn given(
    fixture: &Fixture,
    (name, cookie): (&str, &str),
    tablet: u128,
    held: Option<&LocalKey>,
) -> LocalKey {
    let ask = AskLocalKey {
        person: fixture.person(name),
        device: device(tablet),
        held: held.cloned(),
    };
    let body = serde_json::to_string(&ask).unwrap();
    let (status, _, answer) = fixture.send(post(PATH, cookie, body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let given: LocalKeyGiven = serde_json::from_value(answer).unwrap();
    given.key
}

#[tokio::test]
async fn in_sqlite_a_key_is_that_of_a_person_on_a_tablet() {
    a_key_is_that_of_a_person_on_a_tablet(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_key_is_that_of_a_person_on_a_tablet() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    a_key_is_that_of_a_person_on_a_tablet(fixture).await;
}

async fn a_key_is_that_of_a_person_on_a_tablet(fixture: Fixture) {
    let before = fixture.log_length().await;
    let (ann, bo) = ("inspector-01", "inspector-02");
    let (of_ann, of_bo) = (fixture.sign_in(ann).await, fixture.sign_in(bo).await);
    let (ann, bo) = ((ann, of_ann.as_str()), (bo, of_bo.as_str()));
    let first = given(&fixture, ann, 1, None).await;
    // It is the same whenever it is asked for, also from a session that begins later.
    let again = fixture.sign_in("inspector-01").await;
    for cookie in [&of_ann, &again] {
        assert_eq!(given(&fixture, (ann.0, cookie), 1, None).await, first);
    }
    // Another person has another on the same tablet, and the same person another on another tablet.
    assert_ne!(given(&fixture, bo, 1, None).await, first);
    assert_ne!(given(&fixture, ann, 2, None).await, first);
    // What a tablet holds is what it sealed by, whatever was known here; of nobody else's.
    let held = LocalKey::of([7; 32]);
    assert_eq!(given(&fixture, ann, 1, Some(&held)).await, held);
    assert_eq!(given(&fixture, ann, 1, None).await, held);
    assert_ne!(given(&fixture, bo, 1, None).await, held);
    // Whoever has signed in meanwhile is neither told another's key nor takes it for theirs.
    let asked = json!({"person": fixture.person(ann.0), "device": device(1), "held": held});
    let (status, _, answer) = fixture.send(post(PATH, bo.1, asked.to_string())).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::FORBIDDEN, "anothersKey")
    );
    // No record tells of it.
    assert_eq!(fixture.log_length().await, before);
}

#[tokio::test]
async fn a_stranger_and_what_is_no_key_are_answered_and_change_nothing() {
    let fixture = Fixture::new().await;
    let (status, _, answer) = fixture.send(post(PATH, "", "{}")).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::UNAUTHORIZED, "signedOut")
    );
    let cookie = fixture.sign_in("inspector-01").await;
    let first = given(&fixture, ("inspector-01", &cookie), 1, None).await;
    let person = fixture.person("inspector-01");
    let held = |held| json!({"person": person, "device": device(1), "held": held});
    for (body, code) in [
        (held(json!("ab")), "malformedKey"),
        (held(json!("zz".repeat(32))), "malformedKey"),
        (held(json!(7)), "malformed"),
        (json!({"person": person, "held": null}), "malformed"),
        (json!({"device": device(1)}), "malformed"),
    ] {
        let (status, _, answer) = fixture.send(post(PATH, &cookie, body.to_string())).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::BAD_REQUEST, code),
            "{body}"
        );
    }
    assert_eq!(
        given(&fixture, ("inspector-01", &cookie), 1, None).await,
        first
    );
}

/// Given a person with as many keys as one may have, then no other is made, and those there are go on.
#[tokio::test]
async fn there_is_an_end_to_the_keys_of_one_person() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let first = given(&fixture, ("inspector-01", &cookie), 1, None).await;
    let fill = "with recursive number(n) as (select 2 union all select n + 1 from number where n < $1) \
         insert into local_key select jurisdiction, person, 'tablet ' || n, key, kept_at from local_key, number";
    on_database!(&fixture.server.database, pool => sqlx::query(fill).bind(LIMIT).execute(pool).await.map(|_| ())).unwrap();
    let person = fixture.person("inspector-01");
    let asked = json!({"person": person, "device": device(2)}).to_string();
    let (status, _, answer) = fixture.send(post(PATH, &cookie, asked)).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::TOO_MANY_REQUESTS, "tooManyTablets")
    );
    assert_eq!(
        given(&fixture, ("inspector-01", &cookie), 1, None).await,
        first
    );
}
