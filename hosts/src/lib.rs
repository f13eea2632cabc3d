//! The platform's side of the Lambda, Cloud Run and Azure Functions contracts, for development and tests.
