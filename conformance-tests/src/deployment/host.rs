//! A binary under the host of its platform.

use std::net::SocketAddr;

use polyfn_hosts::azure::FunctionsHost;
use polyfn_hosts::cloud_run::CloudRunHost;
use polyfn_hosts::lambda::LambdaHost;
use tempfile::TempDir;

use crate::deployment::{End, LocalProcess};

/// A binary under the host of its platform. Dropping it ends it.
#[derive(Debug)]
pub(crate) enum Host {
    Local(LocalProcess),
    CloudRun(CloudRunHost),
    Lambda(LambdaHost),
    Functions { host: FunctionsHost, _app: TempDir },
}

impl Host {
    /// Where the platform takes HTTP requests for the function.
    pub(crate) fn address(&self) -> Result<SocketAddr, String> {
        let url = match self {
            Self::Local(process) => return Ok(process.address()),
            Self::CloudRun(host) => host.url(),
            Self::Lambda(host) => host.url(),
            Self::Functions { host, .. } => host.url(),
        };
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        address
            .parse()
            .map_err(|_| format!("the host's address {url:?} is none"))
    }

    /// Ends it as the platform does.
    pub(crate) async fn stop(self) -> Result<End, String> {
        let exit = match self {
            Self::Local(process) => return process.stop().await,
            Self::CloudRun(host) => host.stop().await,
            Self::Lambda(host) => host.stop().await,
            Self::Functions { host, _app } => host.stop().await,
        };
        exit.map(End::from).map_err(|error| error.to_string())
    }
}
