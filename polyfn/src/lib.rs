//! Portable functions: one handler for AWS Lambda, Google Cloud Run, Azure Functions and your machine.
