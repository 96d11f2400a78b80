//! Who asks, and from where. The edge finds both out once for each request; these hand them on.

use crate::{app::Api, problem::Failure};
use axum::{extract::FromRequestParts, http::request::Parts};
use chinwag_chat::{Actor, Origin, Viewer};
use chinwag_wire::{Code, Problem};
use std::net::{IpAddr, Ipv4Addr};

/// What the `Authorization` header came to.
#[derive(Clone)]
pub(crate) enum Who {
    /// There was none.
    Nobody,
    /// A valid access token.
    Account(Actor),
    /// Something else.
    Refused(Problem),
}

/// Somebody signed in; nobody else gets past.
pub(crate) struct Signed(pub(crate) Actor);

impl FromRequestParts<Api> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        match parts.extensions.get::<Who>() {
            Some(Who::Account(actor)) => Ok(Self(*actor)),
            Some(Who::Refused(problem)) => Err(problem.clone().into()),
            Some(Who::Nobody) | None => Err(Code::Unauthenticated.into()),
        }
    }
}

/// Somebody signed in, or a guest. A wrong token is refused, not taken for a guest's.
pub(crate) struct MaybeSigned(pub(crate) Viewer);

impl FromRequestParts<Api> for MaybeSigned {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        match parts.extensions.get::<Who>() {
            Some(Who::Account(actor)) => Ok(Self(Viewer::Account(*actor))),
            Some(Who::Refused(problem)) => Err(problem.clone().into()),
            Some(Who::Nobody) | None => Ok(Self(Viewer::Guest)),
        }
    }
}

/// Where the request came from.
pub(crate) struct CameFrom(pub(crate) Origin);

impl FromRequestParts<Api> for CameFrom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        let unknown = Origin { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
        Ok(Self(parts.extensions.get().copied().unwrap_or(unknown)))
    }
}
