//! The cloud-free core of polyfn: requests, handlers, routes, errors.
