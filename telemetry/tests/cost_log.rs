//! The line about each invocation, as an app's log has it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::{self, Write};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyfn_core::{App, Body, Context, Observer, Target, get};
use polyfn_telemetry::cost::{CostLog, Overrides};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What is logged while `run` runs.
fn logged<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(written.clone())
        .with_ansi(false)
        .without_time()
        .finish();
    let done = tracing::subscriber::with_default(subscriber, run);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).expect("text");
    (done, text.lines().map(str::to_owned).collect())
}

fn variables<'a>(set: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + use<'a> {
    let set = set.to_vec();
    move |name| {
        let found = set.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

/// The lines about an invocation of 40 ms.
fn lines(log: &CostLog, context: &Context) -> Vec<String> {
    let ((), lines) = logged(|| block_on(log.ended(context, Duration::from_millis(40))));
    lines
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

fn says(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "no `{part}` in: {line}");
    }
}

#[test]
fn lambda_is_priced_by_what_it_says_of_itself() {
    let log = CostLog::from_env(Target::Aws, Overrides::default(), variables(&[])).unwrap();
    let context = Context::new(Target::Aws, "1")
        .with_memory_mb(1024)
        .with_region(Some("af-south-1".into()));
    let lines = lines(&log, &context);
    let [line] = &lines[..] else {
        panic!("one line: {lines:?}");
    };
    says(
        line,
        &[
            "INFO",
            "duration_ms=40.0 ",
            "billed_ms=40 ",
            "memory_mb=1024 ",
            "requests=1 ",
        ],
    );
    says(
        line,
        &["provider=\"aws\"", "plan=lambda ", "region=\"af-south-1\""],
    );
    says(
        line,
        &["region_class=\"Cape Town\"", "prices_as_of=\"2024-08-22\""],
    );
    // 0.04 GB-s at 0.0000221 or, on Arm, 0.00001768; and the request at 0.00000027.
    let usd = if cfg!(target_arch = "aarch64") {
        "0.0000009772"
    } else {
        "0.000001154"
    };
    says(line, &[&format!("estimated_usd={usd} ")]);
    assert!(!line.contains("assumed"), "all is known: {line}");
}

#[test]
fn a_cold_start_is_billed_with_the_start_of_the_process() {
    let log = CostLog::from_env(Target::Aws, Overrides::default(), variables(&[])).unwrap();
    let log = log.with_startup(Duration::from_secs(7000));
    let app = App::new().http("hello", get("/"), |_| async { "Hello!" });
    let service = app.into_service().unwrap().observed(Arc::new(log));
    let ((), lines) = logged(|| {
        for _ in 0..2 {
            let request = http::Request::get("/").body(Body::empty()).unwrap();
            block_on(service.respond(Context::new(Target::Aws, "1"), request));
        }
    });
    let billed_ms = |line: &String| -> u64 {
        let (_, rest) = line.split_once("billed_ms=").expect("billed_ms");
        rest.split(' ').next().unwrap().parse().expect("a number")
    };
    let billed: Vec<_> = lines.iter().map(billed_ms).collect();
    assert!(
        matches!(billed[..], [cold, warm] if cold >= 7_000_000 && warm < 7_000_000),
        "the first one with it, the second without: {lines:?}"
    );
}

#[test]
fn what_is_not_known_is_assumed_and_the_line_says_so() {
    let log = CostLog::from_env(
        Target::Azure,
        Overrides::default(),
        variables(&[("WEBSITE_SKU", "FlexConsumption")]),
    )
    .unwrap();
    let lines = lines(&log, &Context::new(Target::Azure, "1"));
    says(
        &lines[0],
        &["plan=azure-flex-consumption", "memory_mb=2048"],
    );
    says(&lines[0], &["assumed=\"memory, region\"", "billed_ms=1000"]);
}

#[test]
fn azure_on_consumption_is_priced_by_the_memory_in_use() {
    let set = [("WEBSITE_SKU", "Dynamic"), ("REGION_NAME", "West Europe")];
    let log = CostLog::from_env(Target::Azure, Overrides::default(), variables(&set)).unwrap();
    let lines = lines(&log, &Context::new(Target::Azure, "1"));
    says(
        &lines[0],
        &[
            "plan=azure-consumption",
            "billed_ms=100",
            "region=\"West Europe\"",
        ],
    );
    if cfg!(target_os = "linux") {
        assert!(
            !lines[0].contains("assumed"),
            "both are known: {}",
            lines[0]
        );
    }
}

#[test]
fn overrides_go_before_all_that_is_found_out() {
    let overrides = Overrides {
        region: Some("europe-west3".to_owned()),
        memory_mb: NonZeroU32::new(512),
        millivcpus: NonZeroU32::new(2000),
    };
    let log = CostLog::from_env(Target::Gcp, overrides, variables(&[])).unwrap();
    let context = Context::new(Target::Gcp, "1")
        .with_memory_mb(4096)
        .with_region(Some("us-east1".into()));
    let lines = lines(&log, &context);
    says(
        &lines[0],
        &[
            "plan=cloud-run ",
            "memory_mb=512",
            "region_class=\"tier 2\"",
        ],
    );
    // 0.1 s of two vCPUs at 0.0000336, of half a GiB at 0.0000035, and the request.
    says(&lines[0], &["billed_ms=100 ", "estimated_usd=0.000007295 "]);
}

#[test]
fn a_function_of_google_s_is_priced_as_one() {
    let set = [("FUNCTION_TARGET", "hello")];
    let log = CostLog::from_env(Target::Gcp, Overrides::default(), variables(&set)).unwrap();
    let context = Context::new(Target::Gcp, "1").with_memory_mb(256);
    let lines = lines(&log, &context);
    says(&lines[0], &["plan=cloud-run-functions", "memory_mb=256"]);
}

#[test]
fn this_machine_compares_the_clouds() {
    let overrides = Overrides {
        memory_mb: NonZeroU32::new(1024),
        ..Overrides::default()
    };
    let log = CostLog::from_env(Target::Local, overrides, variables(&[])).unwrap();
    let lines = lines(&log, &Context::new(Target::Local, "1"));
    assert_eq!(lines.len(), 1, "one line: {lines:?}");
    says(
        &lines[0],
        &["memory_mb=1024", "lambda_usd=0.0", "cloud_run_usd=0.0"],
    );
    says(&lines[0], &["azure_usd=0.0"]);
}

#[test]
fn what_is_not_billed_by_the_invocation_is_not_priced() {
    for (target, set) in [
        (Target::Azure, [("WEBSITE_SKU", "ElasticPremium")]),
        (
            Target::Aws,
            [("AWS_LAMBDA_INITIALIZATION_TYPE", "lambda-managed-instances")],
        ),
        (
            Target::Aws,
            [("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency")],
        ),
    ] {
        let (log, lines) =
            logged(|| CostLog::from_env(target, Overrides::default(), variables(&set)));
        assert!(log.is_none(), "{set:?}: {log:?}");
        says(&lines.concat(), &["WARN", "not billed by the invocation"]);
    }
}
