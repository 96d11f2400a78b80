//! Server-sent events (WHATWG HTML, section 9.2) for scripts and bots. A listener there is simple, so
//! the server keeps its positions: what it gets has no gap and no repeat, and the `id` of any event
//! is enough to resume exactly after it.

mod catch_up;
mod open;
mod stream;

use bytes::Bytes;

/// One event of the stream. Without a name it carries nothing but its id, and keeps the stream alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SseEvent {
    /// The positions after this event; see [`crate::cursor`].
    pub id: Option<String>,
    /// The event's name, or nothing.
    pub name: &'static str,
    /// The event's JSON, on one line.
    pub data: Bytes,
}

impl SseEvent {
    /// The event as it stands in the body of the response.
    pub fn render(&self) -> Bytes {
        let id = self.id.as_deref().unwrap_or_default();
        let mut text = Vec::with_capacity(32 + id.len() + self.name.len() + self.data.len());
        if !id.is_empty() {
            line(&mut text, b"id: ", id.as_bytes());
        }
        if self.name.is_empty() {
            line(&mut text, b":", b"");
        } else {
            line(&mut text, b"event: ", self.name.as_bytes());
            line(&mut text, b"data: ", &self.data);
        }
        text.push(b'\n');
        text.into()
    }
}

fn line(text: &mut Vec<u8>, field: &[u8], value: &[u8]) {
    text.extend_from_slice(field);
    text.extend_from_slice(value);
    text.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_as_the_standard_says() {
        let event =
            SseEvent { id: Some("p1".into()), name: "typing", data: Bytes::from_static(b"{}") };
        assert_eq!(event.render(), "id: p1\nevent: typing\ndata: {}\n\n");
        let alive = SseEvent { id: None, name: "", data: Bytes::new() };
        assert_eq!(alive.render(), ":\n\n");
    }
}
