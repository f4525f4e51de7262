//! What follows from the published rules of a draw. Rules and roster never change once they are published, and to find that no seed can
//! fail under them is the work of a whole roster: it is done once, not for everybody who opens the page.

use std::sync::Arc;

use app::api::view::StratumRow;
use domain::draw::sampler::Prepared;
use domain::draw::{Draw, Published};
use domain::id::DrawId;
use domain::record::Hash;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::draws::size;
use crate::store::StoreError;

/// Strata kept in memory, of all draws together; what was not asked for lately goes first.
const KEPT_STRATA: u64 = 16_384;
/// Draws among which these are, about.
const KEPT_DRAWS: usize = 256;

type Strata = Arc<Vec<StratumRow>>;

/// Draws kept as they were folded last.
const KEPT_STATES: usize = 64;

/// The strata of published draws, by the hash of their rules; and draws as they stand, which Today looks at each time.
pub struct DrawRules(Cache<Hash, Strata, ByStrata>, Cache<DrawId, Stood>);

/// A draw, and the version of its stream at which it stood so.
type Stood = (u64, Arc<Draw>);

#[derive(Clone)]
struct ByStrata;

impl Weighter<Hash, Strata> for ByStrata {
    fn weight(&self, _: &Hash, strata: &Strata) -> u64 {
        strata.len().max(1) as u64
    }
}

impl Default for DrawRules {
    fn default() -> DrawRules {
        DrawRules(
            Cache::with_weighter(KEPT_DRAWS, KEPT_STRATA, ByStrata),
            Cache::new(KEPT_STATES),
        )
    }
}

impl DrawRules {
    /// A draw as it stood at this version of its stream, if it is kept.
    pub fn state(&self, id: DrawId, version: u64) -> Option<Arc<Draw>> {
        let (at, draw) = self.1.get(&id)?;
        (at == version).then_some(draw)
    }

    pub fn keep(&self, id: DrawId, version: u64, draw: Arc<Draw>) {
        self.1.insert(id, (version, draw));
    }

    /// How many of each stratum can be drawn, and how many are; none where the rules are not fit for every seed. Those who ask at the
    /// same time wait for one answer.
    ///
    /// # Errors
    /// [`StoreError::Panicked`] where it cannot be worked out.
    pub async fn strata(&self, published: &Published) -> Result<Strata, StoreError> {
        self.worked_out(published, strata).await
    }

    async fn worked_out(
        &self,
        published: &Published,
        work: impl FnOnce(&Published) -> Vec<StratumRow> + Send + 'static,
    ) -> Result<Strata, StoreError> {
        self.0
            .get_or_insert_async(&published.rules_hash, async {
                let published = published.clone();
                tokio::task::spawn_blocking(move || Arc::new(work(&published)))
                    .await
                    .map_err(|_| StoreError::Panicked)
            })
            .await
    }
}

fn strata(published: &Published) -> Vec<StratumRow> {
    Prepared::new(&published.plan, &published.roster).map_or_else(
        |_| Vec::new(),
        |prepared| {
            let row = |(stratum, eligible, quota): (&_, usize, usize)| StratumRow {
                stratum: Clone::clone(stratum),
                eligible: size(eligible),
                quota: size(quota),
            };
            prepared.strata().map(row).collect()
        },
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use domain::id::PersonId;
    use uuid::Uuid;

    use super::*;
    use crate::http::fixture::Fixture;
    use crate::server::now;

    async fn published(fixture: &Fixture) -> Published {
        let nobody = PersonId(Uuid::nil());
        let reader = fixture.server.reader(fixture.city.jurisdiction, nobody);
        let draw = reader.draws(1).await.unwrap().rows.swap_remove(0);
        let draw = reader.draw_state(draw.id).await.unwrap();
        draw.published.clone().unwrap().0
    }

    /// Given a published draw, when many open its page at the same time and again, then its rules are gone through once, and everybody
    /// is told what the page of a draw tells.
    #[tokio::test]
    async fn rules_are_gone_through_once() {
        let fixture = Fixture::new().await;
        let published = published(&fixture).await;
        let (rules, times) = (DrawRules::default(), Arc::new(AtomicUsize::new(0)));
        let ask = || {
            let times = times.clone();
            rules.worked_out(&published, move |published| {
                times.fetch_add(1, Ordering::SeqCst);
                strata(published)
            })
        };
        let together = futures::future::join_all((0..20).map(|_| ask())).await;
        let again = ask().await.unwrap();
        assert_eq!(times.load(Ordering::SeqCst), 1);
        assert!(!again.is_empty());
        assert!(
            together
                .iter()
                .all(|strata| *strata.as_ref().unwrap() == again)
        );

        let other = Published {
            rules_hash: Hash::of(b"other rules"),
            ..published.clone()
        };
        rules.strata(&other).await.unwrap();
        assert_eq!(rules.0.len(), 2);
    }

    /// Given a server whose page of a draw was opened, when another opens it, then the rules are those that are kept.
    #[tokio::test]
    async fn the_page_shows_what_is_kept() {
        let fixture = Fixture::new().await;
        let published = published(&fixture).await;
        let kept = || fixture.server.draw_rules.0.get(&published.rules_hash);
        assert!(kept().is_none());
        for name in ["organiser", "oversight"] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let row = reader.draws(1).await.unwrap().rows.swap_remove(0);
            let view = reader.draw(row.id, 1, now()).await.unwrap().unwrap();
            assert_eq!(view.strata, *kept().unwrap());
        }
        assert_eq!(fixture.server.draw_rules.0.len(), 1);
    }

    /// However many draws are asked for, no more than so many strata are kept.
    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let fixture = Fixture::new().await;
        let published = published(&fixture).await;
        let rules = DrawRules::default();
        let one = strata(&published).swap_remove(0);
        for number in 0..2_000_u32 {
            let other = Published {
                rules_hash: Hash::of(&number.to_be_bytes()),
                ..published.clone()
            };
            let many = vec![one.clone(); 48];
            rules.worked_out(&other, move |_| many).await.unwrap();
        }
        assert!(rules.0.weight() <= KEPT_STRATA, "{}", rules.0.weight());
        assert!(!rules.0.is_empty());
    }
}
