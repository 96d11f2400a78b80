//! The query of an address.

use percent_encoding::percent_decode_str;

/// Its keys with their values, in order. What does not stand for text is left out.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let read = |text: &str| {
        percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(String::from)
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.filter_map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((read(key)?, read(value)?))
    })
}

/// The first value of a key.
pub(crate) fn value(query: &str, key: &str) -> Option<String> {
    pairs(query).find(|(name, _)| name == key).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_write() {
        let read: Vec<_> = pairs("a=1&b=x%20y+z&&c&d=%ff").collect();
        let wanted = [("a", "1"), ("b", "x y z"), ("c", "")];
        assert_eq!(read, wanted.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(value("a=1&a=2", "a").as_deref(), Some("1"));
    }
}
