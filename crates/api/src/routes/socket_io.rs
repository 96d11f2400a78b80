//! `/v1/socket.io/`: Socket.IO for clients that speak the native vocabulary. OpenAPI does not describe it:
//! its own protocol does, and client libraries speak it.

use super::socket::permit_page;
use crate::{answer::Answer, app::Api, engine, extract::CameFrom};
use axum::extract::{Request, State};

/// A GET or a POST of a session.
pub(crate) async fn serve_session(
    State(api): State<Api>,
    CameFrom(from): CameFrom,
    request: Request,
) -> Answer {
    permit_page(&api, request.headers())?;
    Ok(engine::serve(&api, &api.socket_io, from, request).await?)
}
