//! One HTTP connection, from its first byte to its last.

use super::{
    ListenOptions, Watched,
    activity::{Activity, Answering},
};
use crate::bounds::{HEAD_BYTES, HEAD_LINES};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response},
};
use bytes::Bytes;
use hyper::{
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{
    net::SocketAddr,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Longest time for a farewell.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves the connection until its peer leaves, it rests too long, or the server stops.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
    options: ListenOptions,
) {
    let activity = Activity::new();
    let io = TokioIo::new(Watched::new(stream, activity.clone()));
    let counted = activity.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (router, answering) = (router.clone(), counted.begin());
        request.extensions_mut().insert(ConnectInfo(peer));
        async move {
            let answer = router.oneshot(request.map(Body::new)).await;
            answer.map(|response: Response<Body>| {
                response.map(|body| Answer { body, _answering: answering })
            })
        }
    });
    let builder = builder(&options);
    let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
    tokio::select! {
        ended = connection.as_mut() => return count_failure(ended.is_err()),
        () = too_long(&activity, &options) => {
            metrics::counter!("chinwag_http_connections_timed_out_total").increment(1);
            connection.as_mut().graceful_shutdown();
        }
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            // What is being answered is finished; the listener says when that takes too long.
            tokio::select! {
                _ = connection.as_mut() => return,
                () = too_long(&activity, &options) => {}
            }
        }
    }
    let _ = timeout(FAREWELL, connection).await;
}

/// Counts a connection that broke off, or whose head was none or too large.
fn count_failure(failed: bool) {
    if failed {
        metrics::counter!("chinwag_http_connections_failed_total").increment(1);
    }
}

fn builder(options: &ListenOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // No header timer of hyper's: it would also end connections that only rest.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(HEAD_BYTES as u32)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(options.header_timeout);
    builder
}

/// Ends when the connection has rested, or its request's head has been arriving, for too long.
/// Looks again within one header timeout: a head that begins late ends sooner than the rest before it.
async fn too_long(activity: &Activity, options: &ListenOptions) {
    loop {
        let now = Instant::now();
        let look_again = now + options.header_timeout;
        match activity.deadline(options) {
            Some(deadline) if deadline <= now => return,
            deadline => {
                sleep_until(deadline.map_or(look_again, |deadline| deadline.min(look_again))).await
            }
        }
    }
}

/// An answer's body, counted until its last byte has left.
struct Answer {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
