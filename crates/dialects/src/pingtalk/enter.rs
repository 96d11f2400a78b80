//! Who may enter over Socket.IO: whoever the cookie of the opening request proves.

use super::{
    credentials::{COOKIE, SURFACE, prove},
    socket::LiveSocket,
};
use crate::{cookies, desk::Desk};
use bytes::Bytes;
use chinwag_chat::{Unproven, Viewer};
use chinwag_gateway::{
    Scope,
    sio::{Adapter, Entering, Entry, Socket},
};
use chinwag_wire::Code;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Lets people of this dialect in.
pub(super) struct Door {
    desk: Desk,
    reading: Arc<Semaphore>,
}

impl Door {
    pub(super) fn new(desk: &Desk) -> Self {
        Self { desk: desk.clone(), reading: Arc::new(Semaphore::new(FILES)) }
    }
}

impl Adapter for Door {
    fn enter(&self, entry: Entry) -> Entering {
        let (desk, reading) = (self.desk.clone(), self.reading.clone());
        Box::pin(async move {
            let entered = let_in(&desk, &entry, reading).await;
            entered.map(|socket| Box::new(socket) as Box<dyn Socket>).map_err(refusal)
        })
    }
}

/// Files that are read at once for all sockets: who comes after the first finds the words written.
const FILES: usize = 2;
const EXPIRED: &str = "Unauthorized - Invalid or expired token";

async fn let_in(
    desk: &Desk,
    entry: &Entry,
    reading: Arc<Semaphore>,
) -> Result<LiveSocket, &'static str> {
    if !entry.namespace.is_main() {
        return Err("Invalid namespace");
    }
    // What a browser keeps for us is not for the pages of strangers.
    let cookies = entry.opening.credentials().filter(|line| !line.trim().is_empty());
    let line = cookies.ok_or("Unauthorized - No cookies")?;
    let token = cookies::in_line(line.as_bytes(), COOKIE).filter(|token| !token.is_empty());
    let actor = match prove(desk, token.ok_or("Unauthorized - No token")?).await {
        Ok(actor) => actor,
        Err(Unproven::Failed(_)) => return Err("Server error"),
        Err(_) => return Err(EXPIRED),
    };
    let ear = desk.gateway.listen(SURFACE, &Viewer::Account(actor), Scope::Everything).await;
    match ear {
        Ok(ear) => Ok(LiveSocket::new(desk.clone(), actor, ear, reading)),
        Err(problem) => Err(match problem.code {
            Code::SessionEnded | Code::Unauthenticated => EXPIRED,
            Code::TooManyConnections => "Too many connections",
            _ => "Server error",
        }),
    }
}

fn refusal(message: &'static str) -> Bytes {
    json!({ "message": message }).to_string().into()
}
