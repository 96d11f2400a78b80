//! Which part of a list a query asks for.

use super::faults::Faults;
use crate::{query::pairs, refusal::Refusal};

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    pub(super) limit: u32,
    pub(super) offset: u32,
}

impl Paging {
    /// Reads `limit` and `offset`; other keys are others' affair.
    ///
    /// # Errors
    /// Those that are no whole numbers, or out of range.
    pub(super) fn read(query: &str) -> Result<Self, Refusal> {
        let (mut faults, mut paging) = (Faults::default(), Self { limit: 50, offset: 0 });
        for (key, value) in pairs(query) {
            let number = value.parse::<u32>().ok();
            match (key.as_str(), number) {
                ("limit", Some(limit @ 1..=100)) => paging.limit = limit,
                ("offset", Some(offset)) if i32::try_from(offset).is_ok() => paging.offset = offset,
                ("limit", _) => faults.other("limit", "Limit must be a whole number from 1 to 100"),
                ("offset", _) => faults.other("offset", "Offset must be a whole number from 0"),
                _ => {}
            }
        }
        faults.none().map(|()| paging)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_in_range() {
        assert_eq!(Paging::read("").unwrap(), Paging { limit: 50, offset: 0 });
        let read = Paging::read("cursor=x&limit=100&offset=7&search=%20").unwrap();
        assert_eq!(read, Paging { limit: 100, offset: 7 });
        for wrong in [
            "limit=0",
            "limit=101",
            "limit=",
            "limit=1.5",
            "limit=x",
            "offset=-1",
            "offset=99999999999",
        ] {
            assert!(Paging::read(wrong).is_err(), "{wrong}");
        }
    }
}
