//! One instant for the whole product: nanoseconds since 1970, UTC. In JSON it is RFC 3339 with
//! milliseconds and `Z`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, time::Duration};

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-11-21T09:30:00.000Z"))]
pub struct Time(pub i64);

impl Time {
    /// This instant moved forward.
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// This instant moved back.
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// As HTTP writes dates (RFC 9110, section 5.6.7).
    pub fn http_date(self) -> String {
        let instant = jiff::Timestamp::from_nanosecond(i128::from(self.0)).unwrap_or_default();
        instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// Whole seconds since 1970, as tokens and headers count.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant =
            jiff::Timestamp::from_nanosecond(i128::from(self.0)).map_err(|_| fmt::Error)?;
        write!(f, "{instant:.3}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let instant: jiff::Timestamp =
            text.parse().map_err(|_| D::Error::custom("not an RFC 3339 time"))?;
        i64::try_from(instant.as_nanosecond())
            .map(Self)
            .map_err(|_| D::Error::custom("time out of range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_rfc_3339_with_milliseconds() {
        let time = Time(1_795_253_400_123_456_789);
        let text = serde_json::to_string(&time).unwrap();
        assert_eq!(text, "\"2026-11-21T09:30:00.123Z\"");
        assert_eq!(serde_json::from_str::<Time>(&text).unwrap(), Time(1_795_253_400_123_000_000));
        assert!(serde_json::from_str::<Time>("\"yesterday\"").is_err());
        assert_eq!(time.http_date(), "Sat, 21 Nov 2026 09:30:00 GMT");
    }
}
