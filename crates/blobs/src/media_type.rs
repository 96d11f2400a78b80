//! What bytes are, by the bytes themselves: neither their name nor their sender is believed.

/// Most bytes of the beginning that are looked at.
pub(crate) const HEAD: usize = 8 * 1024;

/// The media type (RFC 6838) of something that begins like this. Text without a signature is
/// `text/plain`; what nobody knows is `application/octet-stream`.
pub fn media_type(head: &[u8]) -> &'static str {
    let head = &head[..head.len().min(HEAD)];
    match infer::get(head) {
        Some(kind) => kind.mime_type(),
        None if is_text(head) => "text/plain",
        None => "application/octet-stream",
    }
}

/// UTF-8 that may end within a character, without control characters that no text holds.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(cut) if cut.error_len().is_none() => {
            std::str::from_utf8(&head[..cut.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !"\t\n\r\u{c}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn the_bytes_decide() {
        let known: &[(&[u8], &str)] = &[
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7", "application/pdf"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
            ("plain text, in part é".as_bytes(), "text/plain"),
            (&"é".as_bytes()[..1], "application/octet-stream"),
            (b"a\0b", "application/octet-stream"),
            (b"\xfe\xed\x01\x02", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ];
        for (head, kind) in known {
            assert_eq!(media_type(head), *kind, "{head:?}");
        }
    }
}
