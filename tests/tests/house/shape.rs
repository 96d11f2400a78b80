//! The shape of files: not too long, opened by a few words on what lives there, named after a subject; and of the
//! product's public operations: boxed, so that they are compiled once.

use crate::assert_none;
use crate::sources::{self, Source};

const MOST_LINES: usize = 400;

/// Names that say nothing of what lives under them, but for `messaging_service`, which is the name of a dialect.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "service", "impl", "misc"];

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MOST_LINES).then(|| format!("{}: {lines} lines, at most {MOST_LINES}", source.path))
}

fn unopened(source: &Source) -> Option<String> {
    (!source.text.starts_with("//!"))
        .then(|| format!("{}: open it with `//!` and what lives here", source.path))
}

fn badly_named(source: &Source) -> Option<String> {
    let ours = source.path.replace("messaging_service", "");
    let words = ours.trim_end_matches(".rs").split(['/', '_', '-']);
    let empty = words.into_iter().find(|word| EMPTY_NAMES.contains(word))?;
    Some(format!("{}: `{empty}` says nothing of what lives there", source.path))
}

/// Public operations of the product whose future every surface would compile again.
fn unboxed(source: &Source) -> Option<String> {
    if !source.is_in_crate(&["chat"]) {
        return None;
    }
    let mut before = "";
    for (number, line) in source.code().map(|(number, line)| (number, line.trim())) {
        if line.starts_with("pub async fn ") && before != "#[crate::boxed]" {
            return Some(format!("{}:{number}: put `#[crate::boxed]` before it", source.path));
        }
        before = line;
    }
    None
}

#[test]
fn files_have_the_shape() {
    let rules = [too_long, unopened, badly_named, unboxed];
    let sources = sources::all();
    let found = sources.iter().flat_map(|source| rules.iter().filter_map(|rule| rule(source)));
    assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn a_wrong_shape_is_found() {
    let fine = Source::planted("crates/chat/src/messages/send.rs", "//! Sending a message.\n");
    assert_eq!((too_long(&fine), unopened(&fine), badly_named(&fine)), (None, None, None));

    assert!(too_long(&Source::planted("crates/chat/src/long.rs", &"\n".repeat(401))).is_some());
    assert!(unopened(&Source::planted("bench/src/main.rs", "use std::io;\n//! Late.\n")).is_some());
    assert!(badly_named(&Source::planted("crates/api/src/http_utils.rs", "")).is_some());
    assert!(badly_named(&Source::planted("crates/chat/src/common/mod.rs", "")).is_some());
    let dialect = Source::planted("crates/dialects/src/messaging_service/session.rs", "");
    assert_eq!(badly_named(&dialect), None);

    let boxed = "#[crate::boxed]\n/// Pins.\npub async fn pin() {}\n";
    assert_eq!(unboxed(&Source::planted("crates/chat/src/messages/pin.rs", boxed)), None);
    let bare = Source::planted("crates/chat/src/messages/pin.rs", "    pub async fn pin() {}\n");
    assert!(unboxed(&bare).is_some());
}
