//! Group commit: appends that arrive while a transaction is being written wait and go together in the next one, so that one
//! flush to disk serves them all. Nobody waits for company: an append that finds the writer idle goes at once.

use std::sync::Arc;

use domain::record::Recorded;
use tokio::sync::{mpsc, oneshot};

use super::{Append, AppendRefusal, Log, StoreError};

/// Appends in one transaction.
const BATCH_LIMIT: usize = 256;
/// Appends waiting; more make the caller wait.
const QUEUE_LIMIT: usize = 4_096;

type Reply = oneshot::Sender<Result<Result<Vec<Recorded>, AppendRefusal>, StoreError>>;

/// Hears what was committed, in order, before the authors do.
pub type Observer = Box<dyn Fn(&[Recorded]) + Send>;

#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<(Append, Reply)>,
}

impl Writer {
    /// Starts the task that writes; it ends when the last `Writer` is dropped.
    pub fn start(log: Arc<dyn Log>, observe: Observer) -> Writer {
        let (queue, requests) = mpsc::channel(QUEUE_LIMIT);
        tokio::spawn(run(log, observe, requests));
        Writer { queue }
    }

    /// Appends, and answers when it is on disk.
    pub async fn append(
        &self,
        append: Append,
    ) -> Result<Result<Vec<Recorded>, AppendRefusal>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .send((append, reply))
            .await
            .map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

async fn run(log: Arc<dyn Log>, observe: Observer, mut requests: mpsc::Receiver<(Append, Reply)>) {
    let mut waiting = Vec::with_capacity(BATCH_LIMIT);
    while requests.recv_many(&mut waiting, BATCH_LIMIT).await > 0 {
        let (batch, replies): (Vec<Append>, Vec<Reply>) = waiting.drain(..).unzip();
        match log.append_batch(&batch).await {
            Ok(outcomes) => {
                for (outcome, reply) in outcomes.into_iter().zip(replies) {
                    if let Ok(recorded) = &outcome {
                        observe(recorded);
                    }
                    // Whoever asked may have gone away; the append stands.
                    let _ = reply.send(Ok(outcome));
                }
            }
            Err(error) => {
                tracing::error!(%error, appends = batch.len(), "the store failed to append");
                let detail = error.to_string();
                for reply in replies {
                    let _ = reply.send(Err(StoreError::Transaction(detail.clone())));
                }
            }
        }
    }
}
