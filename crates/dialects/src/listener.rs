//! What a listener of its own serves.

use crate::Dialect;

/// Which dialects, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// One, at the root: it answers everything.
    One(Dialect),
    /// A part of one: what stands under this path there stands at the root here.
    Part(Dialect, &'static str),
    /// Several, side by side.
    Several(Vec<Dialect>),
}

impl Serves {
    /// What a list of names means: names of dialects, or `pingtalk/chat` alone.
    ///
    /// # Errors
    /// The first that is none, or a list that means nothing.
    pub fn of(names: &[String]) -> Result<Self, String> {
        if names.iter().map(String::as_str).eq(["pingtalk/chat"]) {
            return Ok(Self::Part(Dialect::Pingtalk, "/chat"));
        }
        let wrong = |name: &String| {
            let known = Dialect::ALL.map(Dialect::name).join(", ");
            format!("`{name}` is not served alone; there are {known}, and pingtalk/chat by itself")
        };
        let dialect = |name: &String| Dialect::named(name).ok_or_else(|| wrong(name));
        let mut dialects = names.iter().map(dialect).collect::<Result<Vec<_>, _>>()?;
        dialects.sort();
        dialects.dedup();
        match dialects.as_slice() {
            [] => Err("name the dialects that it serves".to_owned()),
            [one] => Ok(Self::One(*one)),
            _ => Ok(Self::Several(dialects)),
        }
    }

    /// Those it serves.
    pub fn dialects(&self) -> Vec<Dialect> {
        match self {
            Self::One(dialect) | Self::Part(dialect, _) => vec![*dialect],
            Self::Several(dialects) => dialects.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_mean_what_they_name() {
        let of = |names: &[&str]| {
            Serves::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(&["room-chat"]), Ok(Serves::One(Dialect::RoomChat)));
        assert_eq!(of(&["pingtalk/chat"]), Ok(Serves::Part(Dialect::Pingtalk, "/chat")));
        let two = Serves::Several(vec![Dialect::MessagingService, Dialect::Pingtalk]);
        assert_eq!(of(&["pingtalk", "messaging-service", "pingtalk"]), Ok(two));
        assert!(
            of(&[]).is_err() && of(&["pingtalk/chat", "pingtalk"]).is_err() && of(&["x"]).is_err()
        );
    }
}
