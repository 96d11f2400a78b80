//! Serving on every listener, until all of them are told to stop.

use axum::Router;
use chinwag_api::ListenOptions;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Serves each router on its listener. Ends when all have stopped, or when one has that was not told to.
pub async fn serve(
    served: Vec<(TcpListener, Router)>,
    closing: CancellationToken,
    options: ListenOptions,
) {
    let mut serving = JoinSet::new();
    for (listener, router) in served {
        serving.spawn(chinwag_api::serve(listener, router, closing.clone(), options.clone()));
    }
    while serving.join_next().await.is_some() && closing.is_cancelled() {}
}
