//! Files of people: looked at, taken in whole or not at all, by whoever could do the same one by one, and read again as they were written.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::Command;
use domain::id::PersonId;
use domain::permission::{Act, Grant, Place, Role, Scope};
use domain::person::{PersonCommand, Registration};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::account::{self, ChosenBy};
use crate::http::fixture::{Fixture, PASSWORD, post, problem};
use crate::http::import::SHOWN;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

const HEADINGS: &str = "sign_in_name,name_zh,name_en,unit,role,scope,from,until";

async fn import(fixture: &Fixture, cookie: &str, asks: &str, file: &str) -> (StatusCode, Value) {
    let path = format!("/api/import/people?{asks}");
    let (status, _, answer) = fixture.send(post(&path, cookie, file.to_owned())).await;
    (status, answer)
}

async fn bytes(fixture: &Fixture, request: Request<Body>) -> (StatusCode, Vec<u8>) {
    let response = fixture.app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, bytes.to_vec())
}

async fn get(fixture: &Fixture, cookie: &str, path: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    bytes(fixture, request).await
}

fn file(rows: &[&str]) -> String {
    format!("{HEADINGS}\n{}\n", rows.join("\n"))
}

fn registration(fixture: &Fixture, sign_in_name: &str) -> Registration {
    let known = fixture.server.ingest.world().known();
    let id = known
        .directory
        .person_named(sign_in_name)
        .expect(sign_in_name);
    known.directory.person(id).unwrap().registration.clone()
}

/// What is counted: people who are new, who get something, and who get another first password.
fn counts(report: &Value) -> [u64; 3] {
    ["registered", "amended", "renewed"].map(|count| report[count].as_u64().unwrap())
}

async fn may_enter(fixture: &Fixture, name: &str, password: &str) -> Option<account::ChosenBy> {
    let database = &fixture.server.database;
    let found = account::authenticate(database, name, password, now());
    found.await.unwrap().map(|found| found.chosen_by)
}

#[tokio::test]
async fn people_come_with_their_roles_and_first_passwords_that_are_told_once() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let before = fixture.log_length().await;
    // given a new person with two roles, and one who lacks a role and has another name now
    let file = file(&[
        "zhang.san,张三,Zhang San,市民政局,检查员,jurisdiction,,",
        "zhang.san,张三,Zhang San,市民政局,groupLeader,丰台区,2022-03-13,2099-06-30",
        "fengtai-officer,丰台区新监管员,,丰台区民政局,Organiser,110106,,2099/1/1 8:00",
    ]);
    // when it is looked at, then each row says what becomes of it, and nothing is recorded
    let (status, report) = import(&fixture, &cookie, "", &file).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!(
        (&report["refused"], counts(&report)),
        (&json!([]), [1, 1, 0]),
        "{report}"
    );
    let becomes = |row: usize| report["preview"][row]["becomes"].clone();
    let new = |registered| json!({ "registered": registered, "amended": [], "granted": true, "renewed": false });
    assert_eq!((becomes(0), becomes(1)), (new(true), new(false)));
    assert_eq!(becomes(2)["amended"], json!(["name"]));
    assert_eq!(becomes(2)["granted"], true);
    assert_eq!(report["passwords"], json!([]));
    assert_eq!(fixture.log_length().await, before);
    // when it is taken in as it was looked at, then they are there: registered, granted; amended, granted
    let digest = report["digest"].as_str().unwrap();
    let apply = format!("apply=true&digest={digest}");
    let (_, report) = import(&fixture, &cookie, &apply, &file).await;
    assert_eq!(report["imported"], true, "{report}");
    assert_eq!(fixture.log_length().await, before + 4);
    let zhang = registration(&fixture, "zhang.san");
    assert_eq!(zhang.grants.len(), 2);
    assert_eq!(
        zhang.grants[0],
        Grant::new(Role::Inspector, Scope::Jurisdiction)
    );
    // The thirtieth of June is part of it, on the wall of Beijing.
    assert_eq!(zhang.grants[1].until.unwrap().millis(), 4_086_518_400_000);
    let officer = registration(&fixture, "fengtai-officer");
    assert_eq!(officer.grants.len(), 2);
    assert_eq!(officer.name.get("zh-Hans"), "丰台区新监管员");
    assert_eq!(officer.name.iter().count(), 1, "the blank cell clears");
    // and there is one first password, which is theirs to change, in the answer and nowhere else
    let passwords = report["passwords"].as_array().unwrap();
    assert_eq!(passwords.len(), 1);
    let password = passwords[0]["password"].as_str().unwrap();
    assert!(
        report["passwords_file"]
            .as_str()
            .unwrap()
            .contains(&format!("张三,zhang.san,{password}"))
    );
    assert_eq!(
        may_enter(&fixture, "zhang.san", password).await,
        Some(account::ChosenBy::Another)
    );
    assert_eq!(
        may_enter(&fixture, "fengtai-officer", PASSWORD).await,
        Some(account::ChosenBy::Themselves)
    );
    // when the same is sent again, then nothing is to do
    let (_, report) = import(&fixture, &cookie, "apply=true", &file).await;
    assert_eq!(
        (&report["refused"], counts(&report)),
        (&json!([]), [0, 0, 0]),
        "{report}"
    );
    assert_eq!(
        (&report["imported"], &report["passwords"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(fixture.log_length().await, before + 4);
    // when who has none of their own is to get another one, then it is set and recorded, of nobody else, and the first is over
    let (_, report) = import(&fixture, &cookie, "renew=true", &file).await;
    assert_eq!(counts(&report), [0, 0, 1], "{report}");
    let (_, report) = import(&fixture, &cookie, "apply=true&renew=true", &file).await;
    assert_eq!(report["imported"], true, "{report}");
    assert_eq!(fixture.log_length().await, before + 5);
    let renewed = report["passwords"][0]["password"].as_str().unwrap();
    assert_ne!(renewed, password);
    assert_eq!(may_enter(&fixture, "zhang.san", password).await, None);
    assert!(may_enter(&fixture, "zhang.san", renewed).await.is_some());
}

#[tokio::test]
async fn nothing_is_half_imported_and_each_refused_row_says_why() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let before = fixture.log_length().await;
    let file = file(&[
        "li.si,李四,,市民政局,检查员,jurisdiction,,",
        "wang.wu,王五,,市民政局,厨师,jurisdiction,,",
        "WANG,王五,,市民政局,检查员,jurisdiction,,",
        "WANG,王五,,市民政局,组长,jurisdiction,,",
        "zhao.liu,赵六,,市民政局,机构负责人,市民政局,,",
        "zhao.qi,赵七,,市民政局,检查员,jurisdiction,,2020-01-01",
        "nobody,,,市民政局,检查员,jurisdiction,,",
        "welfare-home-1,市第一社会福利院负责人,,,,,,",
    ]);
    // when some rows are wrong, then every one of them is told, whoever found it wrong, and none is taken in
    let (_, report) = import(&fixture, &cookie, "apply=true", &file).await;
    let refused = report["refused"].as_array().unwrap();
    let rows: Vec<(u64, &str)> = refused
        .iter()
        .map(|row| (row[0].as_u64().unwrap(), row[1].as_str().unwrap()))
        .collect();
    let expected = [
        (3, "厨师"),
        (4, "登录名为3至40位"),
        (5, "同一人的第4行"),
        (6, "机构负责人的职责范围应为具体的机构"),
        (7, "结束时间已过"),
        (8, "姓名：请填写"),
    ];
    assert_eq!(rows.len(), expected.len(), "{rows:?}");
    for ((row, text), (expected_row, part)) in rows.iter().zip(expected) {
        assert!(*row == expected_row && text.contains(part), "{row}: {text}");
    }
    assert_eq!(report["imported"], false);
    assert_eq!(fixture.log_length().await, before);
    // and the whole report has the other rows, too
    let request = post(
        "/api/import/people?report=true&apply=true",
        &cookie,
        file.clone(),
    );
    let (_, report) = bytes(&fixture, request).await;
    let report = String::from_utf8(report).unwrap();
    assert!(
        report.contains("\r\n2,可以导入,新增人员、授予角色\r\n3,不能导入,"),
        "{report}"
    );
    assert!(report.contains("\r\n9,可以导入,"), "{report}");
    assert_eq!(report.lines().count(), 9);
    assert_eq!(fixture.log_length().await, before);
}

/// Of very much that is wrong the first is told, and how much there is; the rest is in a file.
#[tokio::test]
async fn what_is_not_told_at_once_is_counted_and_in_the_whole_report() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let mut people = format!("{HEADINGS}\n");
    let mut bodies =
        "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity\n"
            .to_owned();
    for row in 0..SHOWN + 30 {
        writeln!(people, "p-{row},某人,,市民政局,厨师,jurisdiction,,").unwrap();
        writeln!(bodies, "某院{row},,spaceship,市民政局,110106,,8,4,10").unwrap();
    }
    for (path, file) in [("people", people), ("bodies", bodies)] {
        let (_, _, report) = fixture
            .send(post(&format!("/api/import/{path}"), &cookie, file.clone()))
            .await;
        assert_eq!(report["refused"].as_array().unwrap().len(), SHOWN, "{path}");
        assert_eq!(report["refused_in_all"], SHOWN + 30, "{path}");
        let request = post(&format!("/api/import/{path}?report=true"), &cookie, file);
        let (status, file) = bytes(&fixture, request).await;
        assert_eq!(status, StatusCode::OK);
        let file = String::from_utf8(file).unwrap();
        assert_eq!(file.lines().count(), SHOWN + 31, "{path}");
        assert!(file.contains("\r\n231,不能导入,"), "{path}");
    }
}

/// A file does what its sender could do one by one: of somebody who is not theirs it says no more than the page of new people does.
#[tokio::test]
async fn a_file_does_what_its_sender_may_do() {
    let fixture = Fixture::new().await;
    let row = "zhang.san,张三,,市民政局,检查员,jurisdiction,,";
    // Who manages nobody is not even read.
    for name in ["organiser", "fengtai-officer", "welfare-home-1"] {
        let cookie = fixture.sign_in(name).await;
        for content in [file(&[row]).as_str(), "PK\u{3}\u{4}nonsense"] {
            let (status, answer) = import(&fixture, &cookie, "apply=true", content).await;
            assert_eq!(
                (status, problem(&answer).0),
                (StatusCode::FORBIDDEN, "notForThisRole"),
                "{name}"
            );
        }
        for path in ["register.csv", "register.xlsx", "template.csv"] {
            let (status, _) = get(&fixture, &cookie, &format!("/export/people/{path}")).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
        }
    }
    let (status, _) = import(&fixture, "", "apply=true", &file(&[row])).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // given an administrator of one district
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let administrator = fixture.person("administrator");
    let officer = fixture.person("fengtai-officer");
    let grant = Grant::new(
        Role::Administrator,
        Scope::District(domain::jurisdiction::DistrictCode("110106".into())),
    );
    let command = Command::Person {
        id: officer,
        command: PersonCommand::Grant(grant),
    };
    fixture
        .server
        .ingest
        .command(administrator, &command, now())
        .await
        .unwrap();
    let cookie = fixture.sign_in("fengtai-officer").await;
    let before = fixture.log_length().await;
    let reader = fixture.server.reader(fixture.city.jurisdiction, officer);
    assert!(!reader.may(Act::ManagePeople, &Place::Body(home)));
    // when the file gives roles and people there and elsewhere, then elsewhere each row is refused as it would be on the page
    let organiser = registration(&fixture, "organiser");
    let as_registered = format!(
        "organiser,{},{},市民政局,organiser,jurisdiction,,",
        organiser.name.get("zh-Hans"),
        organiser.name.get("en"),
    );
    let file_of = file(&[
        "qian.yi,钱一,,丰台区民政局,检查员,丰台区,,",
        "qian.er,钱二,,丰台区民政局,检查员,jurisdiction,,",
        "qian.san,钱三,,市民政局,检查员,丰台区,,",
        &as_registered,
        "organiser,无此名,,丰台区民政局,检查员,丰台区,,",
    ]);
    let (_, report) = import(&fixture, &cookie, "apply=true", &file_of).await;
    let refused: Vec<u64> = report["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[0].as_u64().unwrap())
        .collect();
    assert_eq!(refused, [3, 4, 5, 6], "{report}");
    assert_eq!(fixture.log_length().await, before);
    // Whether a guess at their roles is right is not said: what is refused is the registration.
    let one = async |row: &str| {
        let (_, report) = import(&fixture, &cookie, "", &file(&[row])).await;
        report["refused"][0][1].as_str().unwrap().to_owned()
    };
    let right = one(&as_registered).await;
    assert_eq!(
        right,
        one(&as_registered.replace(",organiser,", ",inspector,")).await
    );
    let taken = one("organiser,无此名,,丰台区民政局,检查员,丰台区,,").await;
    assert!(taken.contains("已被使用"), "{taken}");
    // What they take out are those whom they manage.
    let (_, mine) = get(&fixture, &cookie, "/export/people/register.csv").await;
    let mine = String::from_utf8(mine).unwrap();
    assert!(
        mine.contains("fengtai-officer,") && !mine.contains("oversight,"),
        "{mine}"
    );
    let (_, report) = import(&fixture, &cookie, "apply=true", &mine).await;
    assert_eq!(
        (&report["refused"], counts(&report)),
        (&json!([]), [0, 0, 0]),
        "{report}"
    );
}

#[tokio::test]
async fn what_was_exported_is_read_again_and_nothing_is_to_do() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    // given roles to the millisecond, of one that is over, and somebody who has no role any more
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let administrator = fixture.person("administrator");
    let person = PersonId(Uuid::now_v7());
    let at = now();
    let term = |from: i64, until: i64| Grant {
        role: Role::Inspector,
        scope: Scope::Body(home),
        from: Some(at.plus_hours(from)),
        until: Some(at.plus_hours(until)),
    };
    let held = Grant::new(Role::InstitutionOfficer, Scope::Body(home));
    let registration = Registration {
        name: form::Texts::default().with("en", "Only English"),
        unit: None,
        sign_in_name: "only-english".into(),
        grants: vec![held.clone(), term(-30, 48), term(24, 72)],
    };
    let without = Registration {
        sign_in_name: "without-role".into(),
        grants: vec![held.clone()],
        unit: Some(home),
        ..registration.clone()
    };
    let without_id = PersonId(Uuid::now_v7());
    for (id, command) in [
        (person, PersonCommand::Register(registration)),
        (without_id, PersonCommand::Register(without)),
        (without_id, PersonCommand::Revoke(held)),
    ] {
        let command = Command::Person { id, command };
        let done = fixture.server.ingest.command(administrator, &command, at);
        done.await.unwrap();
    }
    for language in ["zh", "en"] {
        let cookie = format!("{cookie}; language={language}");
        for kind in ["csv", "xlsx"] {
            let path = format!("/export/people/register.{kind}");
            let (status, file) = get(&fixture, &cookie, &path).await;
            assert_eq!(status, StatusCode::OK);
            let request = post("/api/import/people?apply=true", &cookie, file);
            let (_, answer) = bytes(&fixture, request).await;
            let report: Value = serde_json::from_slice(&answer).unwrap();
            let outcome = (&report["refused"], counts(&report), &report["imported"]);
            assert_eq!(
                outcome,
                (&json!([]), [0, 0, 0], &json!(false)),
                "{kind}: {report}"
            );
            assert!(report["rows"].as_u64().unwrap() > 50);
        }
    }
    let (_, template) = get(&fixture, &cookie, "/export/people/template.csv").await;
    assert_eq!(template, interop::people_file::template());
    let (status, _) = get(&fixture, &cookie, "/export/people/bodies.csv").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

/// Given a file that was looked at, when what it names changes before it is taken in, then nothing is; who is deactivated is not
/// brought back; and of a file that is sent twice at once one is taken in.
#[tokio::test]
async fn what_changed_since_it_was_looked_at_is_looked_at_again() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let administrator = fixture.person("administrator");
    let row = "fengtai-officer,丰台区新监管员,,丰台区民政局,检查员,丰台区,,";
    let (_, report) = import(&fixture, &cookie, "", &file(&[row])).await;
    let apply = format!("apply=true&digest={}", report["digest"].as_str().unwrap());
    let does = async |command: PersonCommand| {
        let id = fixture.person("fengtai-officer");
        let command = Command::Person { id, command };
        let done = fixture
            .server
            .ingest
            .command(administrator, &command, now());
        done.await.unwrap();
    };
    let scope = Scope::District(domain::jurisdiction::DistrictCode("110106".into()));
    does(PersonCommand::Grant(Grant::new(Role::Inspector, scope))).await;
    let before = fixture.log_length().await;
    let (_, report) = import(&fixture, &cookie, &apply, &file(&[row])).await;
    assert_eq!(
        (&report["changed"], &report["imported"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        report["preview"][0]["becomes"]["granted"], false,
        "{report}"
    );
    assert_eq!(fixture.log_length().await, before);
    does(PersonCommand::Deactivate).await;
    let (_, report) = import(&fixture, &cookie, "apply=true", &file(&[row])).await;
    assert!(
        report["refused"][0][1].as_str().unwrap().contains("已停用"),
        "{report}"
    );
    let new = file(&["zhang.san,张三,,市民政局,检查员,jurisdiction,,"]);
    let sent = [(), ()].map(|()| import(&fixture, &cookie, "apply=true", &new));
    let mut told = Vec::new();
    for (status, report) in futures::future::join_all(sent).await {
        assert_eq!(status, StatusCode::OK, "{report}");
        told.push(report["passwords"].as_array().unwrap().len());
    }
    told.sort_unstable();
    assert_eq!(told, [0, 1]);
}

/// A file of too many new people is refused before anybody waits for their passwords.
#[tokio::test]
async fn new_people_of_one_file_are_so_many_at_most() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let before = fixture.log_length().await;
    let mut rows = format!("{HEADINGS}\n");
    for row in 0..=super::MAX_PASSWORDS {
        writeln!(rows, "p-{row},某人,,市民政局,检查员,jurisdiction,,").unwrap();
    }
    let (_, report) = import(&fixture, &cookie, "apply=true", &rows).await;
    assert_eq!(report["refused_in_all"], 1, "{report}");
    assert!(report["refused"][0][1].as_str().unwrap().contains("2000"));
    assert_eq!(fixture.log_length().await, before);
}

#[tokio::test]
async fn in_sqlite_who_chose_their_own_password_meanwhile_keeps_it() {
    who_chose_their_own_password_meanwhile_keeps_it(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_who_chose_their_own_password_meanwhile_keeps_it() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    who_chose_their_own_password_meanwhile_keeps_it(fixture).await;
}

/// Given one with a first password and one with their own, when both are to get another first one, then the second keeps theirs.
async fn who_chose_their_own_password_meanwhile_keeps_it(fixture: Fixture) {
    let database = &fixture.server.database;
    let jurisdiction = fixture.server.ingest.world().known().jurisdiction.unwrap();
    let names = ["inspector-01", "inspector-02"];
    let hash = |password| account::hash_password(password).unwrap();
    for (name, chosen_by) in names
        .into_iter()
        .zip([ChosenBy::Another, ChosenBy::Themselves])
    {
        let (person, hash) = (fixture.person(name), hash("what it was"));
        account::set_password_hash(
            database,
            jurisdiction,
            person,
            name,
            &hash,
            chosen_by,
            now(),
        )
        .await
        .unwrap();
    }
    let accounts = names.map(|name| (fixture.person(name), name, hash("what is new")));
    let given = account::set_first_password_hashes(database, jurisdiction, &accounts, now())
        .await
        .unwrap();
    assert_eq!(given, [true, false]);
    for (name, password) in names.into_iter().zip(["what is new", "what it was"]) {
        let body = json!({ "name": name, "password": password });
        let (status, ..) = fixture
            .send(post("/api/sync/v1/sign-in", "", body.to_string()))
            .await;
        assert_ne!(status, StatusCode::UNAUTHORIZED, "{name}");
    }
}
