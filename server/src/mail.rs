//! E-mail: what the inbox tells, for those who asked for it by mail. Only when the settings name a relay and a sender.
//!
//! # Design
//! - Addresses and the queue are beside the log, as sessions are: who wants mail is no fact of supervision, and an address must be
//!   forgotten when its owner says so.
//! - [`enqueue`] follows the read model `notification` from a mark on. A mail's id is made of the notification and the person, so
//!   several servers, or one that fell over in the middle, queue it once.
//! - [`deliver`] takes what is due. Before it is sent its next attempt is moved away, so that no other server takes it too; it is
//!   delivered at least once, and after [`ATTEMPTS`] failures it is given up and stays in the queue with its error.
//! - A mail says that there is something, and where: it carries no content of the record out of the house. One that says more says it
//!   in the queue ([`digest`](crate::digest)).
//! - `smtp_url` says how the relay is spoken to: `smtp://` in plain text, for one on the same machine or network;
//!   `smtp://…?tls=required` with STARTTLS; `smtps://` with TLS from the first byte. Certificates are checked against the roots that
//!   come with the program.

use app::api::view::MailPreference;
use app::widgets::event_title::told_title;
use domain::Language;
use domain::id::{JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::working_day::plus_days;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::digest;
use crate::on_database;
use crate::server::Server;
use crate::store::StoreError;

/// Notifications looked at, and mails sent, in one turn.
const BATCH: i64 = 100;
pub const ATTEMPTS: i64 = 8;
/// While a mail is being sent no other server takes it up.
const TAKEN_MS: i64 = 10 * 60_000;
const LONGEST_ADDRESS: usize = 254;

/// How mail leaves.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Where the pages are, as readers reach them.
    public_url: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("smtp_url cannot be used: {0}")]
    Relay(#[from] lettre::transport::smtp::Error),
    #[error("mail_from is no e-mail address: {0}")]
    From(#[from] lettre::address::AddressError),
    #[error("{0} must be set to send mail")]
    Missing(&'static str),
}

impl Mailer {
    /// None where no relay is set.
    pub fn open(settings: &crate::settings::Settings) -> Result<Option<Mailer>, MailError> {
        let Some(url) = &settings.smtp_url else {
            return Ok(None);
        };
        let from = settings
            .mail_from
            .as_ref()
            .ok_or(MailError::Missing("mail_from"))?;
        let public_url = settings
            .public_url
            .clone()
            .ok_or(MailError::Missing("public_url"))?;
        Ok(Some(Mailer {
            transport: AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build(),
            from: from.parse()?,
            public_url: public_url.trim_end_matches('/').to_owned(),
        }))
    }
}

/// An address as it can be mailed to; None for what is none.
pub fn checked_address(text: &str) -> Option<String> {
    let text = text.trim();
    let address: lettre::Address = text.parse().ok()?;
    (text.len() <= LONGEST_ADDRESS && address.to_string() == text).then(|| text.to_owned())
}

/// What a person gets by mail, and where; of who gets none, what is proposed: a digest comes to nobody who did not ask for it.
pub async fn preference_of(
    server: &Server,
    jurisdiction: JurisdictionId,
    person: PersonId,
) -> Result<MailPreference, StoreError> {
    let row: Option<(String, i64)> = on_database!(&server.database, pool =>
        sqlx::query_as("select address, digest from mail_address where jurisdiction = $1 and person = $2")
            .bind(jurisdiction.to_string()).bind(person.to_string()).fetch_optional(pool).await?);
    let (address, digest) = row.unwrap_or_default();
    Ok(MailPreference {
        address,
        digest: digest != 0,
    })
}

/// Remembers what a person gets by mail, from now on: a digest whose hour is past comes with the next working day.
pub async fn set(
    server: &Server,
    (jurisdiction, person): (JurisdictionId, PersonId),
    preference: &MailPreference,
    language: Language,
    now: Instant,
) -> Result<(), StoreError> {
    const SET: &str = "insert into mail_address (jurisdiction, person, address, language, digest, digest_on) values ($1, $2, $3, $4, $5, $6) \
         on conflict (jurisdiction, person) do update set address = excluded.address, language = excluded.language, \
         digest = excluded.digest, digest_on = case when mail_address.digest_on < excluded.digest_on then excluded.digest_on \
         else mail_address.digest_on end";
    let known = server.ingest.world().known();
    let past = digest::day_of(now, known.time_zone());
    let past = past.unwrap_or_else(|| plus_days(known.day(now), -1));
    let past = past.to_string();
    on_database!(&server.database, pool => sqlx::query(SET)
        .bind(jurisdiction.to_string()).bind(person.to_string()).bind(&preference.address).bind(language.code())
        .bind(i64::from(preference.digest)).bind(past).execute(pool).await.map(|_| ())?);
    Ok(())
}

/// Forgets a person's address with all that waits to be sent there.
pub async fn forget(
    server: &Server,
    jurisdiction: JurisdictionId,
    person: PersonId,
) -> Result<(), StoreError> {
    let (own, person) = (jurisdiction.to_string(), person.to_string());
    on_database!(&server.database, pool => {
        sqlx::query("delete from mail_address where jurisdiction = $1 and person = $2")
            .bind(&own).bind(&person).execute(pool).await.map(|_| ())?;
        sqlx::query("delete from mail where jurisdiction = $1 and person = $2 and sent_at is null")
            .bind(&own).bind(&person).execute(pool).await.map(|_| ())?;
    });
    Ok(())
}

/// Puts a mail in the queue for everyone whom something new concerns and who wants mail. True when there may be more.
pub async fn enqueue(
    server: &Server,
    jurisdiction: JurisdictionId,
    now: Instant,
) -> Result<bool, StoreError> {
    let own = jurisdiction.to_string();
    let mark: Option<i64> = on_database!(&server.database, pool =>
        sqlx::query_scalar("select position from mail_mark where jurisdiction = $1")
            .bind(&own).fetch_optional(pool).await?);
    let Some(mark) = mark else {
        // What there was before mail was set up is not mailed.
        let head = server.ingest.log().head(jurisdiction).await?.position;
        on_database!(&server.database, pool =>
            sqlx::query("insert into mail_mark (jurisdiction, position) values ($1, $2) on conflict do nothing")
                .bind(&own).bind(i64::try_from(head).unwrap_or(i64::MAX)).execute(pool).await.map(|_| ())?);
        return Ok(false);
    };
    let told: Vec<i64> = on_database!(&server.database, pool =>
        sqlx::query_scalar("select position from notification where jurisdiction = $1 and position > $2 order by position limit $3")
            .bind(&own).bind(mark).bind(BATCH).fetch_all(pool).await?);
    let Some(last) = told.last() else {
        return Ok(false);
    };
    let readers: Vec<(String, String)> = on_database!(&server.database, pool =>
        sqlx::query_as("select person, language from mail_address where jurisdiction = $1")
            .bind(&own).fetch_all(pool).await?);
    let known = server.ingest.world().known();
    let is_full = told.len() as u64 == BATCH.unsigned_abs();
    for (person, language) in &readers {
        let Ok(id) = person.parse::<PersonId>() else {
            continue;
        };
        // Whoever was deactivated is told nothing more.
        if known.directory.active_person(id).is_none() {
            continue;
        }
        let reader = server.reader(jurisdiction, id);
        for (told, kind) in reader.told_between(mark, *last).await? {
            let language = Language::from_code(language).unwrap_or_default();
            let subject = told_title(&kind).map_or(kind.as_str(), |text| text.get(language));
            let mail = format!("{told}/{person}");
            on_database!(&server.database, pool =>
                sqlx::query("insert into mail (jurisdiction, id, person, subject, language, created_at, attempts, next_at) \
                     values ($1, $2, $3, $4, $5, $6, 0, $6) on conflict do nothing")
                    .bind(&own).bind(&mail).bind(person).bind(subject).bind(language.code()).bind(now.millis())
                    .execute(pool).await.map(|_| ())?);
        }
    }
    on_database!(&server.database, pool =>
        sqlx::query("update mail_mark set position = $2 where jurisdiction = $1 and position < $2")
            .bind(&own).bind(last).execute(pool).await.map(|_| ())?);
    Ok(is_full)
}

#[derive(sqlx::FromRow)]
struct Queued {
    id: String,
    person: String,
    subject: String,
    /// None where it only says that there is something new.
    body: Option<String>,
    language: String,
    attempts: i64,
    next_at: i64,
    address: Option<String>,
}

/// Sends what is due; how many mails left.
pub async fn deliver(
    server: &Server,
    mailer: &Mailer,
    jurisdiction: JurisdictionId,
    now: Instant,
) -> Result<usize, StoreError> {
    let own = jurisdiction.to_string();
    // A relay may take its time over each: what is written down is the moment of the mail, not of the first of them.
    let begun = std::time::Instant::now();
    let at = || now.millis() + i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX / 2);
    let due: Vec<Queued> = on_database!(&server.database, pool =>
        sqlx::query_as("select m.id, m.person, m.subject, m.body, m.language, m.attempts, m.next_at, a.address from mail m \
             left join mail_address a on a.jurisdiction = m.jurisdiction and a.person = m.person \
             where m.jurisdiction = $1 and m.sent_at is null and m.attempts < $2 and m.next_at <= $3 order by m.next_at, m.id limit $4")
            .bind(&own).bind(ATTEMPTS).bind(now.millis()).bind(BATCH).fetch_all(pool).await?);
    let mut sent = 0;
    for queued in due {
        let taken: u64 = on_database!(&server.database, pool =>
            sqlx::query("update mail set next_at = $3 where jurisdiction = $1 and id = $2 and next_at = $4 and sent_at is null")
                .bind(&own).bind(&queued.id).bind(at() + TAKEN_MS).bind(queued.next_at)
                .execute(pool).await?.rows_affected());
        if taken == 0 {
            continue;
        }
        match mailer.send(&queued).await {
            Ok(()) => {
                sent += 1;
                on_database!(&server.database, pool =>
                    sqlx::query("update mail set sent_at = $3, attempts = attempts + 1, error = null where jurisdiction = $1 and id = $2")
                        .bind(&own).bind(&queued.id).bind(at()).execute(pool).await.map(|_| ())?);
            }
            Err(error) => {
                tracing::warn!(%error, person = queued.person, "a mail could not be sent");
                // A minute, then twice as long each time.
                let wait = 60_000_i64 << queued.attempts.clamp(0, 16);
                on_database!(&server.database, pool =>
                    sqlx::query("update mail set attempts = attempts + 1, next_at = $3, error = $4 where jurisdiction = $1 and id = $2")
                        .bind(&own).bind(&queued.id).bind(at() + wait).bind(&error).execute(pool).await.map(|_| ())?);
            }
        }
    }
    Ok(sent)
}

impl Mailer {
    /// Where readers reach the pages; no slash at its end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    async fn send(&self, queued: &Queued) -> Result<(), String> {
        let address = queued
            .address
            .as_ref()
            .ok_or("there is no address any more")?;
        let to: Mailbox = address
            .parse()
            .map_err(|error| format!("the address cannot be used: {error}"))?;
        let language = Language::from_code(&queued.language).unwrap_or_default();
        let (subject, inbox) = (&queued.subject, format!("{}/inbox", self.public_url));
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(domain::say!(language, "督帮：{subject}", "Dubang: {subject}"))
            .header(ContentType::TEXT_PLAIN)
            .body(queued.body.clone().unwrap_or_else(|| domain::say!(
                language,
                "{subject}\n\n请登录查看：{inbox}\n\n如不再需要邮件，可在“消息”页面停用。\n",
                "{subject}\n\nSign in to see it: {inbox}\n\nTo get no more mail, say so on the page “Inbox”.\n"
            )))
            .map_err(|error| error.to_string())?;
        self.transport
            .send(message)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests;
