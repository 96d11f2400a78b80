//! Who is meant by a request at the root, where the dialects stand side by side: decided by method and path
//! first, then by the keys of the body or by credentials. What is not served is struck from every rule.

use crate::{Dialect, routes::Known};
use Dialect::{LiveChat, MessagingApp, MessagingService, Pingtalk, RoomChat};
use axum::http::Method;

/// Whose a request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// This dialect's.
    Of(Dialect),
    /// The body or the credentials decide.
    Shared(Row),
    /// Nobody serves the path with that method, but with these; refused in this dialect's words.
    WrongMethod(Dialect, Vec<Method>),
    /// Nobody serves a path that looks like this dialect's.
    Unknown(Dialect),
    /// No dialect's.
    Nobody,
}

/// A path and method that two dialects have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// `POST /auth/login`.
    Login,
    /// `POST /auth/signup`.
    SignUp,
    /// `POST /auth/logout`.
    Logout,
}

impl Row {
    fn of(method: &Method, path: &str) -> Option<Self> {
        match path {
            "/auth/login" if *method == Method::POST => Some(Self::Login),
            "/auth/signup" if *method == Method::POST => Some(Self::SignUp),
            "/auth/logout" if *method == Method::POST => Some(Self::Logout),
            _ => None,
        }
    }

    /// Who is meant.
    fn meant(self, has: impl Fn(&str) -> bool, authorization: bool) -> Dialect {
        match self {
            Self::Login if has("emailId") => Pingtalk,
            Self::Login => MessagingApp,
            Self::SignUp if ["emailId", "firstName", "lastName"].into_iter().any(has) => Pingtalk,
            Self::SignUp => MessagingService,
            Self::Logout if authorization => MessagingApp,
            Self::Logout => Pingtalk,
        }
    }

    /// Those who stand in it, in order.
    fn standing(self) -> [Dialect; 2] {
        match self {
            Self::Login | Self::Logout => [MessagingApp, Pingtalk],
            Self::SignUp => [MessagingService, Pingtalk],
        }
    }
}

/// What the dialects of a listener know.
pub(crate) struct Claims(Vec<(Dialect, Vec<Known>)>);

impl Claims {
    /// Of these dialects, with what each knows.
    pub(crate) fn new(mut served: Vec<(Dialect, Vec<Known>)>) -> Self {
        served.sort_by_key(|(dialect, _)| *dialect);
        Self(served)
    }

    /// Whose a request is, as far as method and path tell. `HEAD` is as `GET`.
    pub(crate) fn claim(&self, method: &Method, path: &str) -> Claim {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        if let Some(row) = Row::of(method, path)
            && row.standing().into_iter().any(|dialect| self.serves(dialect))
        {
            return Claim::Shared(row);
        }
        let owner = self.0.iter().find(|(_, known)| {
            known.iter().any(|known| known.method == *method && known.fits(path))
        });
        if let Some((dialect, _)) = owner {
            return Claim::Of(*dialect);
        }
        let methods = self.methods(path);
        let shape = shape(path).and_then(|shape| self.or_first(shape));
        match shape.or_else(|| self.0.first().map(|(dialect, _)| *dialect)) {
            Some(shape) if !methods.is_empty() => Claim::WrongMethod(shape, methods),
            _ => shape.map_or(Claim::Nobody, Claim::Unknown),
        }
    }

    /// Who is meant in a row; who is not served leaves it to the first who is.
    pub(crate) fn meant(
        &self,
        row: Row,
        has: impl Fn(&str) -> bool,
        authorization: bool,
    ) -> Option<Dialect> {
        let meant = Some(row.meant(has, authorization)).filter(|meant| self.serves(*meant));
        meant.or_else(|| row.standing().into_iter().find(|dialect| self.serves(*dialect)))
    }

    /// Whether a dialect is served.
    pub(crate) fn serves(&self, dialect: Dialect) -> bool {
        self.0.iter().any(|(served, _)| *served == dialect)
    }

    /// This dialect, or the first that is served.
    pub(crate) fn or_first(&self, dialect: Dialect) -> Option<Dialect> {
        let first = self.0.first().map(|(dialect, _)| *dialect);
        Some(dialect).filter(|dialect| self.serves(*dialect)).or(first)
    }

    fn methods(&self, path: &str) -> Vec<Method> {
        let mut methods: Vec<Method> = Vec::new();
        for known in self.0.iter().flat_map(|(_, known)| known).filter(|known| known.fits(path)) {
            if !methods.contains(&known.method) {
                methods.push(known.method.clone());
            }
        }
        methods
    }
}

/// In whose words a path that nobody serves is refused, where it stands under a prefix of the dialects.
fn shape(path: &str) -> Option<Dialect> {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("auth" | "users" | "messages" | "chats", _) => Some(MessagingApp),
        ("chat" | "profile" | "request", _) => Some(Pingtalk),
        ("activity", _) => Some(MessagingService),
        ("api", Some("v1")) | ("api-docs", _) => Some(RoomChat),
        ("api" | "ws", _) => Some(LiveChat),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Routes;

    async fn nothing() {}

    /// All of them, with some of what they know.
    fn claims(without: &[Dialect]) -> Claims {
        let knows = |dialect| match dialect {
            MessagingService => {
                let paths = [
                    "/auth/signup",
                    "/auth/signin",
                    "/users/block",
                    "/chat/messages/get",
                    "/activity/get",
                ];
                paths.into_iter().fold(Routes::default(), |routes, path| routes.post(path, nothing))
            }
            MessagingApp => Routes::default()
                .post("/auth/login", nothing)
                .post("/auth/logout", nothing)
                .post("/auth/register", nothing)
                .get("/users/{username}", nothing)
                .get("/health", nothing),
            RoomChat => Routes::default().post("/api/v1/auth/signup", nothing),
            LiveChat => Routes::default().get("/api/messages", nothing),
            Pingtalk => Routes::default()
                .post("/auth/login", nothing)
                .post("/auth/signup", nothing)
                .post("/auth/logout", nothing)
                .get("/chat/messages/{chat}", nothing)
                .get("/health", nothing),
        };
        let served = Dialect::ALL.into_iter().filter(|dialect| !without.contains(dialect));
        Claims::new(served.map(|dialect| (dialect, knows(dialect).known)).collect())
    }

    #[test]
    fn method_and_path_decide_first() {
        let claims = claims(&[]);
        let claim = |method: Method, path: &str| claims.claim(&method, path);
        assert_eq!(claim(Method::POST, "/auth/signin"), Claim::Of(MessagingService));
        assert_eq!(claim(Method::POST, "/users/block"), Claim::Of(MessagingService));
        assert_eq!(claim(Method::GET, "/users/block"), Claim::Of(MessagingApp));
        assert_eq!(claim(Method::HEAD, "/users/nora"), Claim::Of(MessagingApp));
        assert_eq!(claim(Method::POST, "/chat/messages/get"), Claim::Of(MessagingService));
        assert_eq!(claim(Method::GET, "/chat/messages/get"), Claim::Of(Pingtalk));
        assert_eq!(claim(Method::GET, "/health"), Claim::Of(MessagingApp));
        assert_eq!(claim(Method::POST, "/auth/login"), Claim::Shared(Row::Login));
    }

    #[test]
    fn keys_and_credentials_decide_the_rest() {
        let claims = claims(&[]);
        let meant = |row, keys: &[&str], authorization| {
            claims.meant(row, |key| keys.contains(&key), authorization).unwrap()
        };
        assert_eq!(meant(Row::Login, &["emailId", "username"], false), Pingtalk);
        assert_eq!(meant(Row::Login, &[], true), MessagingApp);
        for key in ["emailId", "firstName", "lastName"] {
            assert_eq!(meant(Row::SignUp, &[key], false), Pingtalk);
        }
        assert_eq!(meant(Row::SignUp, &["username"], true), MessagingService);
        assert_eq!(meant(Row::Logout, &["emailId"], true), MessagingApp);
        assert_eq!(meant(Row::Logout, &[], false), Pingtalk);
    }

    #[test]
    fn who_is_off_is_struck() {
        let off = claims(&[Pingtalk]);
        assert_eq!(off.meant(Row::Login, |_| true, false), Some(MessagingApp));
        assert_eq!(off.claim(&Method::GET, "/chat/nothing"), Claim::Unknown(MessagingService));
        let off = claims(&[MessagingApp, Pingtalk]);
        assert_eq!(off.claim(&Method::GET, "/users/nora"), Claim::Unknown(MessagingService));
        assert_eq!(off.claim(&Method::GET, "/health"), Claim::Nobody);
        assert_eq!(claims(&Dialect::ALL).claim(&Method::GET, "/auth/x"), Claim::Nobody);
    }

    #[test]
    fn what_nobody_knows_is_refused_by_its_prefix() {
        let claims = claims(&[]);
        for (path, dialect) in [
            ("/auth/x", MessagingApp),
            ("/users", MessagingApp),
            ("/chats/a/b/c", MessagingApp),
            ("/chat/x", Pingtalk),
            ("/request", Pingtalk),
            ("/activity/x", MessagingService),
            ("/api/v1/x", RoomChat),
            ("/api-docs/x", RoomChat),
            ("/api/x", LiveChat),
            ("/ws/x", LiveChat),
        ] {
            assert_eq!(claims.claim(&Method::GET, path), Claim::Unknown(dialect), "{path}");
        }
        assert_eq!(claims.claim(&Method::GET, "/authors"), Claim::Nobody);
        let wrong = claims.claim(&Method::PUT, "/chat/messages/get");
        assert_eq!(wrong, Claim::WrongMethod(Pingtalk, vec![Method::POST, Method::GET]));
        let wrong = claims.claim(&Method::GET, "/auth/login");
        assert_eq!(wrong, Claim::WrongMethod(MessagingApp, vec![Method::POST]));
    }
}
