//! `/v1/files`: uploading, listing, downloading, removing.

use crate::{
    answer::{Answer, created, done, page},
    app::Api,
    download,
    extract::{At, FileBody, InFile, InPreview, MaybeSigned, Paging, Params, Signed},
};
use axum::{
    extract::State,
    http::{HeaderMap, Method, Uri},
};
use chinwag_wire::{File, OwnFile, Page};
use serde::Deserialize;

/// What the file is to be called.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// Its name; wins over that of a form.
    name: Option<String>,
}

/// Upload a file
///
/// The body is the file itself, or a form (`multipart/form-data`) whose first field is `file`. Only its uploader sees
/// it until it is attached to a message; after a day without one it is removed.
#[utoipa::path(post, path = "/v1/files", tag = "files", params(Named),
    request_body(content((Vec<u8> = "application/octet-stream"), (FileForm = "multipart/form-data"))), responses(
    (status = 201, description = "Stored", body = File, headers(("Location" = String, description = "The file")))
))]
pub(crate) async fn upload_file(
    State(api): State<Api>,
    Signed(actor): Signed,
    Params(named): Params<Named>,
    body: FileBody,
) -> Answer {
    let name = named.name.or(body.name).unwrap_or_default();
    let file = api.chat.upload(&actor, &name, body.bytes).await?;
    created(&file, &format!("/v1/files/{}", file.id))
}

/// A form with a file.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "described, never made")]
pub(crate) struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// List one's own files, newest first
#[utoipa::path(get, path = "/v1/files", tag = "files", params(Paging), responses((status = 200, description = "One page", body = Page<OwnFile>)))]
pub(crate) async fn list_files(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(&uri, &api.chat.files(&actor, paging.cursor.as_deref(), paging.limit).await?)
}

/// Download a file
///
/// For those who may read its message. `HEAD` is answered too.
#[utoipa::path(get, path = "/v1/files/{file_id}", tag = "files", security((), ("token" = [])),
    params(InFile,
        ("Range" = Option<String>, Header, description = "One part of it, as `bytes=0-1023`"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that part must be of"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` one has")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "*/*", headers(("ETag" = String, description = "Names these bytes"))),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "*/*", headers(("Content-Range" = String, description = "Which part"))),
        (status = 304, description = "Unchanged"),
    ))]
pub(crate) async fn download_file(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InFile>,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let download = api.chat.download(&viewer, at.file_id, None).await?;
    download::answer(&method, &headers, &download).await
}

/// Download a preview of a picture
#[utoipa::path(get, path = "/v1/files/{file_id}/previews/{side}", tag = "files", security((), ("token" = [])),
    params(InPreview,
        ("Range" = Option<String>, Header, description = "One part of it, as `bytes=0-1023`"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that part must be of"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` one has")),
    responses(
        (status = 200, description = "JPEG, or PNG where something shines through", body = Vec<u8>, content_type = "image/*", headers(("ETag" = String, description = "Names these bytes"))),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "image/*", headers(("Content-Range" = String, description = "Which part"))),
        (status = 304, description = "Unchanged"),
    ))]
pub(crate) async fn download_preview(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InPreview>,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let download = api.chat.download(&viewer, at.file_id, Some(at.side)).await?;
    download::answer(&method, &headers, &download).await
}

/// Remove a file of one's own that belongs to no message
#[utoipa::path(delete, path = "/v1/files/{file_id}", tag = "files", params(InFile), responses((status = 204, description = "Removed")))]
pub(crate) async fn remove_file(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InFile>,
) -> Answer {
    api.chat.remove_file(&actor, at.file_id).await?;
    done()
}
