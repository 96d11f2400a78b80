//! The description of this dialect for people and tools: the OpenAPI file, and a page that shows it.

use super::description::DESCRIPTION;
use crate::{describe::document, explorer, refusal::Answer};
use axum::{extract::Request, response::Response};

/// `GET /docs/openapi.yaml`: JSON, which is YAML too.
pub(super) async fn openapi() -> Response {
    explorer::typed("application/yaml", format!("{:#}\n", document(&DESCRIPTION, "..")))
}

/// `GET /docs/swagger-ui.html`.
pub(super) async fn page() -> Response {
    explorer::page("messaging-app", "")
}

/// `GET /docs/swagger-ui.js`: starts the page.
pub(super) async fn script() -> Response {
    explorer::script("openapi.yaml")
}

/// `GET /docs/swagger-ui.css`, `GET /docs/swagger-ui-bundle.js`: what the page is made of.
pub(super) async fn asset(request: Request) -> Answer {
    explorer::part(request.uri().path())
}
