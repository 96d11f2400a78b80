//! The two pages for people: the front door, and what each problem means.

use axum::response::Html;
use chinwag_wire::{Code, Retry};
use std::fmt::Write as _;

/// The front door: what this is and where to go.
pub(crate) async fn landing() -> Html<&'static str> {
    Html(include_str!("../pages/landing.html"))
}

/// Every error code, where the `type` of a problem document points.
pub(crate) async fn problems() -> Html<String> {
    let mut rows = String::new();
    for code in Code::ALL {
        let (name, status, retry, sentence) =
            (code.name(), code.status(), again(*code), code.sentence());
        let row = format_args!(
            "<tr id=\"{name}\"><td><code>{name}</code><td>{status}<td>{retry}<td>{sentence}\n"
        );
        rows.write_fmt(row).expect("a String takes everything");
    }
    Html(include_str!("../pages/problems.html").replace("{{rows}}", &rows))
}

/// Whether trying again can help, in words.
pub(crate) fn again(code: Code) -> &'static str {
    match code.retry() {
        Retry::Never => "no",
        Retry::Later => "later",
        Retry::AfterSignIn => "after signing in or refreshing",
    }
}
