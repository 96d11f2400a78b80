//! `/v1/uploads`: files in parts, by tus 1.0.0. A finished upload is the file of the same id.

use crate::{
    answer::{Answer, done, with},
    app::Api,
    extract::{At, InUpload, RawBody, Signed},
    tus,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use chinwag_chat::Part;
use chinwag_wire::Code;

/// Ask what of tus is spoken
#[utoipa::path(options, path = "/v1/uploads", tag = "files", security(()), responses((status = 204, description = "In headers", headers(
    ("Tus-Version" = String, description = "1.0.0"), ("Tus-Extension" = String, description = "The extensions"),
    ("Tus-Max-Size" = u64, description = "Most bytes of a file"), ("Tus-Checksum-Algorithm" = String, description = "The checksums")))))]
pub(crate) async fn describe_uploads(State(api): State<Api>) -> Answer {
    let response = StatusCode::NO_CONTENT.into_response();
    let response = with(response, tus::name("tus-extension"), tus::EXTENSIONS);
    let response = with(response, tus::name("tus-checksum-algorithm"), tus::CHECKSUMS);
    Ok(with(response, tus::name("tus-max-size"), &api.chat.most_file_bytes().to_string()))
}

/// Begin an upload in parts
#[utoipa::path(post, path = "/v1/uploads", tag = "files",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Bytes of the whole file"),
        ("Upload-Metadata" = Option<String>, Header, description = "`filename <base64>`")),
    responses((status = 201, description = "Begun", headers(
        ("Location" = String, description = "The upload"), ("Upload-Expires" = String, description = "When it is forgotten unless more arrives")))))]
pub(crate) async fn begin_upload(
    State(api): State<Api>,
    Signed(actor): Signed,
    headers: HeaderMap,
) -> Answer {
    let (name, size) = (tus::file_name(&headers)?, tus::number(&headers, "upload-length")?);
    let upload = api.chat.begin_upload(&actor, &name, size).await?;
    let location = format!("/v1/uploads/{}", upload.id);
    let response = with(StatusCode::CREATED.into_response(), header::LOCATION, &location);
    Ok(tus::expiry(response, &upload))
}

/// Ask how far an upload has come
#[utoipa::path(head, path = "/v1/uploads/{upload_id}", tag = "files",
    params(InUpload, ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 200, description = "In headers", headers(
        ("Upload-Offset" = u64, description = "Bytes there are"), ("Upload-Length" = u64, description = "Bytes there will be"),
        ("Upload-Expires" = String, description = "When it is forgotten unless more arrives")))))]
pub(crate) async fn read_upload(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InUpload>,
) -> Answer {
    let upload = api.chat.read_upload(&actor, at.upload_id).await?;
    let response = tus::place(StatusCode::OK.into_response(), &upload);
    Ok(with(response, tus::name("upload-length"), &upload.size.to_string()))
}

/// Go on with an upload; with its last byte it is a file
#[utoipa::path(patch, path = "/v1/uploads/{upload_id}", tag = "files",
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    params(InUpload,
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where this part begins: where the upload ended"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1 <base64>` or `sha256 <base64>` of this part")),
    responses((status = 204, description = "Kept, for good", headers(
        ("Upload-Offset" = u64, description = "Bytes there are"), ("Upload-Expires" = String, description = "When it is forgotten unless more arrives")))))]
pub(crate) async fn append_to_upload(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InUpload>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Answer {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    if kind != Some(b"application/offset+octet-stream") {
        return Err(chinwag_wire::Problem::from(Code::UnsupportedMedia)
            .with_detail("Send parts as `application/offset+octet-stream`.")
            .into());
    }
    let offset = tus::number(&headers, "upload-offset")?;
    let part = Part { offset, checksum: tus::checksum(&headers)? };
    let upload = api.chat.append_to_upload(&actor, at.upload_id, part, body).await?;
    Ok(tus::place(StatusCode::NO_CONTENT.into_response(), &upload))
}

/// Give an upload up
#[utoipa::path(delete, path = "/v1/uploads/{upload_id}", tag = "files",
    params(InUpload, ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 204, description = "Gone")))]
pub(crate) async fn give_up_upload(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InUpload>,
) -> Answer {
    api.chat.give_up_upload(&actor, at.upload_id).await?;
    done()
}
