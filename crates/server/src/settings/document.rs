//! Settings described from their declaration: the example file, the reference, and what is in force.

use super::{RoomChat, SECTIONS, Settings, declare::Section, table};
use std::fmt::Write;
use toml::Value;

/// Those of the dialects and of their broker would make the example too long to be read.
const HEAD: &str = "\
# A chinwag.toml to begin with: take the `#` from what you change. The environment wins, as CHINWAG_HTTP__BIND over http.bind; \
`chinwag config check` tells what is wrong. Dialects and broker: docs/configuration.md.";

/// `chinwag.example.toml`: every key but those of the dialects and their broker, with its default and its meaning, commented out.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    each_section(|section, keys| {
        if section.name.starts_with("dialects.") || section.name == "broker" {
            return Ok(());
        }
        if !section.name.is_empty() {
            write!(text, "\n[{}] # {}", section.name, section.about.trim())?;
        }
        keys.iter().try_for_each(|(key, value, meaning)| {
            write!(text, "\n{:<39} # {meaning}", format!("# {key} = {value}"))
        })
    });
    text + "\n"
}

/// The reference in Markdown: every key, its variable, its default and its meaning.
pub fn reference() -> String {
    let mut text = "# Settings\n\nWritten by `chinwag config docs`. Later wins: default, file, environment, flag. \
        A variable with `_FILE` at its end names a file that holds the value.\n"
        .to_owned();
    each_section(|section, keys| {
        let title = if section.name.is_empty() {
            "above the sections".to_owned()
        } else {
            format!("[{}]", section.name)
        };
        writeln!(
            text,
            "\n## {title}\n\n{}\n\n| key | default | meaning | variable |\n| --- | --- | --- | --- |",
            section.about.trim()
        )?;
        for (key, value, meaning) in keys {
            let variable = table::variable(&table::dotted(section.name, key));
            writeln!(text, "| `{key}` | `{value}` | {meaning} | `{variable}` |")?;
        }
        Ok(())
    });
    text.replace("\n\n\n", "\n")
}

/// What is in force, as a file that would say the same. Passwords and keys are masked.
pub fn print(settings: &Settings) -> String {
    let mut shown = settings.clone();
    shown.database.url = without_password(&settings.database.url);
    if !shown.files.secret_key.is_empty() {
        "***".clone_into(&mut shown.files.secret_key);
    }
    if !shown.dialects.messaging_app.internal_token.is_empty() {
        "***".clone_into(&mut shown.dialects.messaging_app.internal_token);
    }
    let docs_password = &mut shown.dialects.room_chat.docs_password;
    // The one that everybody knows is no secret.
    if *docs_password != RoomChat::default().docs_password {
        "***".clone_into(docs_password);
    }
    shown.mail.smtp = without_password(&settings.mail.smtp);
    shown.broker.url = without_password(&settings.broker.url);
    toml::to_string(&shown).expect("settings are a table")
}

fn each_section(mut write: impl FnMut(&Section, &[(&str, String, &str)]) -> std::fmt::Result) {
    let defaults: std::collections::BTreeMap<String, Value> =
        table::flatten(&Settings::default()).into_iter().collect();
    for section in SECTIONS {
        let described = section.keys.iter().map(|key| {
            (
                key.name,
                defaults[&table::dotted(section.name, key.name)].to_string(),
                key.meaning.trim(),
            )
        });
        write(section, &described.collect::<Vec<_>>()).expect("text takes everything");
    }
}

/// A database URL that may be shown: `postgres://user:***@host/name`, or `host=… password=***`.
pub fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (user, host))) => match user.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
            None => url.to_owned(),
        },
        None => {
            let shown = |part: &str| {
                if part.starts_with("password=") {
                    "password=***".to_owned()
                } else {
                    part.to_owned()
                }
            };
            url.split(' ').map(shown).collect::<Vec<_>>().join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_not_shown() {
        let shown = [
            ("postgres://chinwag:w@rd@db/chinwag", "postgres://chinwag:***@db/chinwag"),
            ("postgres://chinwag@db/chinwag", "postgres://chinwag@db/chinwag"),
            (
                "host=db user=chinwag password=word dbname=chinwag",
                "host=db user=chinwag password=*** dbname=chinwag",
            ),
            ("", ""),
        ];
        for (url, text) in shown {
            assert_eq!(without_password(url), text);
        }
    }
}
