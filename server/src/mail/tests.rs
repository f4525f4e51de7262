use std::sync::{Arc, Mutex};

use domain::Command;
use domain::situation::SituationCommand;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::*;
use crate::http::fixture::Fixture;
use crate::server::now;
use crate::settings::Settings;
use crate::store::contract::fresh_postgres_url;

/// A relay that takes mails and keeps them; the first `refusals` it turns away.
async fn sink(refusals: usize) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let taken = Arc::new(Mutex::new(Vec::new()));
    let keep = taken.clone();
    tokio::spawn(async move {
        let mut refusals = refusals;
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 sink\r\n").await.unwrap();
            let mut mail = None::<String>;
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(text) = &mut mail {
                    if line == "." {
                        keep.lock().unwrap().push(std::mem::take(text));
                        mail = None;
                        write.write_all(b"250 taken\r\n").await.unwrap();
                    } else {
                        text.push_str(&line);
                        text.push('\n');
                    }
                    continue;
                }
                let answer: &[u8] = match line.get(..4).unwrap_or_default() {
                    "MAIL" if refusals > 0 => {
                        refusals -= 1;
                        b"451 later\r\n"
                    }
                    "DATA" => {
                        mail = Some(String::new());
                        b"354 go on\r\n"
                    }
                    "QUIT" => b"221 bye\r\n",
                    _ => b"250 ok\r\n",
                };
                if write.write_all(answer).await.is_err() {
                    break;
                }
            }
        }
    });
    (url, taken)
}

fn mailer(url: &str) -> Mailer {
    let settings = Settings {
        smtp_url: Some(url.to_owned()),
        mail_from: Some("dubang@example.org".to_owned()),
        public_url: Some("https://dubang.example/".to_owned()),
        ..Settings::default()
    };
    Mailer::open(&settings).unwrap().unwrap()
}

#[tokio::test]
async fn in_sqlite_a_digest_comes_to_who_asked_for_it() {
    a_digest_comes_to_who_asked_for_it(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_digest_comes_to_who_asked_for_it() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    a_digest_comes_to_who_asked_for_it(fixture).await;
}

/// Given somebody who gave an address before there were digests, for whom the column began as switched on, when the server is upgraded, then
/// they get none; who asked for one, at whatever hour, keeps it; and to who gives an address now it is not proposed.
async fn a_digest_comes_to_who_asked_for_it(fixture: Fixture) {
    const GIVEN_BEFORE: &str =
        "update mail_address set digest = 1, digest_on = '' where person = $1";
    // The same for both.
    let upgrade = include_str!("../../migrations/postgres/0028_digests_and_departments.sql");
    let upgrade = upgrade.split_inclusive(';').next().unwrap();
    let server = &fixture.server;
    let own = fixture.city.jurisdiction;
    let [before, early, late, nobody] =
        ["organiser", "oversight", "committee", "administrator"].map(|name| fixture.person(name));
    let zone = "Asia/Shanghai";
    let monday = "2022-03-14".parse().unwrap();
    for (person, hour) in [(before, 9), (early, 6), (late, 9)] {
        let wanted = MailPreference {
            address: "someone@example.org".into(),
            digest: true,
        };
        let at = app::clock::instant_at(monday, hour, 0, zone);
        set(server, (own, person), &wanted, Language::Chinese, at)
            .await
            .unwrap();
    }
    on_database!(&server.database, pool => {
        sqlx::query(GIVEN_BEFORE).bind(before.to_string()).execute(pool).await.map(|_| ()).unwrap();
        sqlx::raw_sql(upgrade).execute(pool).await.map(|_| ()).unwrap();
    });
    for (person, gets_one) in [
        (before, false),
        (early, true),
        (late, true),
        (nobody, false),
    ] {
        let preference = preference_of(server, own, person).await.unwrap();
        assert_eq!(preference.digest, gets_one, "{person}");
        assert_eq!(preference.address.is_empty(), person == nobody);
    }
}

#[tokio::test]
async fn who_asked_for_mail_gets_one_for_what_concerns_them_and_once() {
    let fixture = Fixture::new().await;
    let (server, own) = (&fixture.server, fixture.city.jurisdiction);
    let (url, taken) = sink(1).await;
    let mailer = mailer(&url);
    let language = Language::English;
    for (name, address) in [
        ("welfare-home-1", "home@example.org"),
        ("sos-village", "village@example.org"),
    ] {
        let person = fixture.person(name);
        let none = preference_of(server, own, person).await.unwrap();
        assert_eq!(none.address, "");
        let wanted = MailPreference {
            address: address.to_owned(),
            digest: none.digest,
        };
        set(server, (own, person), &wanted, language, now())
            .await
            .unwrap();
        assert_eq!(preference_of(server, own, person).await.unwrap(), wanted);
    }
    // What there was before is not mailed.
    enqueue(server, own, now()).await.unwrap();
    assert_eq!(deliver(server, &mailer, own, now()).await.unwrap(), 0);
    // when one of them is asked for a report
    let remind = Command::Situation {
        body: fixture.unit_of(fixture.person("welfare-home-1")).unwrap(),
        day: server.ingest.world().known().day(now()),
        command: SituationCommand::Remind,
    };
    let organiser = fixture.person("organiser");
    server
        .ingest
        .command(organiser, &remind, now())
        .await
        .unwrap();
    // then it is queued once however often that is tried, is tried again when the relay is busy, and leaves once
    for _ in 0..3 {
        enqueue(server, own, now()).await.unwrap();
    }
    assert_eq!(deliver(server, &mailer, own, now()).await.unwrap(), 0);
    assert_eq!(
        deliver(server, &mailer, own, now()).await.unwrap(),
        0,
        "it is not due yet"
    );
    let later = now().plus_hours(1);
    assert_eq!(deliver(server, &mailer, own, later).await.unwrap(), 1);
    assert_eq!(deliver(server, &mailer, own, later).await.unwrap(), 0);
    let mails = taken.lock().unwrap().clone();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: home@example.org"), "{}", mails[0]);
    assert!(mails[0].contains("Dubang: Situation report asked for"));
    assert!(mails[0].contains("https://dubang.example/inbox"));
}

#[test]
fn an_address_is_one_that_mail_can_be_sent_to() {
    for (text, expected) in [
        (" home@example.org ", Some("home@example.org")),
        ("home@example", Some("home@example")),
        ("home", None),
        ("", None),
        ("a@b.org\r\nBcc: c@d.org", None),
        ("Home <home@example.org>", None),
    ] {
        assert_eq!(checked_address(text).as_deref(), expected, "{text:?}");
    }
    let long = format!("{}@example.org", "a".repeat(64 * 4));
    assert_eq!(checked_address(&long), None);
}

#[test]
fn mail_is_set_up_whole_or_not_at_all() {
    assert!(matches!(Mailer::open(&Settings::default()), Ok(None)));
    for (from, public_url) in [
        (None, Some("https://x.example")),
        (Some("nobody"), Some("https://x.example")),
        (Some("a@b.example"), None),
    ] {
        let settings = Settings {
            smtp_url: Some("smtp://127.0.0.1".into()),
            mail_from: from.map(str::to_owned),
            public_url: public_url.map(str::to_owned),
            ..Settings::default()
        };
        assert!(Mailer::open(&settings).is_err(), "{from:?} {public_url:?}");
    }
}
