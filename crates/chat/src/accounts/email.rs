//! What may be an email address: the plain form of RFC 5321 (`local@domain`, no quotes, no comments,
//! no display name), in ASCII, lower-cased.

use chinwag_wire::FieldError;

/// Most bytes of an address (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MOST: usize = 254;
/// Most bytes before the `@` (RFC 5321, 4.5.3.1.1).
const MOST_LOCAL: usize = 64;

/// The address as it is stored, shown and compared.
///
/// # Errors
/// That it is not an address.
pub(crate) fn email(text: &str) -> Result<String, FieldError> {
    let plain = text.len() <= MOST
        && text
            .rsplit_once('@')
            .is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if plain {
        return Ok(text.to_ascii_lowercase());
    }
    Err(FieldError {
        field: "email".to_owned(),
        message: "must be a plain email address, such as name@example.org".to_owned(),
    })
}

/// Whether this may be an email address, in any case.
pub fn is_email(text: &str) -> bool {
    email(text).is_ok()
}

fn is_local(local: &str) -> bool {
    let atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    local.len() <= MOST_LOCAL && local.split('.').all(atom)
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.') && domain.split('.').all(is_label)
}

/// A label of a host name (RFC 1123, 2.1).
fn is_label(label: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_addresses_lower_cased() {
        for good in ["Ann@Example.org", "a.b+c@sub.example.co", "o'neil@x-y.de"] {
            assert_eq!(email(good), Ok(good.to_lowercase()));
        }
    }

    #[test]
    fn refuses_the_rest() {
        let long = format!("{}@example.org", "a".repeat(65));
        let bad = [
            "",
            "@",
            "a@",
            "@example.org",
            "a b@example.org",
            "a@b",
            "a@@example.org",
            ".a@example.org",
            "a..b@example.org",
            "Ann <a@example.org>",
            "\"a\"@example.org",
            "a@-x.org",
            "a@x..org",
            "a@[127.0.0.1]",
            "é@example.org",
            "a@example.org\r\nBcc: b@example.org",
            &long,
        ];
        bad.iter().for_each(|text| assert!(email(text).is_err(), "{text:?}"));
    }
}
