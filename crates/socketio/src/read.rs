//! Reads the text of a Socket.IO packet: strict, without recursion, and without copying arguments.

use crate::{Event, Limits, Namespace, Packet, Violation, packet::RESERVED};
use bytes::Bytes;
use serde_json::value::RawValue;

/// A packet without its attachments, and how many there will be.
pub(crate) type Read = (Packet, usize);

/// Reads one packet.
pub(crate) fn packet(text: &Bytes, limits: &Limits) -> Result<Read, Violation> {
    if text.len() > limits.bytes {
        return Err(Violation::TooBig);
    }
    let all = std::str::from_utf8(text).map_err(|_| Violation::Utf8)?;
    let kind = *text.first().ok_or(Violation::Empty)?;
    let rest = all.get(1..).ok_or(Violation::Kind)?;
    let (attachments, rest) = match kind {
        b'5' | b'6' => attachments(rest, limits)?,
        _ => (0, rest),
    };
    let (namespace, rest) = namespace(rest)?;
    let (id, json) = match kind {
        b'2' | b'3' | b'5' | b'6' => id(rest)?,
        _ => (None, rest),
    };
    let is_event = matches!(kind, b'2' | b'5');
    let is_deep = is_too_deep(json.as_bytes(), limits.depth);
    if is_deep && (limits.strict || !is_event) {
        return Err(Violation::Depth);
    }
    let data = || text.slice_ref(json.as_bytes());
    let packet = match kind {
        b'0' => Packet::Connect { namespace, data: object_or_nothing(json).map(|()| data())? },
        b'1' if json.is_empty() => Packet::Disconnect { namespace },
        b'2' | b'5' => {
            Packet::Event(Event { namespace, id, ..event(text, json, is_deep, limits.strict)? })
        }
        b'3' | b'6' => {
            let id = id.ok_or(Violation::Id)?;
            array(json)?;
            Packet::Ack { namespace, id, data: data(), attachments: Vec::new() }
        }
        b'4' => Packet::ConnectError { namespace, data: object_or_nothing(json).map(|()| data())? },
        b'1' => return Err(Violation::Payload),
        _ => return Err(Violation::Kind),
    };
    Ok((packet, attachments))
}

/// `<number>-`
fn attachments<'a>(text: &'a str, limits: &Limits) -> Result<(usize, &'a str), Violation> {
    let (digits, rest) = text.split_once('-').ok_or(Violation::Attachments)?;
    let count = number(digits).ok_or(Violation::Attachments)? as usize;
    if count > limits.attachments { Err(Violation::Attachments) } else { Ok((count, rest)) }
}

/// `<namespace>,`, or what is left when nothing follows it.
fn namespace(text: &str) -> Result<(Namespace, &str), Violation> {
    if !text.starts_with('/') {
        return Ok((Namespace::main(), text));
    }
    let (name, rest) = text.split_once(',').unwrap_or((text, ""));
    Ok((Namespace::named(name).ok_or(Violation::Namespace)?, rest))
}

/// The digits before the payload.
fn id(text: &str) -> Result<(Option<u64>, &str), Violation> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    Ok((Some(number(digits).ok_or(Violation::Id)?), rest))
}

/// A number in digits alone, within what a JavaScript number holds exactly.
fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| plain && *number < 1 << 53)
}

fn object_or_nothing(json: &str) -> Result<(), Violation> {
    let is_object = json.starts_with('{') && serde_json::from_str::<&RawValue>(json).is_ok();
    if json.is_empty() || is_object { Ok(()) } else { Err(Violation::Payload) }
}

fn array(json: &str) -> Result<Vec<&RawValue>, Violation> {
    let array = json.starts_with('[').then(|| serde_json::from_str(json).ok()).flatten();
    array.ok_or(Violation::Payload)
}

/// Name and arguments; none of these where they are nested too deep.
fn event(text: &Bytes, json: &str, is_deep: bool, strict: bool) -> Result<Event, Violation> {
    let values = array(json)?;
    let (name, args) = match values.split_first() {
        Some((first, args)) => (name(first.get(), strict)?, args),
        None if strict => return Err(Violation::Payload),
        None => (String::new(), &[][..]),
    };
    let args = args.iter().filter(|_| !is_deep).map(|arg| text.slice_ref(arg.get().as_bytes()));
    Ok(Event { name, args: args.collect(), ..Event::default() })
}

/// A name is text, or a number as older clients could send it.
fn name(json: &str, strict: bool) -> Result<String, Violation> {
    let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    match serde_json::from_str::<String>(json) {
        Ok(name) if strict && RESERVED.contains(&name.as_str()) => Err(Violation::Reserved),
        Ok(name) => Ok(name),
        Err(_) if is_number || !strict => Ok(json.to_owned()),
        Err(_) => Err(Violation::Payload),
    }
}

/// One pass over the bytes: nothing is allocated and nothing recurses for what is too deep.
fn is_too_deep(json: &[u8], deepest: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > deepest {
                    return true;
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
