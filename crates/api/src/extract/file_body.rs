//! A file on its way in: the body itself, or the first field of a form, as a stream that neither
//! stands still nor goes on for ever.

use crate::{
    app::Api,
    bounds::{UPLOAD_PAUSE, UPLOAD_TIME},
    problem::Failure,
};
use axum::{
    body::{Body, BodyDataStream},
    extract::{FromRequest, Request},
    http::header,
};
use bytes::Bytes;
use chinwag_wire::{Code, Problem};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout, timeout_at},
};

/// How long, and how far, a body that was refused is read on.
const HEARING: Duration = Duration::from_secs(5);
const MOST_PASSED_OVER: usize = 8 * 1024 * 1024;
/// Most bytes of a form before its file begins.
const FORM_HEAD: usize = 64 * 1024;

/// The bytes of a file as they arrive.
pub(crate) type Arriving = BoxStream<'static, Result<Bytes, Problem>>;

/// The body of a request, as bytes.
pub(crate) struct RawBody(pub(crate) Arriving);

impl FromRequest<Api> for RawBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Api) -> Result<Self, Failure> {
        Ok(Self(arriving(request.into_body()).boxed()))
    }
}

/// A file with the name the client gives it, if it gives one.
pub(crate) struct FileBody {
    pub(crate) name: Option<String>,
    pub(crate) bytes: Arriving,
}

impl FromRequest<Api> for FileBody {
    type Rejection = Failure;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Failure> {
        let headers = request.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let boundary = multer::parse_boundary(kind);
        let form = boundary.as_ref().map_or(0, |_| FORM_HEAD as u64);
        if length.is_some_and(|length| length > api.chat.most_file_bytes() + form) {
            return Err(Code::TooLarge.into());
        }
        if kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
            let boundary = boundary.map_err(|error| broken(&error))?;
            return Ok(Self::of_form(request.into_body(), boundary).await?);
        }
        Ok(Self { name: None, bytes: arriving(request.into_body()).boxed() })
    }
}

impl FileBody {
    /// The first field of a form, which must be called `file`.
    pub(crate) async fn of_form(body: Body, boundary: String) -> Result<Self, Problem> {
        let begun = Arc::new(AtomicBool::new(false));
        let mut form = multer::Multipart::new(bounded_head(body, begun.clone()), boundary);
        let field = form.next_field().await.map_err(|error| broken(&error))?;
        begun.store(true, Relaxed);
        let field = field.filter(|field| field.name() == Some("file"));
        let field =
            field.ok_or_else(|| Problem::field("file", "must be the first field of the form"))?;
        let name = field.file_name().map(str::to_owned);
        Ok(Self { name, bytes: field.map_err(|error| broken(&error)).boxed() })
    }
}

/// The body of a form, refused if its head does not end: it is kept in memory until it does.
fn bounded_head(
    body: Body,
    begun: Arc<AtomicBool>,
) -> impl Stream<Item = Result<Bytes, Problem>> + Send + 'static {
    let mut head = 0;
    arriving(body).and_then(move |chunk| {
        head += chunk.len();
        let fits = begun.load(Relaxed) || head <= FORM_HEAD + chunk.len();
        std::future::ready(if fits { Ok(chunk) } else { Err(Code::TooLarge.into()) })
    })
}

/// The pieces of a body, each in time. What is dropped before its end is read on for a while.
pub fn arriving(body: Body) -> impl Stream<Item = Result<Bytes, Problem>> + Send + 'static {
    let end = Instant::now() + UPLOAD_TIME;
    let body = Unfinished(Some(body.into_data_stream()));
    futures_util::stream::try_unfold(body, move |mut body| async move {
        let Some(stream) = &mut body.0 else { return Ok(None) };
        let deadline = end.min(Instant::now() + UPLOAD_PAUSE);
        let next = timeout_at(deadline, stream.next()).await;
        if let Ok(Some(Ok(chunk))) = next {
            return Ok(Some((chunk, body)));
        }
        drop(body.0.take());
        match next {
            Ok(Some(_)) => Err(Problem::from(Code::Malformed)
                .with_detail("The body could not be read to its end.")),
            Ok(None) => Ok(None),
            Err(_) => Err(Problem::from(Code::UploadTooSlow).retry_after(1)),
        }
    })
}

/// A body that has not come to its end. When nobody wants it any more it is read on for a while: whoever is
/// still sending would otherwise find the line cut before the answer.
struct Unfinished(Option<BodyDataStream>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let (Some(rest), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(timeout(HEARING, pass_over(rest)));
        }
    }
}

async fn pass_over(mut rest: BodyDataStream) {
    let mut left = MOST_PASSED_OVER;
    while let Some(Ok(chunk)) = rest.next().await {
        let Some(fewer) = left.checked_sub(chunk.len()) else { return };
        left = fewer;
    }
}

/// The problem of a form: our own, where the stream failed with one.
fn broken(error: &multer::Error) -> Problem {
    if let multer::Error::StreamReadFailed(inner) = error
        && let Some(problem) = inner.downcast_ref::<Problem>()
    {
        return problem.clone();
    }
    Problem::from(Code::Malformed).with_detail(format!("Not a form: {error}."))
}
