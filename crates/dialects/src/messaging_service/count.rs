//! How many a request asks for.

use crate::refusal::{Refusal, invalid};
use serde_json::Value;

/// Most that are served.
const MOST: u32 = 1_000;

/// A whole number from 1, or its decimal digits.
///
/// # Errors
/// `invalid` for anything else.
pub(super) fn count(value: Option<&Value>) -> Result<u32, Refusal> {
    let wanted = match value {
        Some(Value::Number(number)) => whole(number),
        Some(Value::String(digits)) => read(digits),
        _ => None,
    };
    wanted.filter(|wanted| *wanted >= 1).map(|wanted| wanted.min(MOST)).ok_or_else(|| invalid("n"))
}

fn whole(number: &serde_json::Number) -> Option<u32> {
    let clamped = |float: f64| if float >= f64::from(MOST) { MOST } else { float as u32 };
    number.as_f64().filter(|float| float.fract() == 0.0 && *float >= 1.0).map(clamped)
}

fn read(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    if significant.len() > 4 { Some(MOST) } else { Some(significant.parse().unwrap_or(0)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_and_digits() {
        let counts = [
            (json!(1), 1),
            (json!(7.0), 7),
            (json!("12"), 12),
            (json!("007"), 7),
            (json!(1001), 1000),
            (json!(1e300), 1000),
            (json!("99999999999999999999"), 1000),
        ];
        for (value, wanted) in counts {
            assert_eq!(count(Some(&value)).unwrap(), wanted, "{value}");
        }
        let wrong = [
            json!(0),
            json!(-1),
            json!(1.5),
            json!(true),
            json!(null),
            json!("0"),
            json!("000"),
            json!("-1"),
            json!("1.0"),
            json!(" 1"),
            json!(""),
            json!([1]),
            json!({}),
        ];
        for value in wrong {
            assert!(count(Some(&value)).is_err(), "{value}");
        }
        assert!(count(None).is_err());
    }
}
