//! `numeric`, which PostgreSQL makes of a sum of `bigint`, read as an integer.

/// The integer in the binary form of a `numeric`; `None` for a fraction, NaN, or what does not fit.
pub(super) fn integer(raw: &[u8]) -> Option<i64> {
    let mut words = raw.chunks_exact(2).map(|two| i16::from_be_bytes([two[0], two[1]]));
    let (count, weight, sign, _scale) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    let mut value: i128 = 0;
    // Digits are in base 10 000; `weight` is the power of the first, and trailing zeros are left out.
    for (position, digit) in (0..count).zip(words) {
        match weight.checked_sub(position)? {
            power @ 0..=4 => {
                value += i128::from(digit) * 10_000_i128.pow(power.unsigned_abs().into())
            }
            _ => return None,
        }
    }
    match sign {
        0 => value.try_into().ok(),
        0x4000 => (-value).try_into().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::integer;

    fn numeric(words: &[i16]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_be_bytes()).collect()
    }

    #[test]
    fn integers_are_read_and_nothing_else() {
        assert_eq!(integer(&numeric(&[0, 0, 0, 0])), Some(0));
        assert_eq!(integer(&numeric(&[2, 1, 0, 0, 12, 3456])), Some(123_456));
        assert_eq!(integer(&numeric(&[1, 2, 0x4000, 0, 7])), Some(-700_000_000));
        assert_eq!(integer(&numeric(&[2, 0, 0, 1, 1, 5000])), None);
        assert_eq!(integer(&numeric(&[1, 5, 0, 0, 1])), None);
        assert_eq!(integer(&[0, 1]), None);
    }
}
