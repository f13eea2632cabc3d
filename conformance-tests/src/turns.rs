//! Running many things at once, but no more than the machine has cores for.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// What comes of each run, in the order in which they were given.
pub(crate) async fn in_turns<R>(runs: impl IntoIterator<Item = R>) -> Vec<R::Output>
where
    R: Future<Output: Send> + Send + 'static,
{
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    in_turns_of(cores, runs).await
}

/// The same, `at_once` of them: for those that wait more than they work.
pub(crate) async fn in_turns_of<R>(
    at_once: usize,
    runs: impl IntoIterator<Item = R>,
) -> Vec<R::Output>
where
    R: Future<Output: Send> + Send + 'static,
{
    let turns = Arc::new(Semaphore::new(at_once));
    let mut running = JoinSet::new();
    for (place, run) in runs.into_iter().enumerate() {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            // It fails only if the semaphore is closed, and nobody does that.
            let _turn = turns.acquire().await;
            (place, run.await)
        });
    }
    let mut done = running.join_all().await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_ends_last_keeps_its_place() {
        let runs = (0..8).map(|number| async move {
            tokio::time::sleep(Duration::from_millis(5 * (8 - number))).await;
            number
        });
        assert_eq!(in_turns(runs).await, Vec::from_iter(0..8));
    }
}
