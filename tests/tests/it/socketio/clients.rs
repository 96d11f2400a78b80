//! The real clients, unmodified: `socket.io-client` of npm, its newest and its oldest minor release of version 4, and
//! `python-socketio`. `scripts/install clients` puts them where these tests look.

use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};
use std::{path::Path, process::Command};

const NEWEST: &str = "socket.io-client";
const OLDEST: &str = "socket.io-client-4-0";

/// Runs a script of `tests/clients` with its task, and fails with what it said.
pub(crate) async fn run_client(program: &str, script: &str, task: Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    let mut command = Command::new(program);
    command.arg(folder.join(script)).arg(task.to_string()).current_dir(&folder);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let output = output.unwrap_or_else(|error| {
        panic!("{program} does not run ({error}); `scripts/install node python venv clients` installs what is needed")
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} failed:\n{said}");
}

/// Two people in a conversation, for a script.
async fn task(server: &TestServer, transports: &[&str]) -> Value {
    let [ada, bob] = server.users(["ada", "bob"]).await;
    let conversation = ada.direct(&bob).await;
    let tokens = [&ada, &bob].map(|user| user.credentials.access_token.clone());
    json!({
        "url": server.url(), "conversation": conversation, "tokens": tokens, "transports": transports,
    })
}

async fn npm(server: &TestServer, package: &str, transports: &[&str]) {
    let mut task = task(server, transports).await;
    task["package"] = package.into();
    run_client("node", "native.mjs", task).await;
}

async fn python(server: &TestServer, transports: &[&str]) {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/.venv/bin/python");
    run_client(&python.to_string_lossy(), "native.py", task(server, transports).await).await;
}

both_engines! {
    async fn the_newest_client_over_websocket(server: TestServer) {
        npm(&server, NEWEST, &["websocket"]).await;
    }

    async fn the_newest_client_over_polling(server: TestServer) {
        npm(&server, NEWEST, &["polling"]).await;
    }

    async fn the_newest_client_changing_to_websocket(server: TestServer) {
        npm(&server, NEWEST, &["polling", "websocket"]).await;
    }

    async fn the_oldest_client_over_websocket(server: TestServer) {
        npm(&server, OLDEST, &["websocket"]).await;
    }

    async fn the_oldest_client_over_polling(server: TestServer) {
        npm(&server, OLDEST, &["polling"]).await;
    }

    async fn the_oldest_client_changing_to_websocket(server: TestServer) {
        npm(&server, OLDEST, &["polling", "websocket"]).await;
    }

    async fn a_python_client_over_websocket(server: TestServer) {
        python(&server, &["websocket"]).await;
    }

    async fn a_python_client_over_polling(server: TestServer) {
        python(&server, &["polling"]).await;
    }

    async fn a_python_client_changing_to_websocket(server: TestServer) {
        python(&server, &["polling", "websocket"]).await;
    }
}
