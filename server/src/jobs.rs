//! What the server does by itself when its time has come.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use domain::assignment::AssignmentCommand;
use domain::id::{AssignmentId, CampaignId, JurisdictionId};
use domain::instant::Instant;
use domain::record::{Stream, StreamKind};
use domain::{Command, Refusal};

use crate::digest;
use crate::ingest::IngestError;
use crate::mail::{self, Mailer};
use crate::on_database;
use crate::read::campaigns::INTEREST_STANDS;
use crate::server::{Server, now};
use crate::store::StoreError;
use crate::upload::UNFINISHED_FOR;

/// How often the server looks at the clock.
const EVERY: Duration = Duration::from_secs(1);
/// Assignments released in one go; the next second brings the next.
const AT_ONCE: i64 = 200;

/// Begins at those that are sealed, of which there are few: what was released in years is not looked at each second. What somebody of
/// the team keeps away from, for an interest in the body or in one above it, stays sealed until others are sent, and is passed over.
fn due() -> String {
    format!(
        "select d.id, d.campaign from assignment a cross join assignment_due d \
         where a.jurisdiction = $1 and a.released_position is null and a.cancelled = 0 \
         and d.jurisdiction = a.jurisdiction and d.id = a.id and d.release_at <= $2 \
         and not exists (\
             with recursive above(id) as (select a.target union \
                 select b.parent from body b join above u on b.id = u.id where b.jurisdiction = $1 and b.parent is not null) \
             select 1 from assignment_member m join interest n on n.jurisdiction = m.jurisdiction and n.person = m.person \
             where m.jurisdiction = a.jurisdiction and m.assignment = a.id and n.campaign = a.campaign \
             and n.body in (select u.id from above u) and {INTEREST_STANDS}) \
         order by d.release_at, d.id limit $3"
    )
}

/// How often mail is looked after.
const MAIL_EVERY: Duration = Duration::from_secs(15);

/// Queues and sends mail until it is dropped.
pub async fn send_mail(server: Arc<Server>, mailer: Mailer) {
    let mut ticks = tokio::time::interval(MAIL_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(jurisdiction) = server.ingest.world().known().jurisdiction else {
            continue;
        };
        if let Err(error) = look_after_mail(&server, &mailer, jurisdiction).await {
            tracing::warn!(%error, "mail cannot be looked after; trying again");
        }
    }
}

async fn look_after_mail(
    server: &Server,
    mailer: &Mailer,
    jurisdiction: JurisdictionId,
) -> Result<(), StoreError> {
    while mail::enqueue(server, jurisdiction, now()).await? {}
    let digests = digest::enqueue(server, jurisdiction, mailer.public_url(), now()).await;
    // What is in the queue goes, whatever came in its way.
    while mail::deliver(server, mailer, jurisdiction, now()).await? > 0 {}
    digests.map(|_| ())
}

/// How often unfinished uploads are looked after.
const UPLOADS_EVERY: Duration = Duration::from_hours(1);

/// Drops photos of which a part arrived long ago and no other since, until it is dropped itself.
pub async fn sweep_uploads(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(UPLOADS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match server.uploads.sweep(SystemTime::now() - UNFINISHED_FOR) {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "unfinished uploads were dropped"),
            Err(error) => {
                tracing::warn!(%error, "unfinished uploads cannot be swept; trying again")
            }
        }
    }
}

/// Runs until it is dropped. Several servers on one database may do so: the rules let each thing happen once.
pub async fn run(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = release_due(&server, now()).await {
            tracing::warn!(%error, "what is due cannot be released; trying again");
        }
    }
}

/// The sealed assignments whose time has come, each with its campaign.
async fn due_at(
    server: &Server,
    jurisdiction: JurisdictionId,
    at: Instant,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(
        on_database!(&server.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(due()))
        .bind(jurisdiction.to_string()).bind(at.millis()).bind(AT_ONCE).fetch_all(pool).await?),
    )
}

/// Releases the sealed assignments whose time has come; returns how many. In the record it is the act of who made the assignment:
/// the time was part of the order.
pub async fn release_due(server: &Server, at: Instant) -> Result<u32, IngestError> {
    let Some(jurisdiction) = server.ingest.world().known().jurisdiction else {
        return Ok(0);
    };
    let mut released = 0;
    for (id, campaign) in due_at(server, jurisdiction, at).await? {
        let ids = (id.parse::<AssignmentId>(), campaign.parse::<CampaignId>());
        let (Ok(id), Ok(campaign)) = ids else {
            tracing::error!(id, "a stored id cannot be read");
            continue;
        };
        let stream = Stream {
            kind: StreamKind::Assignment,
            id: id.0,
        };
        let events = server
            .ingest
            .log()
            .streams(jurisdiction, &[stream.to_string()])
            .await?;
        let Some(made) = events.first() else { continue };
        let command = Command::Assignment {
            id,
            campaign,
            command: AssignmentCommand::ReleaseDue,
        };
        match server
            .ingest
            .command(made.authored.actor, &command, at)
            .await
        {
            Ok(_) => released += 1,
            // Another server, or an organiser, was faster.
            Err(IngestError::Refused(Refusal::Assignment(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(released)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{Fixture, LAST_DAY};
    use crate::store::contract::fresh_postgres_url;
    use crate::store::database::Database;
    use domain::Event;
    use domain::assignment::{AssignmentEvent, AssignmentOrder, ReleaseRule, ReleasedBy};
    use domain::campaign::CampaignCommand;
    use domain::working_day::plus_days;
    use uuid::Uuid;

    #[tokio::test]
    async fn in_sqlite_what_is_released_by_time_is_released_at_its_time() {
        what_is_released_by_time_is_released_at_its_time(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_what_is_released_by_time_is_released_at_its_time() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        what_is_released_by_time_is_released_at_its_time(fixture).await;
    }

    /// Given a visit sealed until an hour from now, when the server looks at the clock, then it is released once, not before, and the
    /// record says by what rule.
    async fn what_is_released_by_time_is_released_at_its_time(fixture: Fixture) {
        let (_, order) = fixture.visit_with_one_item().await;
        let at = now().plus_hours(1);
        let id = AssignmentId(Uuid::now_v7());
        let sealed = AssignmentOrder {
            visit_on: LAST_DAY,
            sealed: true,
            release: ReleaseRule::At(at),
            ..order.clone()
        };
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command: AssignmentCommand::Create(sealed),
        };
        let organiser = fixture.person("organiser");
        fixture
            .server
            .ingest
            .command(organiser, &command, now())
            .await
            .unwrap();
        assert_eq!(release_due(&fixture.server, now()).await.unwrap(), 0);
        // Nobody is told who keeps away: neither from the body itself, nor from what is above it.
        let directory = &fixture.server.ingest.world().known().directory.clone();
        for body in directory.path(order.target) {
            let on_campaign = async |command| {
                let command = Command::Campaign {
                    id: order.campaign,
                    command,
                };
                let ingest = &fixture.server.ingest;
                ingest.command(organiser, &command, now()).await.unwrap();
            };
            let (person, note) = (order.leader, "亲属在该院工作".to_owned());
            on_campaign(CampaignCommand::DeclareInterest {
                person,
                body,
                note: note.clone(),
            })
            .await;
            assert_eq!(release_due(&fixture.server, at).await.unwrap(), 0, "{body}");
            // Nor is it tried each second.
            let due = due_at(&fixture.server, fixture.city.jurisdiction, at).await;
            assert_eq!(due.unwrap(), [], "{body}");
            on_campaign(CampaignCommand::WithdrawInterest { person, body, note }).await;
        }
        assert_eq!(release_due(&fixture.server, at).await.unwrap(), 1);
        assert_eq!(release_due(&fixture.server, at).await.unwrap(), 0);
        // What was released is not looked at again.
        if let Database::Sqlite(pool) = &fixture.server.database {
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("explain query plan {}", due())))
                    .bind(fixture.city.jurisdiction.to_string())
                    .bind(at.millis())
                    .bind(AT_ONCE)
                    .fetch_all(pool)
                    .await
                    .unwrap();
            let sealed = plan
                .iter()
                .any(|(.., step)| step.contains("assignment_sealed"));
            assert!(sealed, "{plan:?}");
        }
        let stream = format!("assignment/{id}");
        let log = fixture.server.ingest.log();
        let events = log
            .streams(fixture.city.jurisdiction, &[stream])
            .await
            .unwrap();
        let rule = ReleasedBy::Time { at };
        let said: Vec<Event> = events
            .iter()
            .map(|event| event.authored.event().unwrap())
            .collect();
        assert_eq!(
            said[1..],
            [
                Event::Assignment(AssignmentEvent::ReleasedUnder { rule }),
                Event::Assignment(AssignmentEvent::Released),
            ]
        );
    }

    #[tokio::test]
    async fn in_sqlite_what_is_moved_is_released_at_the_time_it_moved_to() {
        what_is_moved_is_released_at_the_time_it_moved_to(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_what_is_moved_is_released_at_the_time_it_moved_to() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        what_is_moved_is_released_at_the_time_it_moved_to(fixture).await;
    }

    /// Given a visit sealed until an hour from now, when it is moved to the day after, then it is released a day later.
    async fn what_is_moved_is_released_at_the_time_it_moved_to(fixture: Fixture) {
        let (_, order) = fixture.visit_with_one_item().await;
        let at = now().plus_hours(1);
        let id = AssignmentId(Uuid::now_v7());
        let sealed = AssignmentOrder {
            visit_on: plus_days(LAST_DAY, -1),
            sealed: true,
            release: ReleaseRule::At(at),
            ..order.clone()
        };
        let moved = AssignmentCommand::Reschedule {
            visit_on: LAST_DAY,
            target: order.target,
            team: order.team.clone(),
            reason: "该院消毒".into(),
        };
        for command in [AssignmentCommand::Create(sealed), moved] {
            let command = Command::Assignment {
                id,
                campaign: order.campaign,
                command,
            };
            let organiser = fixture.person("organiser");
            let ingest = &fixture.server.ingest;
            ingest.command(organiser, &command, now()).await.unwrap();
        }
        assert_eq!(release_due(&fixture.server, at).await.unwrap(), 0);
        let later = at.plus_hours(24);
        assert_eq!(release_due(&fixture.server, later).await.unwrap(), 1);
    }
}
