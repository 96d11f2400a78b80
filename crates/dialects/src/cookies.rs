//! Cookies: each dialect reads its own and ignores the rest.

use axum::http::{HeaderMap, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a value keeps as it is: the characters of `encodeURIComponent`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A cookie that is gone.
pub(crate) const GONE: &str = "Thu, 01 Jan 1970 00:00:00 GMT";

/// The cookie of this name, as it was sent.
pub(crate) fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get_all(header::COOKIE).iter().find_map(|line| in_line(line.as_bytes(), name))
}

/// The cookie of this name in one line. Those beside it are somebody else's, and may be any bytes.
pub(crate) fn in_line<'l>(line: &'l [u8], name: &str) -> Option<&'l str> {
    let texts = line.split(|byte| *byte == b';').filter_map(|pair| str::from_utf8(pair).ok());
    let mut pairs = texts.filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().trim_matches('"'))
}

/// A value with its percent signs read; absent where they do not stand for text.
pub(crate) fn decoded(value: &str) -> Option<String> {
    percent_decode_str(value).decode_utf8().ok().map(Into::into)
}

/// A value as it stands in a cookie.
pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

/// A `Set-Cookie` header; over TLS the cookie is for TLS alone.
pub(crate) fn set(cookie: &str, tls: bool) -> HeaderValue {
    let secure = if tls { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{cookie}{secure}"))
        .expect("cookies are written in visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_among_others() {
        let headers = HeaderMap::from_iter([(
            header::COOKIE,
            HeaderValue::from_static("a=1; sessionId=s%3Ax.y%2B; token=\"t\""),
        )]);
        assert_eq!(read(&headers, "sessionId"), Some("s%3Ax.y%2B"));
        assert_eq!(read(&headers, "token"), Some("t"));
        assert_eq!(read(&headers, "refresh"), None);
        assert_eq!(decoded("s%3Ax.y%2B").as_deref(), Some("s:x.y+"));
        assert_eq!(encoded("s:x.y+/=-_"), "s%3Ax.y%2B%2F%3D-_");
        assert_eq!(decoded("%ff"), None);
    }

    #[test]
    fn whatever_the_others_hold() {
        for line in ["theme=b\u{e9}ige; token=t", "a; =; token = t ;", "\u{7684}=\"; token=\"t\""] {
            assert_eq!(in_line(line.as_bytes(), "token"), Some("t"), "{line}");
        }
        assert_eq!(in_line(b"a=\xff\xfe; token=t", "token"), Some("t"));
        assert_eq!(in_line(b"token=\xff", "token"), None);
    }
}
