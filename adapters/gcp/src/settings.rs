//! What the platform says through the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::time::Duration;

use polyfn_core::{AppService, Function};
use polyfn_server::{Concurrency, Drain, InvalidVariable, bind_address, parsed, port};

use crate::intake::Intake;

/// Cloud Run sends SIGKILL ten seconds after SIGTERM ([container contract]).
///
/// [container contract]: https://cloud.google.com/run/docs/container-contract#instance-shutdown
pub(crate) const DRAIN: Drain = Drain {
    // The front may send some more before it knows.
    lame_duck: Duration::from_millis(500),
    grace: Duration::from_secs(9),
    in_all: Duration::from_millis(9500),
};

const DEFAULT_PORT: u16 = 8080;

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) ip: IpAddr,
    pub(crate) port: u16,
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: Concurrency,
    function_target: Option<String>,
    signature: Signature,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self, InvalidVariable> {
        let signature = parsed(
            "FUNCTION_SIGNATURE_TYPE",
            "http, typed, cloudevent or event",
        )?;
        Ok(Self {
            ip: bind_address(Ipv4Addr::UNSPECIFIED)?,
            port: port(DEFAULT_PORT)?,
            timeout: parsed("CLOUD_RUN_TIMEOUT_SECONDS", "whole seconds")?.map(Duration::from_secs),
            concurrency: Concurrency::from_env()?,
            function_target: parsed("FUNCTION_TARGET", "a function's name")?,
            signature: signature.unwrap_or(Signature::Http),
        })
    }

    /// What the service takes in this deployment.
    pub(crate) fn intake(&self, service: &AppService) -> Intake {
        Intake::of(service, self.signature == Signature::Event)
    }

    /// The service for this deployment: of one function alone where the platform names it.
    pub(crate) fn deployed(&self, service: AppService) -> AppService {
        match &self.function_target {
            Some(name) if service.function(name).is_some() => {
                service.clone().alone(name).unwrap_or(service)
            }
            Some(name) => {
                let known: Vec<_> = service.functions().map(Function::name).collect();
                tracing::warn!(
                    FUNCTION_TARGET = name,
                    ?known,
                    "the app has no such function; all of them are served"
                );
                service
            }
            None => service,
        }
    }
}

/// The Functions Framework's kinds of function. `typed` is the client's word for JSON in, JSON
/// out, over HTTP; `event` is that of background events, which are taken as CloudEvents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signature {
    Http,
    Event,
}

impl FromStr for Signature {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "http" | "typed" => Ok(Self::Http),
            "cloudevent" | "event" => Ok(Self::Event),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frameworks_signatures_are_known() {
        for (text, signature) in [
            ("http", Ok(Signature::Http)),
            ("typed", Ok(Signature::Http)),
            ("cloudevent", Ok(Signature::Event)),
            ("event", Ok(Signature::Event)),
            ("legacyevent", Err(())),
            ("CloudEvent", Err(())),
        ] {
            assert_eq!(text.parse(), signature, "{text}");
        }
    }
}
