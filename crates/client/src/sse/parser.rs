//! The stream as text: bytes in, messages out, however they are cut.

/// One message of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// Its id, where one was given.
    pub(super) id: Option<String>,
    /// Its data, lines joined.
    pub(super) data: String,
}

/// Reads the stream line by line. Lines end with LF or CR LF, as our server writes them; a lone CR does not.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    id: Option<String>,
    data: Option<String>,
}

impl Parser {
    /// Takes the next bytes; answers with the messages that they complete.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.last() == Some(&b'\n') {
                let line = std::mem::take(&mut self.line);
                let line = String::from_utf8_lossy(&line);
                messages.extend(self.take(line.trim_end_matches(['\r', '\n'])));
            }
        }
        messages
    }

    fn take(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            let id = self.id.take();
            return self.data.take().map(|data| Message { id, data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.id = Some(value.to_owned()),
            "data" => match &mut self.data {
                Some(data) => data.extend(["\n", value]),
                None => self.data = Some(value.to_owned()),
            },
            // Comments and names: the data says all.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "retry: 1000\n\n: hello\n\nid: 1\nevent: x\ndata: {\"a\":\ndata: 1}\n\r\ndata:é\n\nid: 3\ndata: cut";

    #[test]
    fn messages_are_read_however_they_are_cut() {
        let whole = Parser::default().feed(STREAM.as_bytes());
        let joined = Message { id: Some("1".into()), data: "{\"a\":\n1}".into() };
        let plain = Message { id: None, data: "é".into() };
        assert_eq!(whole, [joined, plain]);
        for step in 1..7 {
            let mut parser = Parser::default();
            let read: Vec<_> =
                STREAM.as_bytes().chunks(step).flat_map(|chunk| parser.feed(chunk)).collect();
            assert_eq!(read, whole, "cut every {step}");
        }
    }
}
