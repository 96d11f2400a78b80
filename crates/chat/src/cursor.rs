//! Cursors of lists: the place of the last item, opaque to clients.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::{Code, Page, Problem};
use uuid::Uuid;

/// Where a page ended: the value it is ordered by, and the id that breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) order: i64,
    pub(crate) id: Uuid,
}

impl Cursor {
    /// Before everything, for a list that ascends.
    pub(crate) const FIRST: Self = Self { order: i64::MIN, id: Uuid::nil() };
    /// After everything, for a list that descends.
    pub(crate) const LAST: Self = Self { order: i64::MAX, id: Uuid::max() };

    /// Reads what [`Cursor::encode`] wrote; `start` where there is none.
    ///
    /// # Errors
    /// `cursor_invalid` for anything else.
    pub(crate) fn decode(text: Option<&str>, start: Self) -> Result<Self, Problem> {
        let Some(text) = text else { return Ok(start) };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Code::CursorInvalid)?;
        let bytes: [u8; 24] = bytes.try_into().map_err(|_| Code::CursorInvalid)?;
        let (order, id) = bytes.split_at(8);
        let order = i64::from_be_bytes(order.try_into().expect("split at eight"));
        Ok(Self { order, id: Uuid::from_slice(id).expect("sixteen bytes remain") })
    }

    /// As clients carry it.
    pub(crate) fn encode(self) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.order.to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// Most items of a page.
const MOST: u32 = 200;

/// How many items a page shall have.
///
/// # Errors
/// `invalid` outside 1 to 200.
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Problem> {
    match asked.unwrap_or(50) {
        limit @ 1..=MOST => Ok(limit as usize),
        _ => Err(Problem::field("limit", "must be 1 to 200")),
    }
}

/// Makes a page of up to `limit` from `limit + 1` items read, so that the last page says so.
pub(crate) fn page<T>(mut items: Vec<T>, limit: usize, place: impl Fn(&T) -> Cursor) -> Page<T> {
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|item| place(item).encode());
    Page { items, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_went_and_refuses_the_rest() {
        let cursor = Cursor { order: -7, id: Uuid::from_u128(42) };
        assert_eq!(Cursor::decode(Some(&cursor.encode()), Cursor::FIRST), Ok(cursor));
        assert_eq!(Cursor::decode(None, Cursor::LAST), Ok(Cursor::LAST));
        for bad in ["", "x", "AAAA", "!!!!", &"A".repeat(400)] {
            assert_eq!(
                Cursor::decode(Some(bad), Cursor::FIRST).unwrap_err().code,
                Code::CursorInvalid
            );
        }
    }
}
