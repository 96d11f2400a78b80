//! The page that shows the description of a dialect to people, and lets them try it: everything it is made of
//! comes from here.

use crate::refusal::{Answer, Refusal};
use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use chinwag_wire::Code;
use std::sync::Arc;
use utoipa_swagger_ui::Config;

/// The page. Its parts stand at this path, as the page sees it.
pub(crate) fn page(title: &str, parts: &str) -> Response {
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="{parts}swagger-ui.css">
<div id="swagger-ui"></div>
<script src="{parts}swagger-ui-bundle.js"></script>
<script src="{parts}swagger-ui.js"></script>
</html>
"#
    );
    typed("text/html; charset=utf-8", page)
}

/// The part that starts it, with the description that stands at this address, as the page sees it.
pub(crate) fn script(document: &str) -> Response {
    let start = format!("SwaggerUIBundle({{ url: '{document}', dom_id: '#swagger-ui' }});\n");
    typed("text/javascript; charset=utf-8", start)
}

/// Another part, by the last part of its path.
pub(crate) fn part(path: &str) -> Answer {
    let name = path.rsplit('/').next().unwrap_or_default();
    match utoipa_swagger_ui::serve(name, Arc::new(Config::from(""))) {
        Ok(Some(file)) => {
            Ok(([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned())
                .into_response())
        }
        Ok(None) | Err(_) => Err(Refusal::from(Code::NotFound)),
    }
}

/// A text of this content type.
pub(crate) fn typed(kind: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
