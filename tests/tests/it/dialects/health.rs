//! Health, as deployed monitors ask for it.

use super::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

const PARTS: [&str; 7] =
    ["memory_heap", "mermory_rss", "MongoDB", "kafka", "REDIS", "Queue", "SocketIO"];

both_engines! {
    async fn every_part_by_its_role(server: TestServer) with |settings| settings.dialects.health.heap_mib = 100_000 => {
        let caller = Caller::of(&server);
        for path in ["/health", "/api/health", "/dialects/messaging-app/health", "/dialects/messaging-service/api/health", "/dialects/pingtalk/health"] {
            let said = caller.get(path).await;
            assert_eq!(said.at("status"), (200, json!("ok")), "{path}");
            let body = said.json();
            assert_eq!(body["error"], json!({}));
            assert_eq!(body["info"], body["details"]);
            for part in PARTS {
                assert_eq!(body["info"][part]["status"], "up", "{part}");
            }
            let queue = json!({ "waiting": 0, "active": 0, "completed": 0, "failed": 0, "delayed": 0 });
            assert_eq!(body["info"]["Queue"]["MAIL_QUEUE"], queue);
        }
    }

    async fn what_is_down_is_named(server: TestServer) with |settings| settings.dialects.health.resident_mib = 1 => {
        let said = Caller::of(&server).get("/health").await;
        assert_eq!(said.at("status"), (503, json!("error")));
        let body = said.json();
        assert_eq!(body["error"]["mermory_rss"]["status"], "down");
        assert!(body["error"]["mermory_rss"]["message"].is_string());
        assert_eq!(body["details"]["mermory_rss"], body["error"]["mermory_rss"]);
        assert!(body["info"].get("mermory_rss").is_none() && body["info"]["MongoDB"]["status"] == "up");
    }

    async fn the_services_of_messaging_app(server: TestServer) {
        let caller = Caller::of(&server);
        for (path, service, dependencies) in [
            ("/health/auth", "auth-service", json!({ "database": "connected", "redis": "connected" })),
            ("/health/users", "user-service", json!({ "database": "connected", "redis": "connected" })),
            ("/health/messaging", "messaging-service", json!({ "database": "connected", "redis": "connected" })),
            ("/health/realtime", "real-time-service", json!({ "redis": "connected" })),
        ] {
            let said = caller.get(path).await;
            let body = said.json();
            assert_eq!((said.status, &body["status"], &body["service"]), (200, &json!("healthy"), &json!(service)));
            assert_eq!(body["dependencies"], dependencies);
            assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
            assert_eq!(body["uptime"].is_number() && body["version"].is_string(), path == "/health/auth");
        }
    }

    async fn a_broker_has_more_time(server: TestServer) with |settings| {
        // Nobody listens there.
        settings.broker.url = "amqp://guest:guest@127.0.0.1:1/none".to_owned();
        settings.dialects.health.heap_mib = 100_000;
    } => {
        let said = Caller::of(&server).get("/health").await;
        assert_eq!(said.at("status"), (503, json!("error")));
        let down = json!({ "kafka": { "status": "down", "message": "timeout of 10000ms exceeded" } });
        assert_eq!(said.json()["error"], down);
    }
}
