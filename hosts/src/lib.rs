//! The platform's side of each contract: AWS Lambda with its HTTP fronts, Google Cloud Run and the
//! Azure Functions host, on this machine, for development and conformance tests.
//!
//! Each host runs a **built binary** as the platform would run it: the same environment, the same
//! calls on the same wire, the same limits, the same death. What a platform destroys on the way
//! (a repeated header, an escaped slash) is destroyed here too, and the module that does so names
//! the vendor's page that says it.
//!
//! | host | stands for | the binary under test sees |
//! |---|---|---|
//! | [`lambda::LambdaHost`] | a Lambda environment behind one [`lambda::Front`] | the Runtime API |
//! | [`cloud_run::CloudRunHost`] | one Cloud Run instance and its front end | HTTP on `PORT` |
//! | [`azure::FunctionsHost`] | the Azure Functions host, read from its source | HTTP on `FUNCTIONS_CUSTOMHANDLER_PORT` |
//!
//! ```no_run
//! # async fn example() -> Result<(), polyfn_hosts::Error> {
//! use polyfn_hosts::lambda::{Front, LambdaHost};
//!
//! let host = LambdaHost::builder("target/debug/hello").front(Front::HttpApi).start().await?;
//! println!("{}", host.url());
//! for line in host.log_lines() {
//!     println!("{:?}: {}", line.output, line.text);
//! }
//! let exit = host.stop().await?;
//! println!("{} killed: {}", exit.status, exit.killed);
//! # Ok(())
//! # }
//! ```
//!
//! This crate knows neither `polyfn-core` nor any adapter, so that no mistake can be made on both
//! sides of a contract at once. Everything listens on 127.0.0.1 with a port from the operating
//! system (or one that was asked for), a host ends only processes that it started, and dropping a
//! host kills its process.
//!
//! The program `polyfn-hosts` (feature `cli`, on by default) runs a binary under a host by hand.

pub mod azure;
pub mod cloud_run;
pub mod event;
pub mod lambda;

mod base64;
mod body;
mod child;
mod cut_off;
mod error;
mod exit;
mod free_port;
mod hop_by_hop;
mod http_client;
mod http_server;
mod log;
mod query;
mod service;
mod surroundings;
mod timestamp;
mod train_case;

pub use error::Error;
pub use exit::Exit;
pub use log::{LogLine, Output};
