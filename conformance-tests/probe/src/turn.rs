//! The turns of the process's life, as its variables ask for them.

use std::time::Duration;

use polyfn::prelude::*;

use crate::out;

/// How a turn goes.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Done,
    Fails,
    Panics,
    Slow(Duration),
}

impl Turn {
    /// What the variable asks for, if it asks for anything.
    fn asked(variable: &str) -> Result<Option<Self>> {
        let Ok(value) = std::env::var(variable) else {
            return Ok(None);
        };
        Ok(Some(match (value.as_str(), value.strip_prefix("slow:")) {
            ("done", _) => Self::Done,
            ("fail", _) => Self::Fails,
            ("panic", _) => Self::Panics,
            (_, Some(ms)) => Self::Slow(Duration::from_millis(ms.parse()?)),
            _ => return Err(Error::internal(format!("{variable}={value} means nothing"))),
        }))
    }

    async fn take(self) -> Result<()> {
        match self {
            Self::Done => Ok(()),
            Self::Fails => Err(Error::internal("there is no database")),
            Self::Panics => panic!("there is no database"),
            Self::Slow(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
        }
    }
}

/// What `app()` does before it is one.
pub(crate) async fn start() -> Result<()> {
    match Turn::asked("PROBE_START")? {
        Some(turn) => turn.take().await,
        None => Ok(()),
    }
}

/// The app with what it does to be warm, and before its end.
pub(crate) fn with_hooks(app: App) -> Result<App> {
    let app = match Turn::asked("PROBE_WARMUP")? {
        Some(turn) => app.warmup(move || async move {
            out::append("warmed")?;
            turn.take().await
        }),
        None => app,
    };
    Ok(match Turn::asked("PROBE_SHUTDOWN")? {
        Some(turn) => app.on_shutdown(move || async move {
            out::append("shutting down")?;
            turn.take().await?;
            out::append("shut down")
        }),
        None => app,
    })
}
