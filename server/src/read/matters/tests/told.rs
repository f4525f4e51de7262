//! Whoever finds something waiting on Today was told that it came.

use std::collections::BTreeSet;

use app::api::view::{FindingRow, MatterKind, NoticeWaiting, Page, Today};
use uuid::Uuid;

use crate::http::fixture::Fixture;
use crate::on_database;
use crate::store::contract::fresh_postgres_url;

/// The events by which whoever it waits for is told that it came; none where it comes with time alone, or of what others leave undone:
/// of that a digest by mail tells.
pub fn told_by(kind: MatterKind) -> &'static [&'static str] {
    match kind {
        MatterKind::AcknowledgeRequirement | MatterKind::CarryOutRequirement => {
            &["talk.requirementSet", "talk.requirementMoved"]
        }
        MatterKind::AwaitReceipts { .. } => &["notice.issued"],
        MatterKind::HandInMaterials => &[
            "material.requested",
            "material.returned",
            "material.extended",
        ],
        MatterKind::ReviewMaterials => &["material.submitted"],
        MatterKind::ApproveArrangement => &["arrangement.drafted", "arrangement.amendmentDrafted"],
        MatterKind::IssueArrangement => &["arrangement.approved"],
        MatterKind::CommitToDraw => &["draw.published", "draw.withheld", "draw.redrawn"],
        MatterKind::RevealForDraw => &["draw.committed"],
        MatterKind::AssignDrawn => &["draw.drawn"],
        MatterKind::ProvideSupport => &["finding.supportOwed"],
        MatterKind::ConfirmSupport => &["finding.supportProvided"],
        MatterKind::AssessRegulators { .. } => &["inspection.submitted"],
        MatterKind::SignRegulatorFile => &["regulatorFile.assessed"],
        MatterKind::LookBack { .. } => &["lookBack.drawn"],
        MatterKind::SelfInspection => &["campaign.created", "campaign.planAmended"],
        MatterKind::ReplaceRecused => &["campaign.interestDeclared"],
        MatterKind::Visit { .. } => &["assignment.released"],
        MatterKind::LookIntoRequirement
        | MatterKind::RemindOfNotice { .. }
        | MatterKind::ChaseMaterials { .. }
        | MatterKind::RecordWithheld
        | MatterKind::DiscloseDraw
        | MatterKind::LevelEnds { .. }
        | MatterKind::GrantsEnd { .. } => &[],
    }
}

/// Whether somebody is told of one of these events of the thing that an address names, or did it; of any thing where the page is of several.
pub async fn is_told(fixture: &Fixture, name: &str, kinds: &[&str], address: &str) -> bool {
    let person = fixture.person(name);
    let reader = (fixture.server).reader(fixture.city.jurisdiction, person);
    let own = fixture.city.jurisdiction.to_string();
    let sql = "select stream, kind from event where jurisdiction = $1 and actor = $2";
    let did: Vec<(String, String)> = on_database!(&fixture.server.database, pool => sqlx::query_as(sql)
        .bind(&own).bind(person.to_string()).fetch_all(pool).await.unwrap());
    let told = reader.told_between(0, i64::MAX).await.unwrap();
    let names = |text: &str| -> Option<Uuid> {
        let mut parts = text.split(['/', '#', '?']);
        parts.find_map(|part| part.parse().ok())
    };
    let is_of = |stream: &str| names(address).is_none_or(|id| names(stream) == Some(id));
    told.iter()
        .chain(&did)
        .any(|(row, kind)| kinds.contains(&kind.as_str()) && is_of(row))
}

/// Given the demo city, whoever finds something on Today beside matters was told that it came.
async fn whoever_finds_something_on_today_was_told(fixture: Fixture) {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for name in fixture.city.sign_ins.iter().map(|one| one.name.as_str()) {
        let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person(name));
        // A part that is new is named here, and what tells of it.
        let Today {
            notices_to_acknowledge,
            notices_to_pass_on,
            assignments_to_release: _,
            assignments_open: _,
            plans_due,
            being_rectified,
            to_re_verify,
            to_order,
            late: _,
            to_decide,
            matters: _,
            matters_total: _,
            // The demo city holds nothing; that it is told where something is held is tried with held records.
            held: _,
            reports_owed: _,
            reports_to_chase: _,
            figures: _,
        } = reader.today().await.unwrap();
        let page = |id: &dyn std::fmt::Display| format!("/{id}");
        let findings = |rows: &Page<FindingRow>| -> Vec<String> {
            rows.rows.iter().map(|row| page(&row.id)).collect()
        };
        let notices = |rows: &[NoticeWaiting]| -> Vec<String> {
            rows.iter().map(|row| page(&row.id)).collect()
        };
        let issued: &[&str] = &["notice.issued", "notice.passedOn", "notice.corrected"];
        let mut visits = Vec::new();
        for row in &to_order.rows {
            let sql = "select inspection from finding where id = $1";
            let visit: String = on_database!(&fixture.server.database, pool => sqlx::query_scalar(sql)
                .bind(row.id.to_string()).fetch_one(pool).await.unwrap());
            visits.push(page(&visit));
        }
        let told: [(&str, &[&str], Vec<String>); 7] = [
            ("acknowledge", issued, notices(&notices_to_acknowledge)),
            ("pass on", issued, notices(&notices_to_pass_on)),
            (
                "plan",
                &[
                    "finding.raised",
                    "finding.notified",
                    "finding.upheld",
                    "finding.planReturned",
                    "finding.reopened",
                    "finding.reVerificationFailed",
                    "finding.lookBackFailed",
                ],
                findings(&plans_due),
            ),
            ("rectify", &["finding.raised"], findings(&being_rectified)),
            (
                "re-verify",
                &["finding.rectificationClaimed", "finding.raised"],
                findings(&to_re_verify),
            ),
            // Told once of a visit, whatever it raised.
            ("order", &["inspection.submitted"], visits),
            (
                "decide",
                &[
                    "finding.planSubmitted",
                    "finding.disputed",
                    "finding.extensionAsked",
                ],
                findings(&to_decide),
            ),
        ];
        for (part, kinds, pages) in told {
            for address in pages {
                seen.insert(part);
                if !is_told(&fixture, name, kinds, &address).await {
                    wrong.push(format!("{part}: {name} at {address}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(seen.len(), 7, "{seen:?}");
}

#[tokio::test]
async fn in_sqlite_whoever_finds_something_on_today_was_told() {
    whoever_finds_something_on_today_was_told(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_whoever_finds_something_on_today_was_told() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    whoever_finds_something_on_today_was_told(fixture).await;
}
