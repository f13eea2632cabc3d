//! Runs a polyfn app as an Azure Functions custom handler.
