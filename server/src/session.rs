//! Sessions: an opaque random token in a cookie, its SHA-256 in the table. A stolen database signs nobody in.
//!
//! A session stands as long as the password it was started with: one that was created before the password was changed is none.

use domain::id::{JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::Hash;

use crate::on_database;
use crate::store::StoreError;
use crate::store::database::{Database, list};
use crate::store::gather::{Gather, READ_PATIENCE};

pub const COOKIE: &str = "dubang_session";
/// Without a request for this long a session ends: a working day of an inspector without a network, with room.
pub const IDLE_HOURS: i64 = 14;
/// A session ends after this long whatever happens.
pub const ABSOLUTE_HOURS: i64 = 7 * 24;
/// How old the note of the last request may be.
const SEEN_EVERY_MS: i64 = 60_000;

/// What the cookie holds. Not printed anywhere.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    fn new() -> Token {
        let bytes: [u8; 32] = rand::random();
        Token(Hash(bytes).to_string())
    }

    /// The token in a `Cookie` header.
    pub fn in_cookies(cookies: &str) -> Option<Token> {
        cookies
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == COOKIE && value.len() == 64)
            .map(|(_, value)| Token(value.to_owned()))
    }

    fn hash(&self) -> String {
        Hash::of(self.0.as_bytes()).to_string()
    }

    /// The `Set-Cookie` header that gives it to the browser.
    pub fn cookie(&self, secure: bool) -> String {
        let secure = if secure { "; Secure" } else { "" };
        format!(
            "{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
            self.0,
            ABSOLUTE_HOURS * 3_600
        )
    }
}

/// The `Set-Cookie` header that takes it away.
pub fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

const CREATE: &str = "insert into session (token_hash, jurisdiction, person, created_at, seen_at) values ($1, $2, $3, $4, $4)";
const SEEN: &str = "update session set seen_at = $2 where token_hash = $1";
const END: &str = "delete from session where token_hash = $1";
const END_ALL: &str = "delete from session where jurisdiction = $1 and person = $2";
const END_EXPIRED: &str = "delete from session where created_at < $1 or seen_at < $2";

/// Starts a session of somebody who was known at an instant, by their password or otherwise; a token the browser already had ends with it (rotation), so a planted one is worth nothing.
pub async fn start(
    database: &Database,
    jurisdiction: JurisdictionId,
    person: PersonId,
    previous: Option<&Token>,
    known_at: Instant,
) -> Result<Token, StoreError> {
    if let Some(previous) = previous {
        end(database, previous).await?;
    }
    let token = Token::new();
    on_database!(database, pool => {
        sqlx::query(END_EXPIRED)
            .bind(known_at.plus_hours(-ABSOLUTE_HOURS).millis())
            .bind(known_at.plus_hours(-IDLE_HOURS).millis())
            .execute(pool)
            .await
            .map(|_| ())?;
        sqlx::query(CREATE)
            .bind(token.hash())
            .bind(jurisdiction.to_string())
            .bind(person.to_string())
            .bind(known_at.millis())
            .execute(pool)
            .await
            .map(|_| ())?;
    });
    Ok(token)
}

/// A session as the table has it.
#[derive(Clone, sqlx::FromRow)]
struct Row {
    token_hash: String,
    jurisdiction: String,
    person: String,
    created_at: i64,
    seen_at: i64,
}

/// Finds who is signed in: every request asks, so those that come together are looked up together.
pub struct Sessions {
    database: Database,
    rows: Gather<String, Option<Row>>,
}

impl Sessions {
    pub fn open(database: Database) -> Sessions {
        let asked = database.clone();
        let rows = Gather::start(Some(READ_PATIENCE), move |hashes: Vec<String>| {
            let database = asked.clone();
            async move { find(&database, &hashes).await }
        });
        Sessions { database, rows }
    }

    /// Who a token signs in, if it still does. It counts as a request.
    pub async fn resolve(
        &self,
        token: &Token,
        now: Instant,
    ) -> Result<Option<(JurisdictionId, PersonId)>, StoreError> {
        let Some(row) = self.standing(token, now).await? else {
            return Ok(None);
        };
        if now.millis() - row.seen_at > SEEN_EVERY_MS {
            on_database!(&self.database, pool => sqlx::query(SEEN)
                .bind(&row.token_hash).bind(now.millis()).execute(pool).await.map(|_| ())?);
        }
        row.person().map(Some)
    }

    /// The same without counting as a request: a page that is left open asks by itself, and nobody may be there.
    pub async fn holds(
        &self,
        token: &Token,
        now: Instant,
    ) -> Result<Option<(JurisdictionId, PersonId)>, StoreError> {
        let row = self.standing(token, now).await?;
        row.map(|row| row.person()).transpose()
    }

    /// A session as it stands; one whose time is over ends.
    async fn standing(&self, token: &Token, now: Instant) -> Result<Option<Row>, StoreError> {
        let Some(row) = self.rows.ask(token.hash()).await? else {
            return Ok(None);
        };
        if Instant(row.created_at).plus_hours(ABSOLUTE_HOURS) < now
            || Instant(row.seen_at).plus_hours(IDLE_HOURS) < now
        {
            end(&self.database, token).await?;
            return Ok(None);
        }
        Ok(Some(row))
    }
}

impl Row {
    fn person(&self) -> Result<(JurisdictionId, PersonId), StoreError> {
        let corrupt = |error| StoreError::corrupt("session", error);
        Ok((
            self.jurisdiction.parse().map_err(corrupt)?,
            self.person.parse().map_err(corrupt)?,
        ))
    }
}

async fn find(database: &Database, hashes: &[String]) -> Result<Vec<Option<Row>>, StoreError> {
    let sql = format!(
        "select s.token_hash, s.jurisdiction, s.person, s.created_at, s.seen_at from session s \
         left join account a on a.jurisdiction = s.jurisdiction and a.person = s.person \
         where s.created_at >= coalesce(a.changed_at, 0) and {}",
        database.is_one_of("s.token_hash", "$1")
    );
    let rows: Vec<Row> = on_database!(database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
        .bind(list(hashes.iter().map(String::as_str)))
        .fetch_all(pool)
        .await?);
    let found = |hash: &String| rows.iter().find(|row| row.token_hash == *hash).cloned();
    Ok(hashes.iter().map(found).collect())
}

pub async fn end(database: &Database, token: &Token) -> Result<(), StoreError> {
    on_database!(database, pool => sqlx::query(END).bind(token.hash()).execute(pool).await.map(|_| ())?);
    Ok(())
}

/// Ends every session of a person, on whatever device.
pub async fn end_all(
    database: &Database,
    jurisdiction: JurisdictionId,
    person: PersonId,
) -> Result<(), StoreError> {
    on_database!(database, pool => sqlx::query(END_ALL)
        .bind(jurisdiction.to_string())
        .bind(person.to_string())
        .execute(pool)
        .await
        .map(|_| ())?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account;
    use crate::http::fixture::{Fixture, PASSWORD};

    /// Given somebody who was let in with a password, when it is changed, then neither their session stands nor one that is started only
    /// now, nor is it changed once more by whoever knew the old one.
    #[tokio::test]
    async fn a_session_stands_as_long_as_its_password() {
        let fixture = Fixture::new().await;
        let (server, database) = (&fixture.server, &fixture.server.database);
        let (own, person) = (fixture.city.jurisdiction, fixture.person("organiser"));
        let before = crate::server::now();
        let after = Instant(before.millis() + 1_000);
        let known = account::authenticate(database, "organiser", PASSWORD, before);
        let known = known.await.unwrap().unwrap();
        let begin = async |at| start(database, own, person, None, at).await.unwrap();
        let stands =
            async |token: &Token| server.sessions.holds(token, after).await.unwrap().is_some();
        let early = begin(before).await;
        assert!(stands(&early).await);
        let hash = account::hash_password("a password of their own").unwrap();
        assert!(
            account::change_password(database, &known, &hash, after)
                .await
                .unwrap()
        );
        assert!(!stands(&early).await);
        assert!(!stands(&begin(known.at).await).await);
        assert!(stands(&begin(after).await).await);
        assert!(
            !account::change_password(database, &known, &hash, after)
                .await
                .unwrap()
        );
    }

    /// Given a session that is asked after every hour, then it goes on when these are requests, and ends in its time when it is only a
    /// page left open that asks.
    #[tokio::test]
    async fn a_page_left_open_does_not_keep_a_session() {
        let fixture = Fixture::new().await;
        let server = &fixture.server;
        let (own, person) = (fixture.city.jurisdiction, fixture.person("organiser"));
        let begun = crate::server::now();
        for is_request in [true, false] {
            let token = start(&server.database, own, person, None, begun)
                .await
                .unwrap();
            for hour in 1..=IDLE_HOURS + 1 {
                let now = begun.plus_hours(hour);
                let found = if is_request {
                    server.sessions.resolve(&token, now).await.unwrap()
                } else {
                    server.sessions.holds(&token, now).await.unwrap()
                };
                let expected = is_request || hour <= IDLE_HOURS;
                assert_eq!(found.is_some(), expected, "{is_request} {hour}");
            }
        }
    }
}
