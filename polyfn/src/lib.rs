#![doc = include_str!("../README.md")]

mod env;
mod logs;
mod run;
mod target;

pub use env::env;
pub use polyfn_core::{
    App, AppError, AppService, Body, BodyError, BoxError, Context, DynHandler, Error, Function,
    Handler, IntoHeaders, IntoResponse, InvalidTraceparent, Json, Params, Request, RequestExt,
    Response, Result, Route, Target, TraceContext, With, any, delete, error_of, get, head, options,
    patch, post, put, with,
};
pub use run::run;

/// The platforms' own values, for [`Context::native`] on AWS Lambda.
#[cfg(feature = "aws")]
pub use polyfn_aws as aws;

/// What nearly every program needs: `use polyfn::prelude::*;`.
pub mod prelude {
    pub use crate::{
        App, Body, Context, Error, Handler, IntoResponse, Json, Request, RequestExt, Response,
        Result, any, delete, env, get, patch, post, put, with,
    };
    pub use http::{Method, StatusCode};
}
