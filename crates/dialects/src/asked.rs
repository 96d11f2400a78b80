//! A request as every handler takes it: who asks is for the dialect to find out.

use crate::{
    body::{self, Fields},
    desk::Desk,
    front::Unread,
    refusal::Refusal,
};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, header},
};
use chinwag_api::OverTls;
use chinwag_chat::Origin;
use percent_encoding::percent_decode_str;
use std::net::{IpAddr, Ipv4Addr};

/// A request, its body taken in.
pub(crate) struct Asked {
    method: Method,
    pub(crate) headers: HeaderMap,
    /// Its path, without what mounts the dialect.
    pub(crate) path: String,
    /// Its query, as it was sent.
    pub(crate) query: String,
    /// Where it came from.
    pub(crate) from: Origin,
    /// Whether over TLS.
    pub(crate) tls: bool,
    fields: Result<Fields, Refusal>,
}

impl Asked {
    /// The keys of its body.
    ///
    /// # Errors
    /// What is wrong with the body.
    pub(crate) fn fields(&self) -> Result<&Fields, Refusal> {
        self.fields.as_ref().map_err(Clone::clone)
    }

    /// Whether its method says that it changes nothing.
    pub(crate) fn only_reads(&self) -> bool {
        [Method::GET, Method::HEAD].contains(&self.method)
    }

    /// A part of the path, counted from one; absent where it does not stand for text.
    pub(crate) fn part(&self, number: usize) -> Option<String> {
        let part = self.path.split('/').nth(number)?;
        let text = percent_decode_str(part).decode_utf8().ok()?;
        Some(text.into_owned()).filter(|text| !text.contains('\0'))
    }

    /// The token in `Authorization`, without a `Bearer` before it; absent where nothing is left.
    pub(crate) fn token(&self) -> Option<&str> {
        let value = self.headers.get(header::AUTHORIZATION)?.to_str().unwrap_or("?");
        Some(bare(value)).filter(|token| !token.is_empty())
    }
}

/// A token without the scheme that may stand before it.
pub(crate) fn bare(value: &str) -> &str {
    let value = value.trim();
    match value.get(..6) {
        Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => {
            let rest = &value[6..];
            if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                rest.trim()
            } else {
                value
            }
        }
        _ => value,
    }
}

impl FromRequest<Desk> for Asked {
    type Rejection = Refusal;

    async fn from_request(mut request: Request, _: &Desk) -> Result<Self, Refusal> {
        let unread = request.extensions_mut().remove::<Unread>();
        let (mut asked, body) = Self::apart(request);
        asked.fields = match unread {
            Some(Unread(refusal)) => Err(refusal),
            None => match body::receive(body).await {
                Ok(body) => Fields::read(&asked.headers, &body),
                Err(refusal) => Err(refusal),
            },
        };
        Ok(asked)
    }
}

impl Asked {
    /// A request without its body, and that body, which nobody has read.
    pub(crate) fn apart(request: Request) -> (Self, Body) {
        let (parts, body) = request.into_parts();
        let unknown = Origin { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
        let asked = Self {
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            from: parts.extensions.get().copied().unwrap_or(unknown),
            tls: parts.extensions.get().is_some_and(|OverTls(tls)| *tls),
            method: parts.method,
            headers: parts.headers,
            fields: Ok(Fields::default()),
        };
        (asked, body)
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn the_scheme_is_optional() {
        for given in ["x.y.z", "Bearer x.y.z", "bearer   x.y.z ", "BEARER x.y.z"] {
            assert_eq!(bare(given), "x.y.z", "{given}");
        }
        assert_eq!((bare("Bearer"), bare("Bearer "), bare("bearerx")), ("", "", "bearerx"));
    }
}
