//! The two flavours of answer, as documented and as in use. A request has exactly one.

use axum::http::HeaderMap;

/// How an answer is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// As the documentation says.
    Documented,
    /// As deployed clients know it.
    InUse,
}

impl Flavour {
    /// What the request itself asks for: by its header, else by the spelling of its path.
    pub(super) fn asked(headers: &HeaderMap, path: &str) -> Option<Self> {
        match headers.get("chinwag-shape").map(|value| value.as_bytes()) {
            Some(b"documented") => Some(Self::Documented),
            Some(b"in-use") => Some(Self::InUse),
            _ => Self::spelt(path),
        }
    }

    /// What the spelling of the path asks for, and of what a session is opened through it.
    pub(super) fn spelt(path: &str) -> Option<Self> {
        match path {
            "/auth/singup" | "/auth/singin" | "/auth/singout" => Some(Self::Documented),
            "/auth/signup" | "/auth/signin" | "/auth/signout" => Some(Self::InUse),
            _ => None,
        }
    }

    /// What the session was opened with.
    pub(super) fn of_surface(surface: &str) -> Self {
        if surface == Self::Documented.surface() { Self::Documented } else { Self::InUse }
    }

    /// What a session opened with it is called.
    pub(super) fn surface(self) -> &'static str {
        match self {
            Self::Documented => "messaging-service/documented",
            Self::InUse => "messaging-service/in-use",
        }
    }

    /// The word for success.
    pub(super) fn done(self) -> &'static str {
        match self {
            Self::Documented => "succeed",
            Self::InUse => "succeeded",
        }
    }

    /// The word for what came of a sign-in.
    pub(super) fn result(self, succeeded: bool) -> &'static str {
        match (self, succeeded) {
            (Self::Documented, true) => "succeed",
            (Self::Documented, false) => "failed",
            (Self::InUse, true) => "Succeeded",
            (Self::InUse, false) => "Failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_comes_first() {
        let asked = |shape: &str, path: &str| {
            let headers =
                HeaderMap::from_iter([("chinwag-shape".parse().unwrap(), shape.parse().unwrap())]);
            Flavour::asked(&headers, path)
        };
        assert_eq!(asked("documented", "/auth/signin"), Some(Flavour::Documented));
        assert_eq!(asked("in-use", "/auth/singin"), Some(Flavour::InUse));
        assert_eq!(
            asked("Documented", "/auth/signin"),
            Some(Flavour::InUse),
            "any other is ignored"
        );
        assert_eq!(asked("x", "/auth/singout"), Some(Flavour::Documented));
        assert_eq!(asked("x", "/chats/get"), None);
        for flavour in [Flavour::Documented, Flavour::InUse] {
            assert_eq!(Flavour::of_surface(flavour.surface()), flavour);
        }
        assert_eq!(Flavour::of_surface("messaging-app"), Flavour::InUse);
    }
}
