//! The front door: finds out whose a request is, native or a dialect's, and hands it on.

use crate::{
    Dialect, Options, Serves,
    body::{self, Fields},
    claims::{Claim, Claims, Row},
    cors::{Page, preflight},
    desk::Desk,
    live_chat::dress,
    mount::{Mounted, answered, crossing, documents, mounted},
    pingtalk,
    refusal::Refusal,
    routes::SESSIONS,
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    response::{IntoResponse as _, Response},
};
use chinwag_api::{Native, Unrouted};
use chinwag_broker::Broker;
use chinwag_chat::Chat;
use chinwag_gateway::Gateway;
use std::sync::Arc;

/// Where a dialect is mounted for itself.
const MOUNT: &str = "/dialects/";
/// What a gateway of deployed clients answers to whatever it does not know.
const GATEWAY: &str = "Messaging App API Gateway\n";

/// Everything that is served, to be put on listeners.
#[derive(Clone)]
pub struct Surfaces {
    desk: Desk,
    routes: Router,
    dialects: Vec<Mounted>,
}

/// The native surface, and the dialects that are switched on. Their health asks the broker, if there is one.
pub fn surfaces(
    chat: Chat,
    gateway: Gateway,
    native: Native,
    options: Options,
    broker: Option<Broker>,
) -> Surfaces {
    let routes = native.routes(&documents(&options));
    let desk = Desk::new(chat, gateway, native, options, broker);
    Surfaces { routes, dialects: mounted(&desk), desk }
}

impl Surfaces {
    /// What the main listener serves: everything.
    pub fn all(&self) -> Router {
        self.front(self.dialects.clone(), Alone::No { native: true })
    }

    /// What a listener of its own serves. What is switched off is not there.
    pub fn some(&self, serves: &Serves) -> Router {
        let served = serves.dialects();
        let dialects = self.dialects.iter().filter(|mounted| served.contains(&mounted.dialect));
        let dialects: Vec<_> = dialects.cloned().collect();
        let alone = match (serves, dialects.is_empty()) {
            (Serves::One(dialect), false) => Alone::Whole(*dialect),
            (Serves::Part(dialect, under), false) => Alone::Part(*dialect, under),
            _ => Alone::No { native: false },
        };
        self.front(dialects, alone)
    }

    fn front(&self, dialects: Vec<Mounted>, alone: Alone) -> Router {
        let known = dialects.iter().map(|mounted| (mounted.dialect, mounted.known.clone()));
        let claims = Claims::new(known.collect());
        let sessions = crossing(&self.desk, &dialects);
        let (native, routes) = (self.desk.native.clone(), self.routes.clone());
        let front = Arc::new(Front { native, routes, sessions, dialects, claims, alone });
        Router::new().fallback(answer).with_state(front)
    }
}

/// Whether one dialect answers everything.
#[derive(Clone, Copy, Debug)]
enum Alone {
    /// No; with the native surface beside the dialects, or without.
    No { native: bool },
    /// This one does.
    Whole(Dialect),
    /// A part of this one does, which stands under a path.
    Part(Dialect, &'static str),
}

/// The front door of one listener.
struct Front {
    native: Native,
    routes: Router,
    /// Socket.IO at the root.
    sessions: Option<Router>,
    dialects: Vec<Mounted>,
    claims: Claims,
    alone: Alone,
}

async fn answer(State(front): State<Arc<Front>>, request: Request) -> Response {
    front.answer(request).await
}

/// Whose a request is.
enum Whose<'f> {
    /// A dialect's.
    Dialect(&'f Mounted),
    /// A session's at the root; in the words of this dialect.
    Session(&'f Mounted),
    /// It is refused in this dialect's words.
    Path(&'f Mounted),
    /// As is this method, where others are known.
    Method(&'f Mounted, Vec<Method>),
    /// Deployed clients know a gateway that answers it.
    Gateway(&'f Mounted),
    /// A page answers it.
    Page,
    /// Whatever has no path of its own.
    Nobody,
}

impl Whose<'_> {
    fn dialect(&self) -> Option<Dialect> {
        match self {
            Self::Dialect(mounted)
            | Self::Session(mounted)
            | Self::Path(mounted)
            | Self::Method(mounted, _)
            | Self::Gateway(mounted) => Some(mounted.dialect),
            Self::Page | Self::Nobody => None,
        }
    }
}

impl Front {
    async fn answer(&self, mut request: Request) -> Response {
        let page = Page::of(request.headers(), |origin| self.native.names_origin(origin));
        let is_preflight = *request.method() == Method::OPTIONS;
        let whose = match self.mount(&mut request) {
            Some(whose) => whose,
            None => self.whose(is_preflight, &mut request).await,
        };
        let Some(dialect) = whose.dialect() else {
            return self.nobody(request, page.as_ref()).await;
        };
        let page = page.as_ref();
        let mut response = match is_preflight {
            true => preflight(dialect, page),
            false => {
                let mut response = self.hand_on(whose, request).await;
                finish(dialect, page, response.headers_mut());
                response
            }
        };
        if dialect == Dialect::LiveChat {
            dress(response.headers_mut());
        }
        if dialect == Dialect::Pingtalk {
            harden(response.headers_mut());
        }
        response
    }

    async fn hand_on(&self, whose: Whose<'_>, request: Request) -> Response {
        match (whose, &self.sessions) {
            (Whose::Session(_), Some(sessions)) => answered(sessions.clone(), request).await,
            (Whose::Dialect(mounted) | Whose::Session(mounted), _) => mounted.serve(request).await,
            (Whose::Path(mounted), _) => mounted.refuse_path(request).await,
            (Whose::Method(mounted, methods), _) => {
                let mut response = mounted.refuse_method(request).await;
                response.headers_mut().insert(header::ALLOW, allowed(&methods));
                response
            }
            (Whose::Gateway(_), _) => gateway_answer(),
            (Whose::Page | Whose::Nobody, _) => self.page().await,
        }
    }

    /// The dialect that a request names itself, or that answers everything here. What mounts it is taken off.
    fn mount(&self, request: &mut Request) -> Option<Whose<'_>> {
        let path = request.uri().path();
        if let Some((name, _)) = path.strip_prefix(MOUNT).and_then(|rest| rest.split_once('/'))
            && let Some(mounted) = Dialect::named(name).and_then(|dialect| self.dialect(dialect))
        {
            let rest = path[MOUNT.len() + name.len()..].to_owned();
            move_to(request, &rest);
            return Some(Whose::Dialect(mounted));
        }
        match self.alone {
            Alone::No { .. } => None,
            Alone::Whole(dialect) => Some(alone(self.dialect(dialect)?, request)),
            Alone::Part(dialect, under) => {
                let path = request.uri().path();
                // Monitors ask every part by the same name, and documents know no listeners.
                let is_whole = ["/health", "/api/health"].contains(&path);
                if !is_whole && !path.starts_with(pingtalk::FILES) {
                    let path = format!("{under}{path}");
                    move_to(request, &path);
                }
                self.dialect(dialect).map(Whose::Dialect)
            }
        }
    }

    fn dialect(&self, dialect: Dialect) -> Option<&Mounted> {
        self.dialects.iter().find(|mounted| mounted.dialect == dialect)
    }

    /// Whose a request at the root is. Of a preflight only the method and the path are known.
    async fn whose(&self, is_preflight: bool, request: &mut Request) -> Whose<'_> {
        if SESSIONS.contains(&request.uri().path())
            && let Some(mounted) =
                self.first(Dialect::MessagingApp).filter(|_| self.sessions.is_some())
        {
            return Whose::Session(mounted);
        }
        let method = asked_for(request).unwrap_or_else(|| request.method().clone());
        let claim = self.claims.claim(&method, request.uri().path());
        let found = match claim {
            Claim::Of(dialect) => self.dialect(dialect).map(Whose::Dialect),
            Claim::Shared(_) if is_preflight => {
                self.first(Dialect::MessagingApp).map(Whose::Dialect)
            }
            Claim::Shared(row) => self.meant(row, request).await.map(Whose::Dialect),
            Claim::WrongMethod(dialect, methods) => {
                self.dialect(dialect).map(|mounted| Whose::Method(mounted, methods))
            }
            Claim::Unknown(dialect) => self.dialect(dialect).map(Whose::Path),
            Claim::Nobody => None,
        };
        found.unwrap_or(Whose::Nobody)
    }

    fn first(&self, dialect: Dialect) -> Option<&Mounted> {
        self.claims.or_first(dialect).and_then(|dialect| self.dialect(dialect))
    }

    /// Who is meant by a request in a row: its body is looked at, and handed on.
    async fn meant(&self, row: Row, request: &mut Request) -> Option<&Mounted> {
        let body = std::mem::take(request.body_mut());
        let received = body::receive(body).await;
        let fields = match &received {
            Ok(bytes) => Fields::read(request.headers(), bytes).unwrap_or_default(),
            Err(_) => Fields::default(),
        };
        match received {
            Ok(bytes) => *request.body_mut() = Body::from(bytes),
            Err(refusal) => drop(request.extensions_mut().insert(Unread(refusal))),
        }
        let authorization = request.headers().contains_key(header::AUTHORIZATION);
        let dialect = self.claims.meant(row, |key| fields.has(key), authorization)?;
        self.dialect(dialect)
    }

    /// No dialect's: the native surface's, a page for a browser, or what deployed clients know a gateway by.
    async fn nobody(&self, mut request: Request, page: Option<&Page>) -> Response {
        if matches!(self.alone, Alone::Whole(_)) {
            return self.page().await;
        }
        let path = request.uri().path();
        let reads = [Method::GET, Method::HEAD].contains(request.method());
        let is_native = path == "/v1" || path.starts_with("/v1/") || path.starts_with(MOUNT);
        let elsewhere = reads && !is_native;
        let wants_page = elsewhere && wants_page(request.headers());
        let gateway = elsewhere && !wants_page && self.claims.serves(Dialect::MessagingApp);
        let native = matches!(self.alone, Alone::No { native: true });
        let is_root = path == "/";
        if native && !(gateway && is_root) {
            let mut response = answered(self.routes.clone(), request).await;
            let is_routed = response.extensions().get::<Unrouted>().is_none();
            if is_routed || !(wants_page || gateway) {
                if is_root && wants_page {
                    self.dress_page(&mut response);
                }
                return response;
            }
        } else if !wants_page && !gateway {
            // Nothing of the native surface is served here but its refusal.
            move_to(&mut request, MOUNT);
            return answered(self.routes.clone(), request).await;
        }
        if wants_page {
            return self.page().await;
        }
        let mut response = gateway_answer();
        finish(Dialect::MessagingApp, page, response.headers_mut());
        response
    }

    /// The page at the root.
    async fn page(&self) -> Response {
        let mut response = answered(self.routes.clone(), front_page()).await;
        self.dress_page(&mut response);
        response
    }

    /// One dialect says what a page beside it may do.
    fn dress_page(&self, response: &mut Response) {
        if self.claims.serves(Dialect::LiveChat) {
            dress(response.headers_mut());
        }
    }
}

/// Whose a request is where one dialect answers everything: some answer more than they know.
fn alone<'f>(mounted: &'f Mounted, request: &Request) -> Whose<'f> {
    let path = request.uri().path();
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let is_api = matches!(path.split('/').nth(1), Some("api" | "ws"));
    match mounted.dialect {
        _ if mounted.knows(path) => Whose::Dialect(mounted),
        Dialect::MessagingApp => Whose::Gateway(mounted),
        Dialect::LiveChat if reads && !is_api => Whose::Page,
        _ => Whose::Dialect(mounted),
    }
}

/// What deployed clients know a gateway by.
fn gateway_answer() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], GATEWAY).into_response()
}

/// A body that could not be read when it was looked at: why.
#[derive(Clone)]
pub(crate) struct Unread(pub(crate) Refusal);

/// The method that a preflight asks about.
fn asked_for(request: &Request) -> Option<Method> {
    if *request.method() != Method::OPTIONS {
        return None;
    }
    let value = request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    Method::from_bytes(value.as_bytes()).ok()
}

/// What every answer of a dialect carries.
fn finish(dialect: Dialect, page: Option<&Page>, headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(page) = page {
        page.permit(dialect, headers);
    }
}

/// What a gateway of deployed clients tells browsers besides.
fn harden(headers: &mut HeaderMap) {
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block"));
}

fn wants_page(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines.into_iter().any(|line| line.contains("text/html"))
}

/// The page at the root.
fn front_page() -> Request {
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    request
}

fn allowed(methods: &[Method]) -> HeaderValue {
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    HeaderValue::try_from(names.join(", ")).expect("methods are visible ASCII")
}

/// The same request at another path.
fn move_to(request: &mut Request, path: &str) {
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    if let Ok(uri) = target.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
}
