//! The tablets that sign what they send, for whoever manages people.

use app::api::view::{DeviceRow, DeviceState, Page};
use domain::id::{DeviceId, PersonId};
use domain::instant::Instant;
use domain::permission::{Act, Place};

use super::list::{Select, Wanted, each};
use super::{Reader, parsed};
use crate::on_database;
use crate::store::StoreError;

const COLUMNS: &str = "d.id, d.name, d.enrolled_by, d.enrolled_at, d.signed_by, d.signed_at, d.revoked_at, d.readmitted";

/// What is trusted before what waits to enrol anew, before what was revoked.
const STATE: &str =
    "case when d.revoked_at is not null then 2 when d.readmitted = 1 then 1 else 0 end";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    enrolled_by: String,
    enrolled_at: i64,
    signed_by: Option<String>,
    signed_at: Option<i64>,
    revoked_at: Option<i64>,
    readmitted: i64,
}

impl Reader {
    fn sees_devices(&self) -> bool {
        self.may(Act::ManagePeople, &Place::Jurisdiction)
    }

    /// Those that are trusted first, then by when they were used last.
    pub async fn list_devices(&self, wanted: Wanted<'_>) -> Result<Page<DeviceRow>, StoreError> {
        let asked = wanted.asked;
        let mut select = Select::new(self, COLUMNS, "device d", &[]);
        select = match asked.filter("state") {
            "trusted" => select.and("d.revoked_at is null and d.readmitted = 0"),
            "readmitted" => select.and("d.readmitted = 1"),
            "revoked" => select.and("d.revoked_at is not null"),
            _ => select,
        };
        if !asked.search.trim().is_empty() {
            let people = self.known.directory.people();
            let named = people.filter(|(_, person)| {
                super::list::found_in([&person.registration.name], &asked.search)
            });
            let named: Vec<String> = named.map(|(id, _)| id.to_string()).collect();
            let named = crate::store::database::list(named);
            select = select.is_one_of(self, "coalesce(d.signed_by, d.enrolled_by)", named);
        }
        if !self.sees_devices() {
            select = select.and("1 = 0");
        }
        let by = [
            ("name", "d.name"),
            ("state", STATE),
            ("enrolled", "d.enrolled_at"),
            ("last", "coalesce(d.signed_at, 0)"),
        ];
        let own = format!("{STATE}, coalesce(d.signed_at, d.enrolled_at) desc, d.id");
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, &own, "d.id")
            .await?;
        each(page, |row| self.device_row(row))
    }

    /// One of them; None where there is none, or it is not the viewer's to see.
    pub async fn device(&self, id: DeviceId) -> Result<Option<DeviceRow>, StoreError> {
        if !self.sees_devices() {
            return Ok(None);
        }
        let sql = format!("select {COLUMNS} from device d where d.jurisdiction = $1 and d.id = $2");
        let row: Option<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        row.map(|row| self.device_row(row)).transpose()
    }

    fn device_row(&self, row: Row) -> Result<DeviceRow, StoreError> {
        let person = |id: &str| -> Result<_, StoreError> {
            let id: PersonId = parsed("person id", id, id.parse().ok())?;
            Ok(self.named_person(id))
        };
        let signed = match row.signed_by.zip(row.signed_at) {
            Some((by, at)) => Some((person(&by)?, Instant(at))),
            None => None,
        };
        Ok(DeviceRow {
            id: parsed("device id", &row.id, row.id.parse().ok())?,
            name: row.name,
            enrolled_by: person(&row.enrolled_by)?,
            enrolled_at: Instant(row.enrolled_at),
            signed,
            state: if row.readmitted != 0 {
                DeviceState::Readmitted
            } else if row.revoked_at.is_some() {
                DeviceState::Revoked
            } else {
                DeviceState::Trusted
            },
            revoked_at: row.revoked_at.map(Instant),
        })
    }
}
