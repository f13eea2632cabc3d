//! What the environment asks of the app, whatever the target.

use polyfn_core::{App, AppService, Error, Result};

use crate::env::setting;

#[derive(Debug)]
pub(crate) struct Deployment {
    body_limit_bytes: Option<u64>,
    /// The function that is deployed alone.
    function: Option<String>,
}

impl Deployment {
    pub(crate) fn from_env() -> Result<Self> {
        let limit = setting("POLYFN_BODY_LIMIT")?;
        let body_limit_bytes = limit.map(|limit| {
            limit.parse().map_err(|_| {
                let why = "expected a number of bytes";
                Error::internal(format!("POLYFN_BODY_LIMIT={limit}: {why}"))
            })
        });
        Ok(Self {
            body_limit_bytes: body_limit_bytes.transpose()?,
            function: setting("POLYFN_FUNCTION")?,
        })
    }

    /// The app, checked and set up as asked.
    pub(crate) async fn start(self, app: impl AsyncFnOnce() -> Result<App>) -> Result<AppService> {
        let mut service = app().await?.into_service()?;
        if let Some(bytes) = self.body_limit_bytes {
            service = service.with_body_limit(bytes);
        }
        match self.function {
            None => Ok(service),
            Some(name) => service
                .alone(&name)
                .map_err(|error| Error::internal(format!("POLYFN_FUNCTION={name}: {error}"))),
        }
    }
}
