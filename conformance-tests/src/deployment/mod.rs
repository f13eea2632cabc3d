//! A binary, running on one column.

mod azure_app;
mod end;
mod host;
mod local_process;

use std::net::SocketAddr;
use std::path::Path;

use polyfn_hosts::azure::FunctionsHost;
use polyfn_hosts::cloud_run::CloudRunHost;
use polyfn_hosts::lambda::LambdaHost;

use crate::Column;
pub(crate) use crate::deployment::azure_app::host_json;
pub(crate) use crate::deployment::end::{End, NoStart};
pub(crate) use crate::deployment::host::Host;
pub(crate) use crate::deployment::local_process::LocalProcess;

/// The stage of the APIs that have one: a name that must not reach the function.
const STAGE: &str = "prod";

/// A binary, running on one column. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Deployment {
    host: Host,
    address: SocketAddr,
}

impl Deployment {
    /// Starts the binary as the column's platform does, or says why that is not possible. An
    /// invocation may take `time_limit_s` seconds, where the platform has such a limit.
    pub(crate) async fn start(
        column: Column,
        binary: &Path,
        time_limit_s: u64,
    ) -> Result<Self, String> {
        let host = start(column, binary, time_limit_s).await?;
        let address = host.address()?;
        Ok(Self { host, address })
    }

    /// Where the platform takes HTTP requests for the function.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it as the platform does. How the process ended is not what a case is about.
    pub(crate) async fn stop(self) {
        drop(self.host.stop().await);
    }
}

async fn start(column: Column, binary: &Path, time_limit_s: u64) -> Result<Host, String> {
    let hosts = |error: polyfn_hosts::Error| error.to_string();
    Ok(match column {
        Column::Local => Host::Local(LocalProcess::start(binary, &[]).await?),
        // The container contract says 0.0.0.0; a test has no business there.
        Column::Gcp => {
            let builder = CloudRunHost::builder(binary)
                .env("POLYFN_BIND", "127.0.0.1")
                .timeout_s(time_limit_s);
            Host::CloudRun(builder.start().await.map_err(hosts)?)
        }
        Column::Aws(front) => {
            let builder = LambdaHost::builder(binary)
                .front(front)
                .stage(STAGE)
                .timeout_s(time_limit_s);
            Host::Lambda(builder.start().await.map_err(hosts)?)
        }
        Column::Azure(mode) => {
            let app =
                azure_app::write(mode, binary, time_limit_s).map_err(|error| error.to_string())?;
            let host = FunctionsHost::builder(app.path())
                .start()
                .await
                .map_err(hosts)?;
            Host::Functions { host, _app: app }
        }
    })
}
