//! Which matters a photo is evidence in: whoever may see one of them may see the photo.

use domain::id::BodyId;
use domain::permission::{Act, Place};

use super::Reader;
use crate::on_database;
use crate::store::StoreError;

const BODIES: &str = "select f.body from evidence e join finding f on f.jurisdiction = e.jurisdiction \
     and 'finding/' || f.id = e.stream where e.jurisdiction = $1 and e.photo = $2 \
     union select i.target from evidence e join inspection i on i.jurisdiction = e.jurisdiction \
     and 'inspection/' || i.id = e.stream where e.jurisdiction = $1 and e.photo = $2";

impl Reader {
    pub async fn may_see_photo(&self, hash: &str) -> Result<bool, StoreError> {
        let bodies: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(BODIES)
            .bind(self.own()).bind(hash).fetch_all(pool).await?);
        Ok(bodies
            .iter()
            .filter_map(|body| body.parse::<BodyId>().ok())
            .any(|body| self.may(Act::See, &Place::Body(body))))
    }
}
