//! A table of routes that serves them at once and describes them only when somebody asks: most servers
//! are never asked, and start sooner and smaller for it.

use crate::app::Api;
use axum::{
    Router,
    routing::{MethodFilter, MethodRouter},
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{
    PathItemExt as _,
    router::{OpenApiRouter, UtoipaMethodRouter},
};

/// Routes, and how each is described.
#[derive(Default)]
pub(crate) struct Table {
    router: Router<Api>,
    described: Vec<fn() -> UtoipaMethodRouter<Api>>,
}

/// One path with its handlers. [`routes!`] makes it.
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) handlers: MethodRouter<Api>,
    pub(crate) described: fn() -> UtoipaMethodRouter<Api>,
}

impl Table {
    /// Adds a path.
    pub(crate) fn routes(mut self, entry: Entry) -> Self {
        self.router = self.router.route(&entry.path, entry.handlers);
        self.described.push(entry.described);
        self
    }

    /// Adds the paths of another table.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.described.extend(other.described);
        self
    }

    /// Lays something around the routes so far.
    pub(crate) fn around(self, lay: impl FnOnce(Router<Api>) -> Router<Api>) -> Self {
        Self { router: lay(self.router), ..self }
    }

    /// The routes, to be served.
    pub(crate) fn into_router(self) -> Router<Api> {
        self.router
    }

    /// The document with every path of the table under this head.
    pub(crate) fn describe(self, head: OpenApi) -> OpenApi {
        let all = OpenApiRouter::<Api>::with_openapi(head);
        self.described.into_iter().fold(all, |all, describe| all.routes(describe())).into_openapi()
    }
}

/// The methods that a handler's `#[utoipa::path]` names.
pub(crate) fn methods<P: utoipa::Path>() -> MethodFilter {
    let mut filters = P::methods().into_iter().map(|method| method.to_method_filter());
    let first = filters.next().expect("the path macro demands a method");
    filters.fold(first, MethodFilter::or)
}

/// The handlers of one path as an [`Entry`]: each has an `#[utoipa::path]` that says where it is served.
macro_rules! routes {
    ($first:ident $(, $other:ident)*) => {
        pastey::paste! {
            $crate::table::Entry {
                path: <[<__path_ $first>] as utoipa::Path>::path(),
                handlers: axum::routing::MethodRouter::new()
                    .on($crate::table::methods::<[<__path_ $first>]>(), $first)
                    $(.on($crate::table::methods::<[<__path_ $other>]>(), $other))*,
                described: || utoipa_axum::routes!($first $(, $other)*),
            }
        }
    };
}
pub(crate) use routes;
