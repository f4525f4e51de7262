//! A server to ask: the demo city behind the whole router, and the requests of tablets and browsers.

mod visit;

pub use visit::{LAST_DAY, another_day};

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use domain::id::{AssignmentId, BodyId, DeviceId, PersonId};
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonCommand, Registration};
use domain::record::Authored;
use domain::{Command, Language};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sync::protocol::{Push, Pushed, Receipt};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::router;
use super::site::Site;
use crate::server::{Server, now};
use crate::settings::Settings;
use crate::{account, demo};

pub const PASSWORD: &str = demo::DEMO_PASSWORD;

pub const ORGANISER_OF_ONE_BODY: &str = "organiser-of-one-body";

/// A server with the demo city, its router, and one sealed-and-released visit for a group to make.
pub struct Fixture {
    pub server: Arc<Server>,
    pub app: Router,
    pub city: demo::DemoCity,
    _folder: TempDir,
}

impl Fixture {
    pub async fn new() -> Fixture {
        Fixture::on(None).await
    }

    /// The same on the database at an address; on one of its own when none is given.
    pub async fn on(database_url: Option<String>) -> Fixture {
        Fixture::told(Settings {
            database_url,
            ..Settings::default()
        })
        .await
    }

    /// The same with these settings, but for its folder.
    pub async fn told(settings: Settings) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(
            site.join("assets.json"),
            r#"{"office":{"boot":"/b.js","js":"/j.js","wasm":"/w.wasm","parts":[]},"field":{"boot":"/fb.js","js":"/fj.js","wasm":"/fw.wasm","parts":["/fp.wasm"]},"css":"/c.css"}"#,
        )
        .unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..settings
        };
        let site = Site::open(Some(site), settings.map_tiles.as_ref()).unwrap();
        let server = Arc::new(Server::open(settings).await.unwrap());
        let city = demo::demo_city();
        demo::load_without_daily(&server, &city).await.unwrap();
        let app = router(server.clone(), site);
        Fixture {
            server,
            app,
            city,
            _folder: folder,
        }
    }

    pub fn person(&self, name: &str) -> PersonId {
        self.city
            .sign_ins
            .iter()
            .find(|sign_in| sign_in.name == name)
            .expect(name)
            .person
    }

    pub async fn send(&self, request: Request<Body>) -> (StatusCode, Option<String>, Value) {
        let response: Response<Body> = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let cookie = response
            .headers()
            .get(header::SET_COOKIE)
            .map(|cookie| cookie.to_str().unwrap().to_owned());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            cookie,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    pub async fn sign_in(&self, name: &str) -> String {
        let body = json!({ "name": name, "password": PASSWORD });
        let (status, cookie, _) = self
            .send(post("/api/sync/v1/sign-in", "", body.to_string()))
            .await;
        assert_eq!(status, StatusCode::OK);
        cookie.unwrap().split(';').next().unwrap().to_owned()
    }

    pub async fn push(
        &self,
        cookie: &str,
        device: DeviceId,
        events: Vec<Authored>,
    ) -> Vec<Receipt> {
        let body = serde_json::to_string(&Push {
            device,
            events,
            signature: None,
        })
        .unwrap();
        let (status, _, answer) = self.send(post("/api/sync/v1/push", cookie, body)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let pushed: Pushed = serde_json::from_value(answer).unwrap();
        pushed
            .receipts
            .into_iter()
            .map(|receipt| receipt.receipt)
            .collect()
    }

    /// An assignment of the demo city and its team.
    pub fn assignment(&self) -> (AssignmentId, domain::assignment::AssignmentOrder) {
        self.city
            .commands
            .iter()
            .find_map(|step| match &step.command {
                Command::Assignment {
                    id,
                    command: domain::assignment::AssignmentCommand::Create(order),
                    ..
                } => Some((*id, order.clone())),
                _ => None,
            })
            .expect("the demo city has assignments")
    }

    /// The notice that the demo city begins with.
    pub fn notice_id(&self) -> domain::id::NoticeId {
        self.city
            .commands
            .iter()
            .find_map(|step| match &step.command {
                Command::Notice { id, .. } => Some(*id),
                _ => None,
            })
            .expect("the demo city has a notice")
    }

    /// The notice that the demo city begins with, the talk that presses it, and the materials called in.
    pub fn directive(
        &self,
    ) -> (
        domain::id::NoticeId,
        domain::id::TalkId,
        domain::id::MaterialId,
    ) {
        let mut steps = self.city.commands.iter().map(|step| &step.command);
        let talk = steps.clone().find_map(|command| match command {
            Command::Talk { id, .. } => Some(*id),
            _ => None,
        });
        let material = steps.find_map(|command| match command {
            Command::Material { id, .. } => Some(*id),
            _ => None,
        });
        (self.notice_id(), talk.unwrap(), material.unwrap())
    }

    pub fn name_of(&self, person: PersonId) -> String {
        self.city
            .sign_ins
            .iter()
            .find(|sign_in| sign_in.person == person)
            .expect("a sign-in")
            .name
            .clone()
    }

    /// Has somebody of the city do something, which they may.
    pub async fn does(&self, who: &str, command: &Command) {
        let done = self.server.ingest.command(self.person(who), command, now());
        done.await.unwrap();
    }

    /// Someone who organises, but only in the matters of one body.
    pub async fn organiser_of(&self, body: BodyId) {
        let id = PersonId(Uuid::now_v7());
        let registration = Registration {
            name: form::Texts::both("院内组织者", "Organiser of a home"),
            unit: Some(body),
            sign_in_name: ORGANISER_OF_ONE_BODY.into(),
            grants: vec![Grant::new(Role::Organiser, Scope::Body(body))],
        };
        let command = Command::Person {
            id,
            command: PersonCommand::Register(registration),
        };
        let administrator = self.person("administrator");
        self.server
            .ingest
            .command(administrator, &command, now())
            .await
            .unwrap();
        let hash = account::hash_password(PASSWORD).unwrap();
        account::set_password_hash(
            &self.server.database,
            self.city.jurisdiction,
            id,
            ORGANISER_OF_ONE_BODY,
            &hash,
            account::ChosenBy::Themselves,
            now(),
        )
        .await
        .unwrap();
    }

    /// The body a person belongs to.
    pub fn unit_of(&self, person: PersonId) -> Option<BodyId> {
        let known = self.server.ingest.world().known();
        known
            .directory
            .active_person(person)
            .and_then(|registration| registration.unit)
    }

    pub async fn log_length(&self) -> u64 {
        self.server
            .ingest
            .log()
            .head(self.city.jurisdiction)
            .await
            .unwrap()
            .position
    }
}

pub fn post(path: &str, cookie: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header(header::HOST, "dubang.test")
        .header(header::ORIGIN, "http://dubang.test")
        .header(header::COOKIE, cookie)
        .body(body.into())
        .unwrap()
}

pub fn device(number: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(number))
}

pub fn problem(answer: &Value) -> (&str, &str, &str) {
    let text = |language: &str| answer["message"][language].as_str().unwrap_or_default();
    (
        answer["code"].as_str().unwrap_or_default(),
        text(Language::Chinese.tag()),
        text(Language::English.tag()),
    )
}
