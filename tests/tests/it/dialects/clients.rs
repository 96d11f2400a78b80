//! The real client libraries, as the deployed clients of these contracts use them.

use super::{messaging_app::register, pingtalk, room_chat};
use crate::socketio::run_client;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};

const NEWEST: &str = "socket.io-client";
const OLDEST: &str = "socket.io-client-4-0";

async fn npm(server: &TestServer, package: &str, transports: &[&str]) {
    let (vera, otto) = (register(server, "vera").await, register(server, "otto").await);
    let task = json!({
        "url": server.url(), "package": package, "transports": transports,
        "vera": { "token": vera.token, "id": vera.id }, "otto": { "token": otto.token, "id": otto.id },
    });
    run_client("node", "messaging-app.mjs", task).await;
}

async fn python(server: &TestServer, transports: &[&str]) {
    let (vera, otto) = (register(server, "vera").await, register(server, "otto").await);
    let task = json!({
        "url": server.url(), "transports": transports,
        "vera": { "token": vera.token, "id": vera.id }, "otto": { "token": otto.token, "id": otto.id },
    });
    let python = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/.venv/bin/python");
    run_client(&python.to_string_lossy(), "messaging_app.py", task).await;
}

/// Two people who are connected, and their chat, for a script.
async fn pingtalk(server: &TestServer, transports: &[&str]) -> Value {
    let [lena, tom] = pingtalk::people(server, ["Lena", "Tom"]).await;
    pingtalk::connect(&lena, &tom).await;
    let chat = pingtalk::chat(&lena, &tom).await;
    json!({
        "url": server.url(), "transports": transports, "chat": chat,
        "lena": { "token": lena.token, "id": lena.id }, "tom": { "token": tom.token, "id": tom.id },
    })
}

async fn pingtalk_npm(server: &TestServer, package: &str, transports: &[&str]) {
    let mut task = pingtalk(server, transports).await;
    task["package"] = package.into();
    run_client("node", "pingtalk.mjs", task).await;
}

async fn pingtalk_python(server: &TestServer, transports: &[&str]) {
    let task = pingtalk(server, transports).await;
    let python = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/.venv/bin/python");
    run_client(&python.to_string_lossy(), "pingtalk.py", task).await;
}

both_engines! {
    async fn pingtalk_with_the_newest_over_websocket(server: TestServer) {
        pingtalk_npm(&server, NEWEST, &["websocket"]).await;
    }

    async fn pingtalk_with_the_newest_over_polling(server: TestServer) {
        pingtalk_npm(&server, NEWEST, &["polling"]).await;
    }

    async fn pingtalk_with_the_newest_changing_to_websocket(server: TestServer) {
        pingtalk_npm(&server, NEWEST, &["polling", "websocket"]).await;
    }

    async fn pingtalk_with_the_oldest_over_websocket(server: TestServer) {
        pingtalk_npm(&server, OLDEST, &["websocket"]).await;
    }

    async fn pingtalk_with_the_oldest_over_polling(server: TestServer) {
        pingtalk_npm(&server, OLDEST, &["polling"]).await;
    }

    async fn pingtalk_with_python_over_websocket(server: TestServer) {
        pingtalk_python(&server, &["websocket"]).await;
    }

    async fn pingtalk_with_python_over_polling(server: TestServer) {
        pingtalk_python(&server, &["polling"]).await;
    }
}

/// The script, and what it is given: two people with accounts here.
async fn room_chat(server: &TestServer, package: &str, transports: &[&str]) {
    let ines = room_chat::person(server, "Ines Abel").await;
    let bo = room_chat::person(server, "Bo Lund").await;
    let task = json!({
        "url": server.url(), "package": package, "transports": transports,
        "ines": { "token": ines.token, "id": ines.id }, "bo": { "token": bo.token, "id": bo.id },
    });
    if package.is_empty() {
        let python =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/.venv/bin/python");
        run_client(&python.to_string_lossy(), "room_chat.py", task).await;
    } else {
        run_client("node", "room-chat.mjs", task).await;
    }
}

both_engines! {
    async fn room_chat_with_the_newest_over_websocket(server: TestServer) {
        room_chat(&server, NEWEST, &["websocket"]).await;
    }

    async fn room_chat_with_the_newest_over_polling(server: TestServer) {
        room_chat(&server, NEWEST, &["polling"]).await;
    }

    async fn room_chat_with_the_newest_changing_to_websocket(server: TestServer) {
        room_chat(&server, NEWEST, &["polling", "websocket"]).await;
    }

    async fn room_chat_with_the_oldest_over_websocket(server: TestServer) {
        room_chat(&server, OLDEST, &["websocket"]).await;
    }

    async fn room_chat_with_the_oldest_over_polling(server: TestServer) {
        room_chat(&server, OLDEST, &["polling"]).await;
    }

    async fn room_chat_with_python_over_websocket(server: TestServer) {
        room_chat(&server, "", &["websocket"]).await;
    }

    async fn room_chat_with_python_over_polling(server: TestServer) {
        room_chat(&server, "", &["polling"]).await;
    }

    async fn messaging_app_with_the_newest_over_websocket(server: TestServer) {
        npm(&server, NEWEST, &["websocket"]).await;
    }

    async fn messaging_app_with_the_newest_over_polling(server: TestServer) {
        npm(&server, NEWEST, &["polling"]).await;
    }

    async fn messaging_app_with_the_newest_changing_to_websocket(server: TestServer) {
        npm(&server, NEWEST, &["polling", "websocket"]).await;
    }

    async fn messaging_app_with_the_oldest_over_websocket(server: TestServer) {
        npm(&server, OLDEST, &["websocket"]).await;
    }

    async fn messaging_app_with_the_oldest_over_polling(server: TestServer) {
        npm(&server, OLDEST, &["polling"]).await;
    }

    async fn messaging_app_with_python_over_websocket(server: TestServer) {
        python(&server, &["websocket"]).await;
    }

    async fn messaging_app_with_python_over_polling(server: TestServer) {
        python(&server, &["polling"]).await;
    }
}
