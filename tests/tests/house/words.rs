//! Which words a crate may know: what lies below `chat` knows no chat, what lies above it knows no SQL.

use crate::assert_none;
use crate::sources::{self, Source};

/// Crates that would serve any product.
const KNOW_NO_CHAT: &[&str] = &["sql", "jobs", "bus", "broker", "blobs", "socketio"];
const CHAT_WORDS: &[&str] = &["conversation", "message", "account", "member"];
/// Names of other people's that hold such a word: an error's text, what PostgreSQL answers and logs, what AMQP
/// carries.
const FOREIGN: &[&str] =
    &[".message()", "SimpleQueryMessage", "client_min_messages", ".with_message_id("];
const KNOW_NO_SQL: &[&str] = &["api", "gateway", "dialects"];

fn chat_words(source: &Source) -> Vec<String> {
    if !source.is_in_crate(KNOW_NO_CHAT) {
        return Vec::new();
    }
    let named = source.code().flat_map(|(number, line)| {
        let ours = FOREIGN.iter().fold(line.to_owned(), |line, name| line.replace(name, " "));
        words(&ours).into_iter().map(move |word| (number, word)).collect::<Vec<_>>()
    });
    named
        .filter(|(_, word)| CHAT_WORDS.contains(&word.trim_end_matches('s')))
        .map(|(number, word)| format!("{}:{number}: knows the word `{word}`", source.path))
        .collect()
}

fn mentions_of_sql(source: &Source) -> Vec<String> {
    if !source.is_in_crate(KNOW_NO_SQL) {
        return Vec::new();
    }
    let lines = source.code().filter(|(_, line)| line.contains("chinwag_sql"));
    lines.map(|(number, _)| format!("{}:{number}: mentions chinwag_sql", source.path)).collect()
}

/// The lower-case words in a line, identifiers taken apart: `fn MemberRow_id` is `fn member row id`.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in line.chars() {
        let starts_word = letter.is_uppercase() && after_small;
        if starts_word || !letter.is_alphabetic() {
            words.push(String::new());
        }
        if letter.is_alphabetic() {
            words.last_mut().expect("begun with one").extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn each_crate_knows_its_words() {
    let sources = sources::all();
    let found = sources.iter().flat_map(|source| [chat_words(source), mentions_of_sql(source)]);
    assert_none(&found.flatten().collect::<Vec<_>>());
}

#[test]
fn a_wrong_word_is_found() {
    let planted = |path: &str, text: &str| {
        let source = Source::planted(path, text);
        chat_words(&source).len() + mentions_of_sql(&source).len()
    };
    assert_eq!(planted("crates/sql/src/tx.rs", "// a message\nlet text = error.message();"), 0);
    assert_eq!(planted("crates/chat/src/send.rs", "struct MemberRow;"), 0);
    assert_eq!(planted("crates/sql/src/tx.rs", "struct MemberRow;"), 1);
    assert_eq!(planted("crates/jobs/src/claim.rs", "\"DELETE FROM messages\""), 1);
    assert_eq!(planted("crates/bus/src/topic.rs", "fn for_account(conversation_id: i64) {}"), 2);
    assert_eq!(planted("crates/api/src/routes/mod.rs", "use chinwag_sql::Tx;"), 1);
    assert_eq!(planted("crates/gateway/src/hub.rs", "//! Never chinwag_sql."), 0);
}
