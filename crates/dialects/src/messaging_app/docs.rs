//! The description of this dialect for people and tools: the OpenAPI file, and a page that shows it with
//! nothing from elsewhere.

use super::description::DESCRIPTION;
use crate::{
    describe::document,
    refusal::{Answer, Refusal},
};
use axum::{
    extract::Request,
    http::header,
    response::{IntoResponse as _, Response},
};
use chinwag_wire::Code;
use std::sync::Arc;
use utoipa_swagger_ui::Config;

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>messaging-app</title>
<link rel="stylesheet" href="swagger-ui.css">
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="swagger-ui.js"></script>
</html>
"#;

const SCRIPT: &str = "SwaggerUIBundle({ url: 'openapi.yaml', dom_id: '#swagger-ui' });\n";

/// `GET /docs/openapi.yaml`: JSON, which is YAML too.
pub(super) async fn openapi() -> Response {
    typed("application/yaml", format!("{:#}\n", document(&DESCRIPTION, "..")))
}

/// `GET /docs/swagger-ui.html`.
pub(super) async fn page() -> Response {
    typed("text/html; charset=utf-8", PAGE.to_owned())
}

/// `GET /docs/swagger-ui.js`: starts the page.
pub(super) async fn script() -> Response {
    typed("text/javascript; charset=utf-8", SCRIPT.to_owned())
}

/// `GET /docs/swagger-ui.css`, `GET /docs/swagger-ui-bundle.js`: what the page is made of.
pub(super) async fn asset(request: Request) -> Answer {
    let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    match utoipa_swagger_ui::serve(&name, Arc::new(Config::from("openapi.yaml"))) {
        Ok(Some(file)) => {
            Ok(([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned())
                .into_response())
        }
        Ok(None) | Err(_) => Err(Refusal::from(Code::NotFound)),
    }
}

fn typed(kind: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
