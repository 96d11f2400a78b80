//! `Content-Disposition` (RFC 6266): the name for those who read ASCII only, and the name as it is.

use std::fmt::Write as _;

/// The header for a name that holds no control characters.
pub(super) fn disposition(kind: &str, name: &str) -> String {
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut header = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        header.push_str("; filename*=UTF-8''");
        name.bytes().for_each(|byte| escape(&mut header, byte));
    }
    header
}

/// What stands between quotes without a second meaning anywhere; browsers decode `%`.
fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !"\"\\%".contains(c)
}

/// As RFC 8187 writes it.
fn escape(header: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
        header.push(byte.into());
    } else {
        write!(header, "%{byte:02X}").expect("text takes everything");
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_cannot_break_out() {
        let cases = [
            ("a b.png", r#"attachment; filename="a b.png""#),
            ("naïve.png", r#"attachment; filename="na_ve.png"; filename*=UTF-8''na%C3%AFve.png"#),
            (
                r#"a";x="b.exe"#,
                r#"attachment; filename="a_;x=_b.exe"; filename*=UTF-8''a%22%3Bx%3D%22b.exe"#,
            ),
            (r"a\b%41", r#"attachment; filename="a_b_41"; filename*=UTF-8''a%5Cb%2541"#),
        ];
        for (name, header) in cases {
            assert_eq!(disposition("attachment", name), header);
        }
    }
}
