//! The HTTP front that stands before a function.

use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::error::Kind;

/// The service that turns HTTP requests into invocations, and which of its payload shapes it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Front {
    /// API Gateway REST API, Lambda proxy integration (payload format 1.0), `binaryMediaTypes: */*`.
    RestApi,
    /// API Gateway HTTP API, payload format 2.0.
    HttpApi,
    /// Lambda function URL, payload format 2.0.
    FunctionUrl,
    /// Application Load Balancer, the default target group: one value for each header.
    Alb,
    /// Application Load Balancer with `lambda.multi_value_headers.enabled`.
    AlbMultiValue,
    /// VPC Lattice, event structure version 2.
    Lattice,
}

impl Front {
    /// Every front.
    pub const ALL: [Self; 6] = [
        Self::RestApi,
        Self::HttpApi,
        Self::FunctionUrl,
        Self::Alb,
        Self::AlbMultiValue,
        Self::Lattice,
    ];

    /// The name that the command line and reports use; [`FromStr`] reads it back.
    pub fn name(self) -> &'static str {
        match self {
            Self::RestApi => "rest-api",
            Self::HttpApi => "http-api",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
            Self::AlbMultiValue => "alb-multi",
            Self::Lattice => "lattice",
        }
    }

    /// Whether it can stream answers.
    pub(super) fn streams(self) -> bool {
        matches!(self, Self::FunctionUrl | Self::RestApi)
    }

    /// The stage that an API has when nobody names one; the other fronts have no stages.
    pub(super) fn default_stage(self) -> &'static str {
        match self {
            Self::RestApi => "prod",
            _ => "$default",
        }
    }
}

impl fmt::Display for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Front {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|front| front.name() == name)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|front| front.name()).collect();
                Kind::UnknownFront(name.to_owned(), known.join(", ")).into()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for front in Front::ALL {
            assert_eq!(front.name().parse::<Front>().unwrap(), front);
        }
        let error = "v1".parse::<Front>().unwrap_err().to_string();
        assert!(error.contains("rest-api"), "{error}");
    }
}
