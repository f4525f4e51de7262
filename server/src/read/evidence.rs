//! Which matters a photo is evidence in: whoever may see one of them may see the photo, and so may whoever was there when it was handed in,
//! who reads it before they sign.

use domain::id::BodyId;
use domain::permission::{Act, Place};

use super::Reader;
use crate::on_database;
use crate::store::StoreError;

const BODIES: &str = "select f.body from evidence e join finding f on f.jurisdiction = e.jurisdiction \
     and f.id = substr(e.stream, 9) where e.jurisdiction = $1 and e.photo = $2 and e.stream like 'finding/%' \
     union select i.target from evidence e join inspection i on i.jurisdiction = e.jurisdiction \
     and i.id = substr(e.stream, 12) where e.jurisdiction = $1 and e.photo = $2 and e.stream like 'inspection/%'";

const OF_VISITS_MADE: &str = "select count(*) from evidence e left join finding f on f.jurisdiction = e.jurisdiction \
     and f.id = substr(e.stream, 9) and e.stream like 'finding/%' join inspector_present s on s.jurisdiction = e.jurisdiction \
     and (s.inspection = f.inspection or e.stream = 'inspection/' || s.inspection) \
     where e.jurisdiction = $1 and e.photo = $2 and s.person = $3";

impl Reader {
    pub async fn may_see_photo(&self, hash: &str) -> Result<bool, StoreError> {
        let bodies: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(BODIES)
            .bind(self.own()).bind(hash).fetch_all(pool).await?);
        let sees = bodies
            .iter()
            .filter_map(|body| body.parse::<BodyId>().ok())
            .any(|body| self.may(Act::See, &Place::Body(body)));
        if sees {
            return Ok(true);
        }
        let viewer = self.viewer.to_string();
        let was_there: i64 = on_database!(&self.database, pool => sqlx::query_scalar(OF_VISITS_MADE)
            .bind(self.own()).bind(hash).bind(viewer).fetch_one(pool).await?);
        Ok(was_there > 0)
    }
}
