//! The routes of one dialect: a router, and the list of what it knows, by which colliding paths are told apart.

use crate::{
    desk::Desk,
    sessions::{endpoint, serve},
};
use axum::{
    Extension, Router,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use chinwag_gateway::sio::{Adapter, Endpoint};
use std::{fmt, sync::Arc};

/// A path with named parts, and a method that it knows.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) method: Method,
    pattern: &'static str,
}

impl Known {
    /// Whether a path is of this pattern: part by part, a named one being anything but nothing.
    pub(crate) fn fits(&self, path: &str) -> bool {
        // Most differ at once, and every request asks all of them.
        let literal = self.pattern.bytes().take_while(|byte| *byte != b'{');
        if literal.zip(path.bytes()).any(|(wanted, byte)| wanted != byte) {
            return false;
        }
        let mut parts = path.split('/');
        let fits = self.pattern.split('/').all(|wanted| {
            parts.next().is_some_and(|part| match wanted.starts_with('{') {
                true => !part.is_empty(),
                false => part == wanted,
            })
        });
        fits && parts.next().is_none()
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.pattern)
    }
}

/// What a dialect serves.
#[derive(Default)]
pub(crate) struct Routes {
    pub(crate) known: Vec<Known>,
    pub(crate) router: Router<Desk>,
    pub(crate) adapter: Option<Arc<dyn Adapter>>,
    session_paths: &'static [&'static str],
}

/// Where the sessions of every dialect are that has some; at the root, several share it.
pub(crate) const SESSIONS: [&str; 2] = ["/socket.io", "/socket.io/"];

impl Routes {
    /// A GET.
    pub(crate) fn get<H: Handler<T, Desk>, T: 'static>(
        self,
        pattern: &'static str,
        handler: H,
    ) -> Self {
        self.on(Method::GET, MethodFilter::GET, pattern, handler)
    }

    /// A POST.
    pub(crate) fn post<H: Handler<T, Desk>, T: 'static>(
        self,
        pattern: &'static str,
        handler: H,
    ) -> Self {
        self.on(Method::POST, MethodFilter::POST, pattern, handler)
    }

    /// A PATCH.
    pub(crate) fn patch<H: Handler<T, Desk>, T: 'static>(
        self,
        pattern: &'static str,
        handler: H,
    ) -> Self {
        self.on(Method::PATCH, MethodFilter::PATCH, pattern, handler)
    }

    /// A PUT.
    pub(crate) fn put<H: Handler<T, Desk>, T: 'static>(
        self,
        pattern: &'static str,
        handler: H,
    ) -> Self {
        self.on(Method::PUT, MethodFilter::PUT, pattern, handler)
    }

    /// A DELETE.
    pub(crate) fn delete<H: Handler<T, Desk>, T: 'static>(
        self,
        pattern: &'static str,
        handler: H,
    ) -> Self {
        self.on(Method::DELETE, MethodFilter::DELETE, pattern, handler)
    }

    /// Socket.IO, spoken through this adapter; at these paths of its own besides the one that all share.
    pub(crate) fn sessions(
        self,
        paths: &'static [&'static str],
        adapter: Arc<dyn Adapter>,
    ) -> Self {
        Self { adapter: Some(adapter), session_paths: paths, ..self }
    }

    /// The same with its sessions in the router. Answers the paths that are not for telling who is meant.
    pub(crate) fn with_sessions(mut self, desk: &Desk) -> (Self, Vec<Known>) {
        let Some(adapter) = self.adapter.clone() else { return (self, Vec::new()) };
        let serving = serving(endpoint(desk, move || adapter.clone()));
        let known = |pattern| [Method::GET, Method::POST].map(|method| Known { method, pattern });
        for path in self.session_paths.iter().chain(&SESSIONS) {
            self.router = self.router.route(path, serving.clone());
        }
        self.known.extend(self.session_paths.iter().copied().flat_map(known));
        (self, SESSIONS.into_iter().flat_map(known).collect())
    }

    fn on<H: Handler<T, Desk>, T: 'static>(
        mut self,
        method: Method,
        filter: MethodFilter,
        pattern: &'static str,
        handler: H,
    ) -> Self {
        self.known.push(Known { method, pattern });
        self.router = self.router.route(pattern, on(filter, handler));
        self
    }
}

/// Answers the requests of the sessions of an endpoint.
pub(crate) fn serving(endpoint: Endpoint) -> MethodRouter<Desk> {
    let methods = MethodFilter::GET.or(MethodFilter::POST);
    on(methods, serve).layer(Extension(endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_part_by_part() {
        let known = Known { method: Method::GET, pattern: "/users/{username}/public-key" };
        assert!(known.fits("/users/a/public-key"));
        for other in
            ["/users//public-key", "/users/a", "/users/a/public-key/", "/users/a/b/public-key"]
        {
            assert!(!known.fits(other), "{other}");
        }
    }
}
