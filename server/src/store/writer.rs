//! Group commit: appends that arrive while a transaction is being written go together in the next one, so that one flush to disk
//! serves them all.

use std::sync::Arc;

use domain::record::Recorded;

use super::gather::Gather;
use super::{Append, AppendRefusal, Log, StoreError};

/// Hears what was committed, in order, before the authors do.
pub type Observer = Box<dyn Fn(&[Recorded]) + Send + Sync>;

#[derive(Clone)]
pub struct Writer {
    appends: Gather<Append, Result<Vec<Recorded>, AppendRefusal>>,
}

impl Writer {
    /// Starts the task that writes; it ends when the last `Writer` is dropped.
    pub fn start(log: Arc<dyn Log>, observe: Observer) -> Writer {
        let observe = Arc::new(observe);
        // Without a limit of time: what is given up halfway may be on disk all the same.
        let appends = Gather::start(None, move |batch: Vec<Append>| {
            let (log, observe) = (log.clone(), observe.clone());
            async move {
                let outcomes = log.append_batch(&batch).await?;
                for recorded in outcomes.iter().flatten() {
                    observe(recorded);
                }
                Ok(outcomes)
            }
        });
        Writer { appends }
    }

    /// Appends, and answers when it is on disk.
    pub async fn append(
        &self,
        append: Append,
    ) -> Result<Result<Vec<Recorded>, AppendRefusal>, StoreError> {
        self.appends.ask(append).await
    }
}
