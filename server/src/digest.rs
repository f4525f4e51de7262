//! The digest: on working days at [`DIGEST_HOUR`] on the jurisdiction's clock one mail to everyone who gets mail and wants it, of what
//! waits for them and is late or due until the next working day ends; none where nothing is.
//!
//! # Design
//! - It is made of what Today shows its reader at that moment ([`Deadline`]), asked as that page asks, so it cannot tell more than that page. As all mail it
//!   carries no content of the record out of the house: kinds, counts, and the pages where it is done.
//! - Whose digest of a day was looked at is written down in the transaction that queues it, under the condition that it was not:
//!   several servers, or one that fell over in the middle, queue it once. A server that did not run at the hour does it when it starts.

use app::api::view::{DIGEST_HOUR, Deadline, soon};
use app::clock::{day_text, wall_time};
use domain::id::{JurisdictionId, PersonId};
use domain::instant::{Day, Instant};
use domain::say;
use domain::working_day::is_working_day;
use domain::{Language, Text};

use crate::on_database;
use crate::server::Server;
use crate::store::StoreError;

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// The day whose digests are sent at a moment; None on days off, and before the hour.
pub fn day_of(at: Instant, time_zone: &str) -> Option<Day> {
    let wall = wall_time(at, time_zone);
    (wall.hour >= DIGEST_HOUR && is_working_day(wall.day)).then_some(wall.day)
}

/// What is told on a day of what is late or due soon; None where nothing is. `public_url` is where readers reach the pages.
pub fn letter(
    deadlines: &[Deadline],
    today: Day,
    public_url: &str,
    language: Language,
) -> Option<Letter> {
    let sum = |count: fn(&Deadline) -> u64| deadlines.iter().map(count).sum();
    let until = day_text(soon(today), language);
    // How much is late and how much is due soon; what is none is not said.
    let counts = |late: u64, soon: u64, until: Option<&str>| {
        let late = (late > 0).then(|| say!(language, "{late}项逾期", "{late} overdue"));
        let soon = (soon > 0).then(|| match until {
            Some(until) => say!(
                language,
                "{soon}项{until}（含）前到期",
                "{soon} due by {until}"
            ),
            None => say!(language, "{soon}项将到期", "{soon} due soon"),
        });
        let counts: Vec<String> = late.into_iter().chain(soon).collect();
        counts.join(Text::new("，", ", ").get(language))
    };
    let subject = counts(sum(|one| one.late), sum(|one| one.soon), None);
    if subject.is_empty() {
        return None;
    }
    let on = day_text(today, language);
    let mut body = say!(
        language,
        "截至{on}，等您办理的事项中：\n",
        "Of what waits for you on {on}:\n"
    );
    for deadline in deadlines {
        let kind = deadline.kind.title().get(language);
        let counts = counts(deadline.late, deadline.soon, Some(&until));
        let address = &deadline.address;
        body.push_str(&say!(
            language,
            "\n{kind}：{counts}\n{public_url}{address}\n",
            "\n{kind}: {counts}\n{public_url}{address}\n"
        ));
    }
    body.push_str(&say!(
        language,
        "\n全部事项：{public_url}/\n\n如不再需要每日期限提醒，可在“消息”页面停用：{public_url}/inbox\n",
        "\nAll of it: {public_url}/\n\nTo get no more digests, say so on the page “Inbox”: {public_url}/inbox\n"
    ));
    Some(Letter { subject, body })
}

/// Puts the digests of the day in the queue of mail, for all whose was not looked at; how many.
pub async fn enqueue(
    server: &Server,
    jurisdiction: JurisdictionId,
    public_url: &str,
    at: Instant,
) -> Result<u32, StoreError> {
    const WAITING: &str = "select person, language from mail_address \
         where jurisdiction = $1 and digest = 1 and digest_on < $2 order by person";
    let known = server.ingest.world().known();
    let Some(today) = day_of(at, known.time_zone()) else {
        return Ok(0);
    };
    let readers: Vec<(String, String)> = on_database!(&server.database, pool => sqlx::query_as(WAITING)
        .bind(jurisdiction.to_string()).bind(today.to_string()).fetch_all(pool).await?);
    let mut queued = 0;
    for (person, language) in readers {
        let language = Language::from_code(&language).unwrap_or_default();
        let id = person.parse::<PersonId>().ok();
        let letter = match id.filter(|id| known.directory.active_person(*id).is_some()) {
            Some(id) => {
                match server.reader_at(jurisdiction, id, at).deadlines().await {
                    Ok(deadlines) => letter(&deadlines, today, public_url, language),
                    // One whose matters cannot be read keeps nobody else from theirs, and is tried again.
                    Err(error) => {
                        tracing::warn!(%error, %person, "what waits cannot be read for a digest");
                        continue;
                    }
                }
            }
            None => None,
        };
        queued += u32::from(
            claim(
                server,
                jurisdiction,
                &person,
                (today, at),
                letter.as_ref(),
                language,
            )
            .await?,
        );
    }
    Ok(queued)
}

/// Notes that somebody's digest of a day was looked at and queues what it says, unless another did so; whether it was queued.
async fn claim(
    server: &Server,
    jurisdiction: JurisdictionId,
    person: &str,
    (today, at): (Day, Instant),
    letter: Option<&Letter>,
    language: Language,
) -> Result<bool, StoreError> {
    const CLAIM: &str = "update mail_address set digest_on = $3 \
         where jurisdiction = $1 and person = $2 and digest = 1 and digest_on < $3";
    // Due at once, whatever the clock of who sends it says.
    const QUEUE: &str = "insert into mail (jurisdiction, id, person, subject, body, language, created_at, attempts, next_at) \
         values ($1, $2, $3, $4, $5, $6, $7, 0, 0) on conflict do nothing";
    let own = jurisdiction.to_string();
    let day = today.to_string();
    Ok(on_database!(&server.database, pool => {
        let mut transaction = pool.begin().await?;
        let claimed = sqlx::query(CLAIM).bind(&own).bind(person).bind(&day)
            .execute(&mut *transaction).await?.rows_affected();
        let queued = match letter.filter(|_| claimed == 1) {
            Some(letter) => sqlx::query(QUEUE)
                .bind(&own).bind(format!("digest/{day}/{person}")).bind(person)
                .bind(&letter.subject).bind(&letter.body).bind(language.code()).bind(at.millis())
                .execute(&mut *transaction).await?.rows_affected(),
            None => 0,
        };
        transaction.commit().await?;
        queued == 1
    }))
}

#[cfg(test)]
mod tests;
