//! Close codes and close payloads (RFC 6455, section 7.4 and the IANA registry).

use bytes::Bytes;

use super::decoder::Violation;

/// The purpose was fulfilled.
pub const NORMAL: u16 = 1000;
/// The endpoint goes away: a page closes, a server stops.
pub const GOING_AWAY: u16 = 1001;
/// The peer broke the protocol.
pub const PROTOCOL_ERROR: u16 = 1002;
/// The peer sent a kind of data that is not spoken here.
pub const UNSUPPORTED: u16 = 1003;
/// A text message was not UTF-8.
pub const INVALID_PAYLOAD: u16 = 1007;
/// A rule of ours was broken; the reason names it.
pub const POLICY: u16 = 1008;
/// A message was larger than the limit.
pub const TOO_BIG: u16 = 1009;
/// The server failed.
pub const INTERNAL: u16 = 1011;
/// The server restarts; come back.
pub const RESTART: u16 = 1012;
/// The server is overloaded; come back later.
pub const TRY_AGAIN: u16 = 1013;

/// The longest reason a close frame can carry, in bytes.
pub const MAX_REASON: usize = 123;

/// Whether a peer may put this code into a close frame: the registered ones, and 3000 to 4999 for
/// libraries and applications. 1004, 1005, 1006 and 1015 never travel.
pub fn is_valid(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The payload of a close frame. A reason beyond [`MAX_REASON`] is cut at a character boundary.
pub fn payload(code: u16, reason: &str) -> Vec<u8> {
    let reason = &reason[..reason.floor_char_boundary(MAX_REASON)];
    let mut payload = Vec::with_capacity(2 + reason.len());
    payload.extend_from_slice(&code.to_be_bytes());
    payload.extend_from_slice(reason.as_bytes());
    payload
}

/// Reads the payload of a close frame: nothing at all, or a valid code and a UTF-8 reason.
pub(super) fn parse(mut payload: Bytes) -> Result<(Option<u16>, Bytes), Violation> {
    match payload.len() {
        0 => return Ok((None, payload)),
        1 => return Err(Violation::ClosePayload),
        _ => {}
    }
    let code = payload.split_to(2);
    let code = u16::from_be_bytes([code[0], code[1]]);
    if !is_valid(code) {
        return Err(Violation::CloseCode(code));
    }
    std::str::from_utf8(&payload).map_err(|_| Violation::Utf8)?;
    Ok((Some(code), payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_that_may_travel_are_valid() {
        for code in [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999] {
            assert!(is_valid(code), "{code}");
        }
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, u16::MAX] {
            assert!(!is_valid(code), "{code}");
        }
    }

    #[test]
    fn long_reasons_are_cut_between_characters() {
        let payload = payload(POLICY, &"é".repeat(100));
        assert_eq!(payload.len(), 2 + 122);
        let (code, reason) = parse(payload.into()).unwrap();
        assert_eq!(code, Some(POLICY));
        assert_eq!(std::str::from_utf8(&reason).unwrap(), "é".repeat(61));
    }

    #[test]
    fn malformed_payloads_are_refused() {
        assert_eq!(parse(Bytes::new()), Ok((None, Bytes::new())));
        assert_eq!(parse(Bytes::from_static(&[3])), Err(Violation::ClosePayload));
        assert_eq!(parse(Bytes::from_static(&[3, 237])), Err(Violation::CloseCode(1005)));
        assert_eq!(parse(Bytes::from_static(&[3, 232, 0xff])), Err(Violation::Utf8));
    }
}
