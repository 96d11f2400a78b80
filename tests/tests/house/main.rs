//! The house rules that no lint can hold: who may import whom, which words belong where, and the shape
//! of files. Each rule is a plain function from what was read to what is wrong, and beside it stands a
//! planted violation that it must find.

mod imports;
mod shape;
mod sources;
mod words;

/// Fails with one line per violation, so that all of them are seen at once.
#[track_caller]
fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
