//! The HTTP server that polyfn's Google, Azure and local adapters share.
