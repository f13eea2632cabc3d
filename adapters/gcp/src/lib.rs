//! Runs a polyfn app on Google Cloud Functions and Cloud Run.
