//! One dialect, ready to be served: its routes behind the edge, with its own words for what it refuses.

use crate::{
    Dialect, Options,
    describe::{Description, document},
    desk::Desk,
    health::health,
    live_chat, messaging_app, messaging_service, pingtalk,
    refusal::Refusal,
    room_chat,
    routes::{Known, Routes, SESSIONS, serving},
    sessions::{Crossing, Doors, endpoint},
    wording::word,
};
use axum::{
    Router,
    extract::Request,
    http::{Method, Uri},
    response::Response,
};
use chinwag_api::{Beside, Document};
use chinwag_gateway::sio::Adapter;
use chinwag_wire::Code;
use std::sync::Arc;
use tower::ServiceExt as _;

/// A dialect with all that it serves.
#[derive(Clone)]
pub(crate) struct Mounted {
    pub(crate) dialect: Dialect,
    /// What it serves at the root, for telling who is meant.
    pub(crate) known: Vec<Known>,
    /// What it serves besides, where it is alone.
    private: Vec<Known>,
    /// How it speaks Socket.IO, if it does.
    pub(crate) adapter: Option<Arc<dyn Adapter>>,
    /// Everything, and its refusal of what it does not know.
    routes: Router,
    no_path: Router,
    wrong_method: Router,
}

/// The dialects that are switched on.
pub(crate) fn mounted(desk: &Desk) -> Vec<Mounted> {
    let Options { messaging_service, messaging_app, room_chat, live_chat, pingtalk, .. } =
        &desk.options;
    let on = [
        (Dialect::MessagingService, messaging_service.then(messaging_service::routes)),
        (Dialect::MessagingApp, messaging_app.as_ref().map(|_| messaging_app::routes(desk))),
        (Dialect::RoomChat, room_chat.as_ref().map(|_| room_chat::routes(desk))),
        (Dialect::LiveChat, live_chat.as_ref().map(|_| live_chat::routes())),
        (Dialect::Pingtalk, pingtalk.as_ref().map(|_| pingtalk::routes(desk))),
    ];
    let mount =
        |(dialect, routes): (Dialect, Option<Routes>)| Some(Mounted::new(desk, dialect, routes?));
    on.into_iter().filter_map(mount).collect()
}

/// The descriptions of those, each written when somebody asks.
pub(crate) fn documents(options: &Options) -> Vec<Document> {
    let Options { messaging_service, messaging_app, room_chat, live_chat, pingtalk, .. } = options;
    let described: [(bool, Dialect, &'static Description); 5] = [
        (
            *messaging_service,
            Dialect::MessagingService,
            &messaging_service::description::DESCRIPTION,
        ),
        (messaging_app.is_some(), Dialect::MessagingApp, &messaging_app::description::DESCRIPTION),
        (room_chat.is_some(), Dialect::RoomChat, &room_chat::description::DESCRIPTION),
        (live_chat.is_some(), Dialect::LiveChat, &live_chat::description::DESCRIPTION),
        (pingtalk.is_some(), Dialect::Pingtalk, &pingtalk::description::DESCRIPTION),
    ];
    let on = described.into_iter().filter(|(on, ..)| *on);
    on.map(|(_, dialect, description)| Document {
        name: dialect.name(),
        path: description.path,
        write: Arc::new(move || document(description, "/").to_string()),
    })
    .collect()
}

impl Mounted {
    fn new(desk: &Desk, dialect: Dialect, routes: Routes) -> Self {
        let routes = routes.get("/health", health).get("/api/health", health);
        let (Routes { known, router, adapter, .. }, private) = routes.with_sessions(desk);
        let refusing = move |code: Code| {
            let refuse =
                async move |method: Method, uri: Uri| refusal(dialect, code, &method, &uri);
            Router::new().fallback(refuse)
        };
        let router = router
            .fallback_service(refusing(Code::NotFound))
            .method_not_allowed_fallback(async || Refusal::from(Code::MethodNotAllowed))
            .with_state(desk.clone());
        let routes = behind_edge(desk, dialect, router);
        let no_path = behind_edge(desk, dialect, refusing(Code::NotFound));
        let wrong_method = behind_edge(desk, dialect, refusing(Code::MethodNotAllowed));
        Self { dialect, known, private, adapter, routes, no_path, wrong_method }
    }

    /// Whether it serves this path at all.
    pub(crate) fn knows(&self, path: &str) -> bool {
        self.known.iter().chain(&self.private).any(|known| known.fits(path))
    }

    /// Serves a request as this dialect, whatever it asks for.
    pub(crate) async fn serve(&self, request: Request) -> Response {
        answered(self.routes.clone(), request).await
    }

    /// Refuses a path that nobody knows.
    pub(crate) async fn refuse_path(&self, request: Request) -> Response {
        answered(self.no_path.clone(), request).await
    }

    /// Refuses a method that nobody knows there.
    pub(crate) async fn refuse_method(&self, request: Request) -> Response {
        answered(self.wrong_method.clone(), request).await
    }
}

/// The sessions at the root, where several dialects stand side by side; absent where none speaks Socket.IO.
pub(crate) fn crossing(desk: &Desk, dialects: &[Mounted]) -> Option<Router> {
    let doors = dialects.iter().filter_map(|one| Some((one.dialect, one.adapter.clone()?)));
    let doors: Doors = doors.collect();
    let first = doors.first()?.0;
    let serving = serving(endpoint(desk, move || Arc::new(Crossing::new(&doors))));
    let mut router = Router::new();
    for path in SESSIONS {
        router = router.route(path, serving.clone());
    }
    let refuse = async || Refusal::from(Code::MethodNotAllowed);
    let router = router.method_not_allowed_fallback(refuse).with_state(desk.clone());
    Some(behind_edge(desk, first, router))
}

/// A router behind the edge, with a dialect's words for what is refused.
fn behind_edge(desk: &Desk, dialect: Dialect, router: Router) -> Router {
    let word = Arc::new(move |response: &mut Response| word(dialect, response));
    let uploads = if dialect == Dialect::Pingtalk { pingtalk::UPLOADS } else { &[] };
    desk.native.beside(router, Beside { name: dialect.name(), word, uploads })
}

/// What a router answers: it always does.
pub(crate) async fn answered(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The refusal of a path or a method. One dialect names both.
fn refusal(dialect: Dialect, code: Code, method: &Method, uri: &Uri) -> Refusal {
    let refusal = Refusal::from(code);
    match (dialect, code) {
        (Dialect::RoomChat, Code::NotFound) => {
            refusal.in_words(format!("Cannot {method} {}", uri.path()))
        }
        _ => refusal,
    }
}
