//! What a change of a profile brings: some of six keys, and perhaps a picture.

use super::picture::{NewPicture, new_picture};
use crate::{
    body::Fields,
    form::Part,
    refusal::{Refusal, invalid},
};
use chinwag_chat::FillIn;
use serde_json::Value;

/// The keys, in the order in which clients are told of them.
const KEYS: [&str; 6] = ["firstName", "lastName", "about", "profilePic", "gender", "age"];
const GENDERS: [&str; 5] = ["male", "female", "other", "Male", "Female"];
/// Most characters about oneself.
const ABOUT: usize = 750;

/// Reads a change.
///
/// # Errors
/// What is wrong with it, in words that clients know.
pub(super) fn read(
    fields: &Fields,
    file: Option<&Part>,
) -> Result<(FillIn, Option<NewPicture>), Refusal> {
    let file = file.filter(|file| !file.bytes.is_empty() || file.name != "profilePic");
    keys_are_right(fields, file)?;
    let change = FillIn {
        first_name: line(fields, "firstName", 2, 100)?,
        last_name: line(fields, "lastName", 1, 100)?,
        about: line(fields, "about", 1, ABOUT)?,
        gender: gender(fields.get("gender"))?,
        age: fields.get("age").map(age).transpose()?,
        picture_link: None,
        picture: None,
    };
    let picture = match (file, fields.get("profilePic")) {
        (Some(file), _) => Some(NewPicture::Bytes(file.bytes.clone())),
        (None, Some(value)) => Some(new_picture(value)?),
        (None, None) => None,
    };
    Ok((change, picture))
}

fn keys_are_right(fields: &Fields, file: Option<&Part>) -> Result<(), Refusal> {
    let sent: Vec<&str> = fields.keys().chain(file.map(|file| file.name.as_str())).collect();
    let blank = |key: &&&str| match fields.get(key) {
        Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
        None => sent.is_empty(),
    };
    let missing: Vec<&str> = KEYS.iter().filter(blank).copied().collect();
    if !missing.is_empty() {
        let words = format!("Missing required fields: {}", missing.join(", "));
        return Err(invalid("profile").in_words(words));
    }
    match sent.iter().all(|key| KEYS.contains(key)) {
        true => Ok(()),
        false => Err(invalid("profile").in_words("Update not allowed")),
    }
}

fn line(fields: &Fields, key: &str, least: usize, most: usize) -> Result<Option<String>, Refusal> {
    let Some(value) = fields.get(key) else { return Ok(None) };
    let text = value.as_str().unwrap_or_default();
    if !(least..=most).contains(&text.trim().chars().count()) {
        let words = format!("{key} must be a text of {least} to {most} characters");
        return Err(invalid(key).in_words(words));
    }
    Ok(Some(text.to_owned()))
}

fn gender(value: Option<&Value>) -> Result<Option<String>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    let known = value.as_str().filter(|gender| GENDERS.contains(gender));
    let words = "gender must be one of male, female, other, Male, Female";
    Ok(Some(known.ok_or_else(|| invalid("gender").in_words(words))?.to_owned()))
}

/// A whole number, or its digits.
fn age(value: &Value) -> Result<i64, Refusal> {
    let age = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok()
        }
        _ => None,
    };
    let words = "age must be a whole number from 0 to 150";
    age.filter(|age| (0..=150).contains(age)).ok_or_else(|| invalid("age").in_words(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(change: Value) -> String {
        let refusal = read(&Fields::of(&change), None).unwrap_err();
        refusal.words.map(String::from).unwrap_or_default()
    }

    #[test]
    fn some_of_six_keys() {
        let all = "Missing required fields: firstName, lastName, about, profilePic, gender, age";
        assert_eq!(words(json!({})), all);
        let blank = json!({ "firstName": "", "age": null, "about": "x" });
        assert_eq!(words(blank), "Missing required fields: firstName, age");
        assert_eq!(words(json!({ "firstName": "Lena", "emailId": "x" })), "Update not allowed");
        assert_eq!(words(json!({ "userId": 7 })), "Update not allowed");
        let (change, picture) =
            read(&Fields::of(&json!({ "lastName": "M", "age": "007", "gender": "Female" })), None)
                .unwrap();
        assert!(picture.is_none() && change.first_name.is_none());
        assert_eq!((change.last_name.as_deref(), change.age), (Some("M"), Some(7)));
        for wrong in [
            json!({ "firstName": "L" }),
            json!({ "lastName": " " }),
            json!({ "about": "x".repeat(751) }),
            json!({ "about": 7 }),
            json!({ "gender": "FEMALE" }),
            json!({ "age": 151 }),
            json!({ "age": "-1" }),
            json!({ "age": 7.5 }),
            json!({ "age": true }),
        ] {
            assert!(words(wrong.clone()).contains(" must be "), "{wrong}");
        }
    }
}
