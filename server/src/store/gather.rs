//! Gathering: what is asked of the database while it answers waits, and goes together in the next question, so that one round
//! trip serves them all. Nobody waits for company: what finds the database idle goes at once. Whoever is asked together fails
//! together, and that is all: after an error, a panic or an answer that does not come, the next are asked as before.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::StoreError;

/// Questions asked together.
const BATCH_LIMIT: usize = 256;
/// Questions waiting; more make the caller wait.
const QUEUE_LIMIT: usize = 4_096;
/// How long an answer to what is only read is awaited: everyone who signs in or sends waits behind it.
pub const READ_PATIENCE: Duration = Duration::from_secs(10);

type Reply<Answer> = oneshot::Sender<Result<Answer, StoreError>>;

pub struct Gather<Question, Answer> {
    queue: mpsc::Sender<(Question, Reply<Answer>)>,
}

impl<Question, Answer> Clone for Gather<Question, Answer> {
    fn clone(&self) -> Self {
        Gather {
            queue: self.queue.clone(),
        }
    }
}

impl<Question, Answer> Gather<Question, Answer>
where
    Question: Send + 'static,
    Answer: Send + 'static,
{
    /// Starts the task that asks; it ends when the last `Gather` is dropped. `ask` answers in the order of the questions; after
    /// `patience` it is dropped. Without one, what is asked is waited for however long it takes.
    pub fn start<Ask, Asking>(patience: Option<Duration>, ask: Ask) -> Gather<Question, Answer>
    where
        Ask: Fn(Vec<Question>) -> Asking + Send + Sync + 'static,
        Asking: Future<Output = Result<Vec<Answer>, StoreError>> + Send + 'static,
    {
        let (queue, requests) = mpsc::channel(QUEUE_LIMIT);
        tokio::spawn(run(patience, ask, requests));
        Gather { queue }
    }

    /// The error [`StoreError::Together`] says that the question failed in company; whose fault it was is not known.
    /// [`StoreError::TimedOut`] says that the database is slow or gone: asking again at once would not help.
    pub async fn ask(&self, question: Question) -> Result<Answer, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .send((question, reply))
            .await
            .map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

async fn run<Question, Answer, Ask, Asking>(
    patience: Option<Duration>,
    ask: Ask,
    mut requests: mpsc::Receiver<(Question, Reply<Answer>)>,
) where
    Ask: Fn(Vec<Question>) -> Asking,
    Asking: Future<Output = Result<Vec<Answer>, StoreError>>,
{
    let mut waiting = Vec::with_capacity(BATCH_LIMIT);
    while requests.recv_many(&mut waiting, BATCH_LIMIT).await > 0 {
        let (questions, replies): (Vec<Question>, Vec<Reply<Answer>>) = waiting.drain(..).unzip();
        let asked = questions.len();
        match attempt(patience, async { ask(questions).await }).await {
            Ok(answers) => {
                for (answer, reply) in answers.into_iter().zip(replies) {
                    // Whoever asked may have gone away; what was done stands.
                    let _ = reply.send(Ok(answer));
                }
            }
            Err(error) => {
                tracing::error!(%error, asked, "the store failed");
                for reply in replies {
                    let told = match &error {
                        StoreError::TimedOut => StoreError::TimedOut,
                        error => StoreError::Together(error.to_string()),
                    };
                    let _ = reply.send(Err(told));
                }
            }
        }
    }
}

/// The answers, or why there are none: neither a panic nor a wait without end goes beyond those asked together.
async fn attempt<Answer>(
    patience: Option<Duration>,
    asking: impl Future<Output = Result<Vec<Answer>, StoreError>>,
) -> Result<Vec<Answer>, StoreError> {
    // What is asked next is asked afresh: nothing that a panic left half done is looked at again.
    let asking = AssertUnwindSafe(asking).catch_unwind();
    let answered = match patience {
        Some(patience) => timeout(patience, asking)
            .await
            .map_err(|_| StoreError::TimedOut)?,
        None => asking.await,
    };
    answered.unwrap_or(Err(StoreError::Panicked))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::Semaphore;

    use super::*;

    /// Given a question under way, when others come, then they wait, go together, and each gets its own answer.
    #[tokio::test]
    async fn what_comes_while_an_answer_is_awaited_goes_together() {
        let (sizes, gate) = (
            Arc::new(Mutex::new(Vec::new())),
            Arc::new(Semaphore::new(0)),
        );
        let gather = {
            let (sizes, gate) = (sizes.clone(), gate.clone());
            Gather::start(None, move |questions: Vec<u32>| {
                sizes.lock().unwrap().push(questions.len());
                let gate = gate.clone();
                async move {
                    gate.acquire().await.unwrap().forget();
                    if questions.contains(&13) {
                        return Err(StoreError::Stopped);
                    }
                    Ok(questions.into_iter().map(|question| question * 2).collect())
                }
            })
        };
        let ask = |question| {
            let gather = gather.clone();
            tokio::spawn(async move { gather.ask(question).await })
        };
        let first = ask(1);
        while sizes.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (2..12).map(ask).collect();
        tokio::task::yield_now().await;
        gate.add_permits(2);
        assert_eq!(first.await.unwrap().unwrap(), 2);
        for (question, other) in (2..12).zip(others) {
            assert_eq!(other.await.unwrap().unwrap(), question * 2);
        }
        assert_eq!(*sizes.lock().unwrap(), [1, 10]);
        // A failure is everyone's, and the next question is asked all the same.
        gate.add_permits(2);
        let failed = gather.ask(13).await;
        assert!(matches!(failed, Err(StoreError::Together(_))), "{failed:?}");
        assert_eq!(gather.ask(4).await.unwrap(), 8);
    }
    /// Given questions that panic, at once or later, or are never answered, when they are asked, then those asked together get an
    /// error, and the next question its answer.
    #[tokio::test]
    async fn neither_a_panic_nor_silence_ends_the_asking() {
        let patience = Duration::from_millis(20);
        let gather = Gather::start(Some(patience), |questions: Vec<&'static str>| {
            assert!(!questions.contains(&"panics at once"));
            async move {
                if questions.contains(&"is never answered") {
                    std::future::pending::<()>().await;
                }
                tokio::task::yield_now().await;
                assert!(!questions.contains(&"panics later"));
                Ok(questions.iter().map(|question| question.len()).collect())
            }
        });
        for panics in ["panics at once", "panics later"] {
            let (one, other) = tokio::join!(gather.ask(panics), gather.ask("beside it"));
            assert!(matches!(one, Err(StoreError::Together(_))), "{one:?}");
            assert!(matches!(other, Err(StoreError::Together(_))), "{other:?}");
            assert_eq!(gather.ask("next").await.unwrap(), 4);
        }
        let (one, other) = tokio::join!(gather.ask("is never answered"), gather.ask("beside it"));
        assert!(matches!(one, Err(StoreError::TimedOut)), "{one:?}");
        assert!(matches!(other, Err(StoreError::TimedOut)), "{other:?}");
        assert_eq!(gather.ask("next").await.unwrap(), 4);
    }
}
