//! How much is logged.

use std::str::FromStr;

use tracing_subscriber::filter::{LevelFilter, Targets};

/// How much is logged, by module.
///
/// ```
/// use polyfn_telemetry::logs::Levels;
///
/// let levels = Levels::from_env(|name| (name == "RUST_LOG").then(|| "warn,shop=chatty".into()));
/// assert!(levels.misread().unwrap().contains("shop=chatty"));
/// ```
#[derive(Debug, Clone)]
pub struct Levels {
    targets: Targets,
    misread: Option<String>,
}

/// What a platform itself filters by. There is none on Google.
const PLATFORMS: [&str; 3] = [
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    "AWS_LAMBDA_LOG_LEVEL",
    // The setting that overrides `logging.logLevel.default` of host.json; its letters may be of
    // either case. https://learn.microsoft.com/azure/azure-functions/functions-host-json
    "AzureFunctionsJobHost__logging__logLevel__default",
    "AzureFunctionsJobHost__logging__logLevel__Default",
];

impl Levels {
    /// The levels that `RUST_LOG` asks for, within what the platform lets through; without
    /// `RUST_LOG` the platform's level, and `info` where there is none.
    ///
    /// A part that is no level and no `module=level` is left out, and [`misread`](Self::misread)
    /// tells of it. Modules that no part names are at the one bare level among the parts, else
    /// as if `RUST_LOG` were not set: asking for more of one module does not silence the others.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut misread = Vec::new();
        let platform = PLATFORMS.into_iter().find_map(|name| {
            let value = variable(name)?;
            let level = platform_level(&value);
            if level.is_none() {
                misread.push(format!("{name}={value} is no level"));
            }
            level
        });
        let bound = |level: LevelFilter| platform.map_or(level, |platform| level.min(platform));
        let mut targets = Targets::new().with_default(platform.unwrap_or(LevelFilter::INFO));
        let wanted = variable("RUST_LOG").unwrap_or_default();
        for part in wanted
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (module, level) = match part.split_once('=') {
                Some((module, level)) => (Some(module.trim()), level.trim()),
                None => (None, part),
            };
            targets = match (module, LevelFilter::from_str(level)) {
                (None, Ok(level)) => targets.with_default(bound(level)),
                (Some(module), Ok(level)) if is_module(module) => {
                    targets.with_target(module, bound(level))
                }
                _ => {
                    misread.push(format!(
                        "RUST_LOG: `{part}` is no level and no module=level"
                    ));
                    continue;
                }
            };
        }
        Self {
            targets,
            misread: (!misread.is_empty()).then(|| {
                let misread = misread.join("; ");
                format!("{misread} (levels: off, error, warn, info, debug, trace); it is left out")
            }),
        }
    }

    /// What was left out, in words for the log.
    pub fn misread(&self) -> Option<&str> {
        self.misread.as_deref()
    }

    pub(super) fn into_targets(self) -> Targets {
        self.targets
    }
}

/// `info`.
impl Default for Levels {
    fn default() -> Self {
        Self::from_env(|_| None)
    }
}

fn is_module(text: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "_:-./".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}

/// A level in Lambda's or .NET's words. What is said at `error` is dropped by a platform that
/// is set to let only worse things through, not here.
fn platform_level(text: &str) -> Option<LevelFilter> {
    Some(match text.to_ascii_lowercase().as_str() {
        "trace" => LevelFilter::TRACE,
        "debug" => LevelFilter::DEBUG,
        "info" | "information" => LevelFilter::INFO,
        "warn" | "warning" => LevelFilter::WARN,
        "error" | "fatal" | "critical" => LevelFilter::ERROR,
        "none" => LevelFilter::OFF,
        _ => return None,
    })
}
