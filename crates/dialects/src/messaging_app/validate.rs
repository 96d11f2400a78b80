//! The rules for what a registration, a sign-in and a message hold.

use super::faults::{Faults, length};
use crate::body::Fields;
use chinwag_chat::bounds::CONTENT_BYTES;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// What a registration brings.
pub(super) struct NewUser<'f> {
    pub(super) username: &'f str,
    pub(super) password: &'f str,
    pub(super) public_key: &'f str,
}

/// Reads a registration; absent where something is wrong with it.
pub(super) fn new_user<'f>(fields: &'f Fields, faults: &mut Faults) -> Option<NewUser<'f>> {
    let username = faults.text(fields, "username");
    username.into_iter().for_each(|name| self::username("username", name, faults));
    let password = faults.text(fields, "password");
    password.into_iter().for_each(|text| self::password(text, faults));
    let public_key = faults.text(fields, "publicKey").map(str::trim);
    public_key.into_iter().for_each(|key| self::public_key(key, faults));
    Some(NewUser { username: username?, password: password?, public_key: public_key? })
}

/// The rule for names.
pub(super) fn username(key: &str, name: &str, faults: &mut Faults) {
    match length(name) {
        0..3 => faults.too_short(key, 3, "Username must be at least 3 characters"),
        3..=30 => {}
        _ => faults.too_long(key, 30, "Username must be at most 30 characters"),
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if name.is_empty() || !name.bytes().all(known) {
        faults.pattern(key, "Username can only contain letters, numbers, hyphens, and underscores");
    }
}

fn password(text: &str, faults: &mut Faults) {
    match length(text) {
        0..8 => faults.too_short("password", 8, "Password must be at least 8 characters"),
        8..=100 => {}
        _ => faults.too_long("password", 100, "Password must be at most 100 characters"),
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"@$!%*?&".contains(&byte);
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let kinds =
        has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    if !kinds || !text.bytes().all(known) {
        faults.pattern(
            "password",
            "Password must contain at least one uppercase letter, one lowercase letter, and one number",
        );
    }
}

/// It looks like a key in PEM; it is not parsed as one.
fn public_key(key: &str, faults: &mut Faults) {
    match length(key) {
        0..100 => faults.too_short("publicKey", 100, "Invalid public key"),
        100..=8192 => {}
        _ => faults.too_long("publicKey", 8192, "Invalid public key"),
    }
    let begun = key.strip_prefix(BEGIN);
    if begun.is_none() {
        faults.other("publicKey", "Invalid public key format");
    }
    if !key.ends_with(END) {
        faults.other("publicKey", "Invalid public key format - missing end marker");
    }
    if let Some(between) = begun.and_then(|rest| rest.strip_suffix(END))
        && !is_base64(between)
    {
        faults.other("publicKey", "Invalid public key - content must be valid Base64");
    }
}

fn is_base64(text: &str) -> bool {
    let text = text.replace(['\r', '\n'], "");
    let body = text.trim_end_matches('=');
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    text.len() - body.len() <= 2 && body.bytes().all(known)
}

/// What a sign-in brings.
pub(super) fn sign_in<'f>(fields: &'f Fields, faults: &mut Faults) -> Option<(&'f str, &'f str)> {
    let username = faults.text(fields, "username").map(str::trim);
    let password = faults.text(fields, "password");
    if username == Some("") {
        faults.too_short("username", 1, "Username is required");
    }
    if password == Some("") {
        faults.too_short("password", 1, "Password is required");
    }
    username
        .zip(password)
        .filter(|(username, password)| !username.is_empty() && !password.is_empty())
}

/// What a message brings, but for whom it is for.
pub(super) struct NewMessage<'f> {
    pub(super) encrypted_text: &'f str,
    pub(super) client_id: &'f str,
    pub(super) sender_copy: Option<&'f str>,
}

/// Reads a message; absent where something is wrong with it.
pub(super) fn new_message<'f>(fields: &'f Fields, faults: &mut Faults) -> Option<NewMessage<'f>> {
    let encrypted_text = faults.text(fields, "encryptedText");
    match encrypted_text.map_or(1, str::len) {
        0 => faults.too_short("encryptedText", 1, "Message cannot be empty"),
        1..=CONTENT_BYTES => {}
        _ => faults.too_long("encryptedText", CONTENT_BYTES, "Message is too long"),
    }
    let client_id = faults.text(fields, "clientMessageId");
    match client_id.map_or(1, length) {
        0 => faults.too_short("clientMessageId", 1, "Invalid client message ID"),
        1..=128 => {}
        _ => faults.too_long("clientMessageId", 128, "Invalid client message ID"),
    }
    let sender_copy = faults.optional_text(fields, "senderCopy");
    if sender_copy.is_some_and(|copy| copy.len() > CONTENT_BYTES) {
        faults.too_long("senderCopy", CONTENT_BYTES, "Message is too long");
    }
    Some(NewMessage { encrypted_text: encrypted_text?, client_id: client_id?, sender_copy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key(between: &str) -> String {
        format!("{BEGIN}\n{between}\n{END}")
    }

    fn faulty(user: serde_json::Value) -> bool {
        let (fields, mut faults) = (Fields::of(&user), Faults::default());
        new_user(&fields, &mut faults);
        faults.none().is_err()
    }

    #[test]
    fn registrations() {
        let good = json!({ "username": "vera-k_2", "password": "Lantern42", "publicKey": key(&"MIIB".repeat(20)) });
        let with = |name: &str, value: String| {
            let mut user = good.clone();
            user[name] = value.into();
            faulty(user)
        };
        assert!(!faulty(good.clone()));
        let long = "A".repeat(80);
        for fine in [key(&format!("{long}==")) + "\n", format!("  {}\r\n", key(&long))] {
            assert!(!with("publicKey", fine.clone()), "{fine}");
        }
        for (name, wrong) in [
            ("username", "ab".to_owned()),
            ("username", "a".repeat(31)),
            ("username", "a b c".to_owned()),
            ("username", "vera.k".to_owned()),
            ("password", "Lant42".to_owned()),
            ("password", "lantern42".to_owned()),
            ("password", "LANTERN42".to_owned()),
            ("password", "Lanternnn".to_owned()),
            ("password", "Lantern42#".to_owned()),
            ("password", format!("Aa1{}", "a".repeat(98))),
            ("publicKey", key("MIIB")),
            ("publicKey", format!("{BEGIN}{long}")),
            ("publicKey", format!("{long}{END}")),
            ("publicKey", key(&format!("{long}-_"))),
            ("publicKey", key(&format!("{long}==="))),
            ("publicKey", key(&format!("{long} {long}"))),
            ("publicKey", key(&"A".repeat(8192))),
        ] {
            assert!(with(name, wrong.clone()), "{name}: {wrong}");
        }
    }

    #[test]
    fn messages() {
        let faulty = |message: serde_json::Value| {
            let (fields, mut faults) = (Fields::of(&message), Faults::default());
            new_message(&fields, &mut faults);
            faults.none().is_err()
        };
        assert!(!faulty(
            json!({ "encryptedText": "no base64 !", "clientMessageId": "client-msg-123" })
        ));
        assert!(!faulty(
            json!({ "encryptedText": "x", "clientMessageId": "é".repeat(128), "senderCopy": "" })
        ));
        assert!(faulty(json!({ "encryptedText": "", "clientMessageId": "a" })));
        assert!(faulty(json!({ "encryptedText": "x".repeat(65_537), "clientMessageId": "a" })));
        assert!(faulty(json!({ "encryptedText": "x", "clientMessageId": "" })));
        assert!(faulty(json!({ "encryptedText": "x", "clientMessageId": "a".repeat(129) })));
        assert!(faulty(json!({ "encryptedText": "x", "clientMessageId": "a", "senderCopy": 7 })));
    }
}
