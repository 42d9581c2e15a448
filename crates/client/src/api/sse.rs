//! Reads server-sent events (the WHATWG HTML standard, § 9.2) from chunks that may be cut anywhere.

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// Its name; empty means `message`.
    pub name: String,
    /// Its data, lines joined by a line feed.
    pub data: String,
}

/// More bytes than this without the end of an event are no stream of ours: a page is at most
/// [`palier_wire::MAX_STREAM_BYTES`], and JSON of one oversized change a few times that.
const MAX_PENDING: usize = 4 * 1024 * 1024;

/// The bytes are no stream of server-sent events that ends its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event larger than {MAX_PENDING} bytes")]
pub struct Oversized;

/// Collects bytes and gives events.
#[derive(Debug, Default)]
pub struct SseParser {
    line: Vec<u8>,
    after_carriage_return: bool,
    event: SseEvent,
    has_data: bool,
    retry_ms: Option<u64>,
}

impl SseParser {
    /// Takes the next bytes; gives the events that they completed.
    ///
    /// # Errors
    /// When an event grows beyond any that the server sends.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, Oversized> {
        let mut events = Vec::new();
        for &byte in bytes {
            let line_feed_of_pair = byte == b'\n' && self.after_carriage_return;
            self.after_carriage_return = byte == b'\r';
            match byte {
                _ if line_feed_of_pair => {}
                b'\n' | b'\r' => events.extend(self.end_of_line()),
                _ => self.line.push(byte),
            }
            if self.line.len() + self.event.data.len() > MAX_PENDING {
                return Err(Oversized);
            }
        }
        Ok(events)
    }

    /// How long the server wants the client to wait before it opens the stream anew.
    pub fn retry_ms(&self) -> Option<u64> {
        self.retry_ms
    }

    fn end_of_line(&mut self) -> Option<SseEvent> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('\u{FEFF}');
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event.name = value.to_owned(),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            "retry" => self.retry_ms = value.parse().ok().or(self.retry_ms),
            // `id` is not needed: a stream is always opened at the *stored* cursor. An empty field
            // is a comment, which is how heartbeats look.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> SseEvent {
        SseEvent {
            name: name.into(),
            data: data.into(),
        }
    }

    #[test]
    fn events_are_read_wherever_the_bytes_are_cut() {
        let text =
            ": hello\n\nid: 7\nevent: changes\r\ndata: {\"é\":1}\r\n\r\nevent:behind\ndata:\n\n";
        let whole = vec![event("changes", "{\"é\":1}"), event("behind", "")];
        for cut in 0..text.len() {
            let mut parser = SseParser::default();
            let (head, tail) = text.as_bytes().split_at(cut);
            let mut events = parser.feed(head).unwrap();
            events.extend(parser.feed(tail).unwrap());
            assert_eq!(events, whole, "cut at {cut}");
        }
    }

    #[test]
    fn several_data_lines_are_joined_and_an_event_without_data_is_none() {
        let mut parser = SseParser::default();
        let events = parser
            .feed(b"data: a\ndata: b\n\nevent: nothing\n\ndata: c\n\n")
            .unwrap();
        assert_eq!(events, [event("", "a\nb"), event("", "c")]);
    }

    #[test]
    fn the_wait_before_the_next_opening_is_kept() {
        let mut parser = SseParser::default();
        parser.feed(b"retry: 4200\n\nretry: soon\n\n").unwrap();
        assert_eq!(parser.retry_ms(), Some(4200));
    }

    #[test]
    fn a_line_without_an_end_is_given_up() {
        let mut parser = SseParser::default();
        let chunk = vec![b'x'; 1024 * 1024];
        let outcome: Result<Vec<_>, _> = (0..5).map(|_| parser.feed(&chunk)).collect();
        assert_eq!(outcome, Err(Oversized));
    }
}
