//! Every route, in one flat list.

use crate::{
    app::{Api, App},
    edge::{edge, staff_only},
    openapi,
    problem::Failure,
    routes::*,
};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use chinwag_wire::Code;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The HTTP surface, ready to serve.
pub fn router(app: App) -> Router {
    draining_router(app, CancellationToken::new())
}

/// The same, told when the server begins to stop.
pub(crate) fn draining_router(app: App, draining: CancellationToken) -> Router {
    let cors = cors(&app.options.cors_origins);
    let api = Api::new(app, draining);
    let gate = from_fn_with_state(api.clone(), staff_only);
    let (router, _) = open().merge(staff().route_layer(gate)).split_for_parts();
    let router = router
        .merge(undescribed())
        .merge(SwaggerUi::new("/docs").config(Config::from("/openapi.json")))
        .fallback(async || Failure::from(Code::NotFound))
        .method_not_allowed_fallback(async || Failure::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(api.clone(), edge));
    let router = if let Some(cors) = cors { router.layer(cors) } else { router };
    router.with_state(api)
}

/// What the OpenAPI document describes.
pub(crate) fn described() -> OpenApiRouter<Api> {
    open().merge(staff())
}

/// What is for the staff of this server, and answers nobody else.
fn staff() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
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
fn open() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::head())
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
fn uploads() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(describe_uploads, begin_upload))
        .routes(routes!(read_upload, append_to_upload, give_up_upload))
        .layer(from_fn(crate::tus::speak))
}

/// Pages and documents for people and tools, and what speaks a protocol of its own.
fn undescribed() -> Router<Api> {
    Router::new()
        .route("/", get(landing))
        .route("/docs/problems", get(problems))
        .route("/v1/socket.io/", get(poll_session).post(bring_packets))
        .route("/verify-email", get(verify_page).post(verify_submitted))
        .route("/unsubscribe", get(unsubscribe_page).post(unsubscribe_submitted))
        .route("/reset-password", get(reset_page).post(reset_submitted))
        .route("/openapi.json", get(describe_http))
        .route("/asyncapi.json", get(describe_socket))
}

/// Cross-origin access for the pages of exactly these origins, without ambient credentials.
fn cors(origins: &[String]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let sent = [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "if-range",
        "last-event-id",
        "prefer",
        "range",
        "traceparent",
        "tus-resumable",
        "upload-checksum",
        "upload-length",
        "upload-metadata",
        "upload-offset",
        "x-request-id",
    ];
    let read = [
        "accept-ranges",
        "content-disposition",
        "content-range",
        "etag",
        "link",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "tus-resumable",
        "upload-expires",
        "upload-length",
        "upload-offset",
        "x-request-id",
    ];
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(sent.map(HeaderName::from_static))
            .expose_headers(read.map(HeaderName::from_static))
            .vary([header::ORIGIN])
            .max_age(Duration::from_secs(600))
    })
}
