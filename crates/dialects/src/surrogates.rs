//! Half a character in JSON: browsers write `\ud83d` alone where a text was cut within a pair. That is JSON, but no
//! Unicode, so U+FFFD stands for it, as everywhere else where such a text leaves a browser.

use serde::de::DeserializeOwned;

/// What half a character is read as, as it is escaped.
const REPLACEMENT: &[u8; 6] = br"\ufffd";

/// Reads JSON that may hold halves of characters.
///
/// # Errors
/// Those of JSON, and of the type.
pub(crate) fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    let whole = |refused| match replaced(json) {
        Some(whole) => serde_json::from_slice(&whole),
        None => Err(refused),
    };
    serde_json::from_slice(json).or_else(whole)
}

/// The same with every half replaced; nothing where there is none.
fn replaced(json: &[u8]) -> Option<Vec<u8>> {
    let mut whole: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = json[at..].iter().position(|byte| *byte == b'\\') {
        at += found;
        at += match (unit(&json[at..]), unit(json.get(at + 6..).unwrap_or_default())) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                whole.get_or_insert_with(|| json.to_vec())[at..at + 6].copy_from_slice(REPLACEMENT);
                6
            }
            // A backslash, and what it escapes.
            _ => 2.min(json.len() - at),
        };
    }
    whole
}

/// The UTF-16 unit that is escaped here.
fn unit(json: &[u8]) -> Option<u16> {
    let digits = json.strip_prefix(br"\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_replaced_and_nothing_else_is() {
        let read = |json: &str| from_slice::<String>(json.as_bytes()).ok();
        for (json, text) in [
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""\ude00\ud83d\ud83d\ude00\uD83Dx""#, "\u{fffd}\u{fffd}\u{1f600}\u{fffd}x"),
            (r#""\\ud83d \ud83d""#, "\\ud83d \u{fffd}"),
            (r#""\ud83d\n\u0041""#, "\u{fffd}\nA"),
        ] {
            assert_eq!(read(json).as_deref(), Some(text), "{json}");
        }
        for wrong in ["", "x", r#""\ud83"#, r#""\ud83d"#, r#""\ud83g""#, r#""\ud83d" x"#, r#""\"#] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(replaced(br#""\ud83d\ude00""#), None, "nothing to replace");
    }
}
