//! Runs a polyfn app on AWS Lambda.
