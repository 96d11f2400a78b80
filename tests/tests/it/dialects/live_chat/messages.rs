//! What was said, as everybody reads it.

use super::{assert_plain, join};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};

both_engines! {
    async fn nothing_is_an_empty_array(server: TestServer) {
        let caller = Caller::of(&server);
        for query in ["", "?lastTimestamp=", "?lastTimestamp=0", "?lastTimestamp=1772791331640000000", "?lastTimestamp=-1"] {
            let said = caller.get(&format!("/api/messages{query}")).await;
            assert_eq!((said.status, said.text.as_str()), (200, "[]"), "{query}");
            assert_eq!(said.header("content-type"), Some("application/json"));
        }
        for wrong in ["x", "1.5", "9223372036854775808"] {
            assert_plain(&caller.get(&format!("/api/messages?lastTimestamp={wrong}")).await, 400, "Bad Request");
        }
        join(&server, "Mara", "Quist").await;
        assert_eq!(caller.get("/api/messages").await.text, "[]");
    }
}
