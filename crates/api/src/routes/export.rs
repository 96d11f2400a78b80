//! `/v1/me/export`: everything the server knows of an account, as lines or as an archive with the files,
//! written while it is read.

use crate::{
    answer::Answer,
    app::Api,
    extract::{CameFrom, Params, Signed},
    tar,
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use chinwag_chat::{Export, ExportFiles, Exported};
use chinwag_wire::{Code, Problem, Time};
use futures_util::{Stream, stream::try_unfold};
use serde::Deserialize;

/// How it is to be.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// Whether with the bytes of one's picture and files, as a tar archive.
    files: Option<bool>,
}

/// Take everything the server knows of one's account
///
/// Lines of JSON, each with a `type`. The last one is of type `end` and says how many there were; without it the export is torn.
/// With `files=true` a tar archive: the lines in `lines-….jsonl`, to be read in order, one's picture in `avatar/`, by its side, and
/// each file one uploaded in `files/`, by its id; without the two blocks of zeroes at its end it is torn.
#[utoipa::path(post, path = "/v1/me/export", tag = "me", params(ExportQuery), responses((status = 200, description = "The lines, or the archive",
    content((String = "application/x-ndjson"), (Vec<u8> = "application/x-tar")))))]
pub(crate) async fn export(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    Params(query): Params<ExportQuery>,
) -> Answer {
    let export = api.chat.export(&actor, &origin).await?;
    Ok(match query.files.unwrap_or(false) {
        false => attachment(lines(export), "application/x-ndjson", "chinwag-export.jsonl"),
        true => attachment(archive(export), "application/x-tar", "chinwag-export.tar"),
    })
}

fn attachment(
    bytes: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
    kind: &'static str,
    name: &str,
) -> Response {
    let mut response = Response::new(Body::from_stream(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}

fn lines(export: Export) -> impl Stream<Item = Result<Bytes, Problem>> {
    try_unfold(export, async |mut export| {
        Ok(export.next().await?.map(|lines| (lines.into(), export)))
    })
}

/// So many bytes of lines, or a few more, make a file of the archive.
const LINES: usize = 1024 * 1024;

/// An archive under way.
enum Archive {
    Lines {
        export: Export,
        at: Time,
        files: u32,
    },
    Files(ExportFiles),
    /// Within a file, with what is still to come of it.
    File {
        files: ExportFiles,
        size: u64,
        left: u64,
    },
    Over,
}

fn archive(export: Export) -> impl Stream<Item = Result<Bytes, Problem>> {
    let at = export.at();
    try_unfold(Archive::Lines { export, at, files: 0 }, Archive::next)
}

impl Archive {
    async fn next(self) -> Result<Option<(Bytes, Self)>, Problem> {
        match self {
            Self::Lines { export, at, files } => Self::lines(export, at, files).await,
            Self::Files(files) => Self::next_file(files).await,
            Self::File { files, size, left } => Self::bytes(files, size, left).await,
            Self::Over => Ok(None),
        }
    }

    async fn lines(
        mut export: Export,
        at: Time,
        files: u32,
    ) -> Result<Option<(Bytes, Self)>, Problem> {
        let mut lines = Vec::new();
        while lines.len() < LINES {
            let Some(more) = export.next().await? else { break };
            lines.extend(more);
        }
        if lines.is_empty() {
            return Self::next_file(export.into_files().await?).await;
        }
        let (files, size) = (files + 1, lines.len() as u64);
        let name = format!("lines-{files:06}.jsonl");
        let whole = [&tar::head(&name, size, seconds(at)), &lines[..], tar::padding(size)].concat();
        Ok(Some((whole.into(), Self::Lines { export, at, files })))
    }

    async fn next_file(mut files: ExportFiles) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(file) = files.next().await? else {
            return Ok(Some((Bytes::from_static(&tar::END), Self::Over)));
        };
        let head = tar::head(&name(&file.what), file.size, seconds(file.at));
        let next = Self::File { files, size: file.size, left: file.size };
        Ok(Some((head.to_vec().into(), next)))
    }

    /// Bytes of a file are as many as its head said, or the archive is torn.
    async fn bytes(
        mut files: ExportFiles,
        size: u64,
        left: u64,
    ) -> Result<Option<(Bytes, Self)>, Problem> {
        match files.bytes().await? {
            Some(bytes) => {
                let left = left.checked_sub(bytes.len() as u64).ok_or(Code::Internal)?;
                Ok(Some((bytes, Self::File { files, size, left })))
            }
            None if left > 0 => Err(Code::Internal.into()),
            None => Ok(Some((Bytes::from_static(tar::padding(size)), Self::Files(files)))),
        }
    }
}

/// A picture by its side; what was uploaded by its id, with the ending of its name where that is harmless.
fn name(what: &Exported) -> String {
    let (id, name) = match what {
        Exported::Avatar { side, media_type } if media_type == "image/png" => {
            return format!("avatar/{side}.png");
        }
        Exported::Avatar { side, .. } => return format!("avatar/{side}.jpg"),
        Exported::Upload { id, name } => (id, name),
    };
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let harmless =
        (1..=10).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if harmless { format!("files/{id}.{ending}") } else { format!("files/{id}") }
}

fn seconds(at: Time) -> u64 {
    u64::try_from(at.0 / 1_000_000_000).unwrap_or(0)
}
