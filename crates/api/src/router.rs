//! Every route, in one flat list.

use crate::{
    answer::json,
    app::Api,
    cors::{Across, cors},
    edge::{Edge, edge, staff_only},
    native::Document,
    openapi::head,
    problem::Failure,
    routes::*,
    table::{Table, routes},
};
use axum::{
    Extension, Router,
    extract::Request,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use bytes::Bytes;
use chinwag_wire::Code;
use std::sync::{Arc, LazyLock};
use tower::ServiceExt as _;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

/// The native routes, ready to serve.
pub(crate) fn router(api: Api, others: &[Document]) -> Router {
    let cors = cors(&api.options.cors_origins);
    let around = Edge { api: api.clone(), beside: None };
    let gate = from_fn_with_state(api.clone(), staff_only);
    let staff = staff().around(|routes| routes.route_layer(gate));
    let router = open()
        .merge(staff)
        .into_router()
        .merge(undescribed())
        .merge(documents(others))
        .fallback(async || (Extension(Unrouted), Failure::from(Code::NotFound)))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(around, edge));
    let router = if let Some(cors) = cors { router.layer(Across(cors)) } else { router };
    router.with_state(api)
}

/// Marks the answer to a path that no route knows: another surface may have a better one.
#[derive(Clone, Copy, Debug)]
pub struct Unrouted;

/// The OpenAPI document, as far as the routes say it themselves.
pub(crate) fn described() -> OpenApi {
    open().merge(staff()).describe(head())
}

/// What is for the staff of this server, and answers nobody else.
fn staff() -> Table {
    Table::default()
        .routes(routes!(list_accounts))
        .routes(routes!(read_managed_account, delete_account))
        .routes(routes!(suspend, unsuspend))
        .routes(routes!(sign_out_account))
        .routes(routes!(change_instance_role))
        .routes(routes!(delete_message_as_staff))
        .routes(routes!(list_reports))
        .routes(routes!(read_report))
        .routes(routes!(resolve_report))
        .routes(routes!(list_audit))
        .routes(routes!(check_audit))
        .routes(routes!(list_jobs))
        .routes(routes!(read_job, discard_job))
        .routes(routes!(retry_job))
}

/// What is for everybody.
fn open() -> Table {
    Table::default()
        .routes(routes!(register, find_account))
        .routes(routes!(search_accounts))
        .routes(routes!(read_account))
        .routes(routes!(read_profile))
        .routes(routes!(download_avatar))
        .routes(routes!(sign_in, list_sessions, end_all_sessions))
        .routes(routes!(refresh))
        .routes(routes!(sign_out))
        .routes(routes!(end_session))
        .routes(routes!(read_me))
        .routes(routes!(delete_own_account))
        .routes(routes!(export))
        .routes(routes!(change_password))
        .routes(routes!(change_email))
        .routes(routes!(resend_verification))
        .routes(routes!(verify_email))
        .routes(routes!(request_reset))
        .routes(routes!(reset_password))
        .routes(routes!(list_sign_ins))
        .routes(routes!(list_own_audit))
        .routes(routes!(read_own_profile, update_profile))
        .routes(routes!(set_avatar, remove_avatar))
        .routes(routes!(read_settings, update_settings))
        .routes(routes!(read_account_changes))
        .routes(routes!(create_conversation, list_conversations))
        .routes(routes!(read_conversation, update_conversation))
        .routes(routes!(list_rooms))
        .routes(routes!(list_members, add_member))
        .routes(routes!(change_role, remove_member))
        .routes(routes!(join))
        .routes(routes!(send_message, read_history))
        .routes(routes!(read_message, edit_message, delete_message))
        .routes(routes!(mark))
        .routes(routes!(read_changes))
        .routes(routes!(set_typing))
        .routes(routes!(upload_file, list_files))
        .routes(routes!(download_file, remove_file))
        .routes(routes!(download_preview))
        .merge(uploads())
        .routes(routes!(request_contact))
        .routes(routes!(list_sent_requests))
        .routes(routes!(list_received_requests))
        .routes(routes!(cancel_contact))
        .routes(routes!(accept_contact))
        .routes(routes!(reject_contact))
        .routes(routes!(list_contacts))
        .routes(routes!(remove_contact))
        .routes(routes!(list_blocks))
        .routes(routes!(block, unblock))
        .routes(routes!(report))
        .routes(routes!(read_presence, set_presence))
        .routes(routes!(list_authors))
        .routes(routes!(read_audience))
        .routes(routes!(open_socket))
        .routes(routes!(stream_events))
        .routes(routes!(health))
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(metrics))
}

/// Uploads in parts, which speak tus.
fn uploads() -> Table {
    Table::default()
        .routes(routes!(describe_uploads, begin_upload))
        .routes(routes!(read_upload, append_to_upload, give_up_upload))
        .around(|routes| routes.layer(from_fn(crate::tus::speak)))
}

/// Pages and documents for people and tools, and what speaks a protocol of its own.
fn undescribed() -> Router<Api> {
    Router::new()
        .route("/", get(landing))
        .route("/docs/problems", get(problems))
        .route("/v1/socket.io/", get(serve_session).post(serve_session))
        .route("/verify-email", get(verify_page).post(verify_submitted))
        .route("/unsubscribe", get(unsubscribe_page).post(unsubscribe_submitted))
        .route("/reset-password", get(reset_page).post(reset_submitted))
        .route("/openapi.json", get(describe_http))
        .route("/asyncapi.json", get(describe_socket))
}

/// The page that shows what is described, with the documents of the surfaces beside this one. It is put together when
/// somebody looks at it first.
fn documents(others: &[Document]) -> Router<Api> {
    let urls: Vec<_> = others.iter().map(|other| Url::new(other.name, other.path)).collect();
    let page = Arc::new(LazyLock::new(move || {
        let own = Url::new("chinwag", "/openapi.json");
        let config = Config::new(std::iter::once(own).chain(urls));
        Router::<()>::from(SwaggerUi::new("/docs").config(config))
    }));
    let show = async move |mut request: Request| {
        // What this route has read of the path is not for those within.
        request.extensions_mut().clear();
        Router::clone(&page).oneshot(request).await
    };
    let shown = ["/docs", "/docs/", "/docs/{*part}"];
    let page =
        shown.into_iter().fold(Router::new(), |router, path| router.route(path, get(show.clone())));
    others.iter().fold(page, |router, other| {
        let write = other.write.clone();
        router.route(other.path, get(async move || json(StatusCode::OK, Bytes::from(write()))))
    })
}
