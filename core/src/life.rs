//! The turns of a process's life.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{AppService, Error, Result, caught};

/// What an app does at each turn, and how far the process has come.
#[derive(Default)]
pub(crate) struct Life {
    pub(crate) warmup: Hook,
    pub(crate) shutdown: Hook,
    begun: AtomicBool,
}

impl Life {
    /// Whether nobody has asked before: of the first invocation.
    pub(crate) fn is_cold_start(&self) -> bool {
        // Nearly all of them only read.
        !self.begun.load(Ordering::Relaxed) && !self.begun.swap(true, Ordering::Relaxed)
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Life")
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Work for one of the turns. None by default.
#[derive(Default)]
pub(crate) struct Hook(Vec<Box<dyn Fn() -> Work + Send + Sync>>);

impl Hook {
    pub(crate) fn add<F, Fut>(&mut self, work: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.0.push(Box::new(move || Box::pin(work())));
    }

    /// Does all of it, one after the other; a panic is an error like others. The first error
    /// is the result.
    async fn run(&self) -> Result<()> {
        let mut result = Ok(());
        for work in &self.0 {
            let done = caught(async { work().await }).await;
            let done = done.unwrap_or_else(|panic| Err(Error::from_panic(panic)));
            result = result.and(done);
        }
        result
    }
}

/// For adapters: what the platform asks of a process beside invocations.
impl AppService {
    /// Does what the app does to be [warm](crate::App::warmup).
    ///
    /// # Errors
    ///
    /// When a part of it fails or panics, which is in the log.
    pub async fn warm_up(&self) -> Result<()> {
        self.life().begun.store(true, Ordering::Relaxed);
        let warm = self.life().warmup.run().await;
        match &warm {
            Ok(()) => tracing::info!("warmed up"),
            Err(error) => tracing::error!(error = error.for_log(), "the warm-up failed"),
        }
        warm
    }

    /// Whether the app has something to do [before the process ends](crate::App::on_shutdown).
    pub fn has_shutdown(&self) -> bool {
        !self.life().shutdown.0.is_empty()
    }

    /// Does what the app does before the process ends. What fails is in the log.
    pub async fn shut_down(&self) {
        if let Err(error) = self.life().shutdown.run().await {
            tracing::error!(error = error.for_log(), "the end of the app failed");
        }
    }
}
