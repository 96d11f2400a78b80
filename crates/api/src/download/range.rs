//! Which part of a file is asked for (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: nothing else was asked for, or what cannot be read, or several parts, which one may answer whole.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Only bytes that there are not.
    Nothing,
}

/// Reads `bytes=…` against a file of this size.
pub(super) fn asked(header: &str, size: u64) -> Asked {
    let Some((unit, list)) = header.split_once('=') else { return Asked::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::Whole;
    }
    let mut parts = Vec::new();
    for spec in list.split(',').map(str::trim).filter(|spec| !spec.is_empty()) {
        let Some(part) = part(spec, size) else { return Asked::Whole };
        parts.push(part);
    }
    let satisfiable = parts.iter().filter(|part| part.start < part.end).count();
    match (parts.as_slice(), satisfiable) {
        ([], _) => Asked::Whole,
        (_, 0) => Asked::Nothing,
        ([only], _) => Asked::Part(only.clone()),
        _ => Asked::Whole,
    }
}

/// The bytes of one range, empty where the file has none of them; nothing where it cannot be read.
fn part(spec: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = spec.split_once('-')?;
    match (first, last) {
        ("", last) => Some(size.saturating_sub(number(last)?)..size),
        (first, "") => Some(number(first)?.min(size)..size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| first.min(size)..last.saturating_add(1).min(size))
        }
    }
}

/// Digits alone; more than a number holds is more than any file has.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Asked::*, asked};

    #[test]
    fn ranges_of_every_shape() {
        let huge = "9".repeat(40);
        let cases = [
            ("bytes=0-0", Part(0..1)),
            ("bytes=0-9", Part(0..10)),
            ("bytes=3-", Part(3..10)),
            ("bytes=-3", Part(7..10)),
            ("bytes=-99", Part(0..10)),
            ("bytes=5-99", Part(5..10)),
            ("BYTES = 2-4", Part(2..5)),
            ("bytes=0-0,", Part(0..1)),
            ("bytes=10-", Nothing),
            ("bytes=10-20", Nothing),
            ("bytes=-0", Nothing),
            ("bytes=50-60, 70-", Nothing),
            (&format!("bytes={huge}-"), Nothing),
            (&format!("bytes=1-{huge}"), Part(1..10)),
            ("bytes=0-1,3-4", Whole),
            ("bytes=0-1,50-60", Whole),
            ("bytes=4-3", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=1", Whole),
            ("bytes=0-1,x", Whole),
            ("items=0-1", Whole),
            ("nonsense", Whole),
            ("", Whole),
        ];
        for (header, expected) in cases {
            assert_eq!(asked(header, 10), expected, "{header}");
        }
    }
}
